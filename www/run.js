// @ts-check
/**
 * The run: play, pause, step, back, scrub, restart, and the branches of its history. Frames that were made are kept, so
 * going back and forth over them costs nothing; the engine works only at the end of a branch, or where changed settings
 * fork it. It knows one way only: to go on from another one, it walks that again from where the two part.
 */
import { EngineError } from './engine.js';
import { hasPicture, PICTURES_OF_A_RUN, shownPictures } from './pictures.js';
import { differences, newInputs, nextInputs, planStep } from './plan.js';
import { pull } from './sampler.js';
import { asksWeaker, lacksReference, runSettings } from './settings.js';
import { isUsable } from './state.js';
import { bounded, EMPTY, forkOf, grow, leadsThrough, sharedLength, showing, without, withRemoved } from './tree.js';

/** @typedef {import('./plan.js').Inputs} Inputs */
/** @typedef {import('./state.js').State} State */
/** @typedef {import('./state.js').KeptFrame} KeptFrame */

/** How long a frame that was made before stays on show while playing, in ms. */
const REPLAY_PACE = 60;

/**
 * @typedef {{
 *   store: import('./store.js').Store<State>,
 *   engine: Pick<import('./engine.js').Engine, 'start' | 'invert' | 'step' | 'seek' | 'update'>,
 *   specs: Map<string, import('./settings.js').Spec>,
 *   catalogue: import('guidelight/*').Catalogue,
 *   loadWeaker: () => Promise<void>,
 *   paint: (atLeast: number, signal: AbortSignal) => Promise<void>,
 *   refuse: (problem: { message: string } | { lacking: import('guidelight/*').Entry }) => void,
 * }} RunOptions
 */

export class Run {
  #options;
  /** @type {Inputs | undefined} what the engine's session was last told */
  #session;
  /** @type {KeptFrame[]} what it has made since its start, as far as it can go back and forth */
  #line = [];
  /** Number of steps after which it stands; -1 when that is not known. */
  #at = 0;
  /** The inversion that leads to the session's start. */
  #inversion = { left: 0, total: 0 };
  /** @type {Promise<void>} */
  #queue = Promise.resolve();
  #control = new AbortController();

  /** @param {RunOptions} options */
  constructor(options) {
    this.#options = options;
  }

  /** Goes on from the cursor; from the start when the run is at its end. */
  play() {
    return this.#do(async (signal) => {
      const { cursor, total } = this.#state;
      if (cursor >= total && cursor > 0) this.#clear();
      await this.#loop(signal);
    });
  }

  /** Stops after the step that is under way. */
  pause() {
    return this.#do(async () => {});
  }

  /** One step on. */
  step() {
    return this.#do(async (signal) => {
      await this.#advance(signal);
    });
  }

  /** Makes the step on show once more, with what is set now. */
  redo() {
    return this.#do(async (signal) => {
      const { cursor } = this.#state;
      if (cursor === 0) return;
      this.#options.store.set({ cursor: cursor - 1 });
      await this.#advance(signal);
    });
  }

  back() {
    return this.seek(this.#state.cursor - 1);
  }

  /** Shows the run as it was after `position` steps. @param {number} position */
  seek(position) {
    return this.#do(async () => {
      const { frames } = this.#state;
      this.#options.store.set({ cursor: Math.max(0, Math.min(position, frames.length)) });
    });
  }

  /** Starts over. */
  restart() {
    return this.#do(async (signal) => {
      this.#clear();
      await this.#loop(signal);
    });
  }

  /** Computes up to `position`, where the visitor was before there was an engine. @param {number} position */
  reach(position) {
    return this.#do((signal) => this.#loop(signal, position));
  }

  /**
   * Shows a branch of the history, at its end or as it was after `position` steps.
   * @param {number} id
   * @param {number} [position]
   */
  show(id, position = Infinity) {
    return this.#do(async () => this.#show(id, position));
  }

  /** Removes a branch. If it is on show, the one that it left is shown, where it left it. @param {number} id */
  remove(id) {
    return this.#do(async () => {
      const { tree } = this.#state;
      const { parent, at } = forkOf(tree.branches, id);
      const left = without(tree, id);
      this.#options.store.set({ tree: left });
      if (tree.present !== id) return;
      const next = parent ?? left.branches.at(-1);
      if (next) this.#show(next.id, parent ? at : Infinity);
      else this.#clear();
    });
  }

  /** Brings back the branch that was removed last, and shows it. */
  bringBack() {
    return this.#do(async () => {
      const { tree } = this.#state;
      const last = tree.removed.at(-1);
      if (!last) return;
      this.#options.store.set({ tree: withRemoved(tree) });
      this.#show(last.branch.id, Infinity);
    });
  }

  /** Shows what the settings start from, while there is nothing else to show. Stops nothing. */
  preview() {
    const { store, catalogue } = this.#options;
    const { signal } = this.#control;
    return this.#next(async () => {
      const { settings, frames } = store.get();
      const wanted = newInputs(store.get());
      if (frames.length > 0 || lacksReference(settings, catalogue, hasPicture(store.get()))) return;
      if (!this.#session || differences(this.#session, wanted, catalogue).length > 0) await this.#start(wanted);
      await this.#invert(signal);
    });
  }

  /** Aborted as soon as anything else is asked of the run. */
  get disturbed() {
    return this.#control.signal;
  }

  /** Stops and forgets the engine's session: it is gone, or about to go. Frames stay on show. */
  detach() {
    this.#control.abort();
    this.#control = new AbortController();
    this.#forget();
  }

  /**
   * Forgets the whole history too: another model has pictures of another size or other classes, and no branch could be
   * gone on with.
   */
  clear() {
    this.detach();
    this.#clear();
    this.#options.store.set({ tree: EMPTY });
  }

  get #state() {
    return this.#options.store.get();
  }

  /** Shows nothing of the run; its branch stays in the history. */
  #clear() {
    const { store } = this.#options;
    this.#forget();
    const tree = { ...store.get().tree, present: undefined };
    store.set({ tree, frames: [], cursor: 0, total: 0, start: undefined });
  }

  /**
   * @param {number} id
   * @param {number} position
   */
  #show(id, position) {
    const branch = this.#state.tree.branches.find((known) => known.id === id);
    if (branch) this.#options.store.set(showing(this.#state, branch, position));
  }

  /** The engine's session is not to be used any more. */
  #forget() {
    this.#session = undefined;
    this.#line = [];
    this.#at = 0;
  }

  /**
   * Stops what runs and does the next thing after it. Of several that wait, all but the last find their signal aborted.
   * @param {(signal: AbortSignal) => Promise<void>} action
   * @returns {Promise<void>}
   */
  #do(action) {
    this.#control.abort();
    const { signal } = (this.#control = new AbortController());
    return this.#next(() => action(signal));
  }

  /**
   * Does it after whatever was asked for before.
   * @param {() => Promise<void>} action
   * @returns {Promise<void>}
   */
  #next(action) {
    this.#queue = this.#queue.then(async () => {
      if (!isUsable(this.#state)) return;
      try {
        await action();
      } catch (error) {
        // A worker that broke or was closed is dealt with where it is known what to do; here its run just ends.
        if (error instanceof EngineError) this.#options.refuse(error);
      }
      if (isUsable(this.#state)) this.#options.store.set({ phase: this.#resting() });
    });
    return this.#queue;
  }

  #resting() {
    const { cursor, total, recorded } = this.#state;
    if (cursor === 0 || recorded) return 'ready';
    return cursor >= total ? 'done' : 'paused';
  }

  /**
   * @param {AbortSignal} signal
   * @param {number} [upTo] the cursor at which it stops
   */
  async #loop(signal, upTo = Infinity) {
    const { paint, store } = this.#options;
    if (signal.aborted) return;
    store.set({ phase: 'running' });
    const step = async () => (this.#state.cursor < upTo ? this.#advance(signal) : undefined);
    for await (const frame of pull(step, signal)) await paint(frame.shown ? REPLAY_PACE : 0, signal);
  }

  /**
   * Moves the cursor one step on, computing the frame if it is not there or no longer what is wanted.
   * @param {AbortSignal} signal
   * @returns {Promise<{ shown: boolean } | undefined>} undefined at the end of the run, or where it is stopped
   */
  async #advance(signal) {
    const { store, specs, catalogue, refuse } = this.#options;
    const { settings, frames, cursor, total } = this.#state;
    const lacking = lacksReference(settings, catalogue, hasPicture(this.#state));
    if (lacking) {
      refuse({ lacking });
      return undefined;
    }
    const before = frames.slice(0, cursor);
    const led = before.at(-1)?.inputs ?? this.#session;
    const wanted = nextInputs(this.#state, led);
    const wish = planStep({ cursor, frames, session: led, wanted, specs, catalogue });
    const plan = wish === 'show' || this.#canReach(before) ? wish : 'start';
    if (plan !== 'start' && cursor > 0 && cursor >= total) return undefined;
    if (plan === 'show') {
      store.set({ cursor: cursor + 1 });
      return { shown: true };
    }

    if (plan === 'start') await this.#start(newInputs(this.#state));
    if (this.#inversion.left > 0 && (plan === 'start' || cursor === 0)) {
      // The frames of an earlier run do not stand beside what can be paused before it has any of its own.
      store.set({
        phase: 'running',
        tree: { ...this.#state.tree, present: undefined },
        frames: [],
        cursor: 0,
        total: 0,
      });
      await this.#invert(signal);
      if (signal.aborted) return undefined;
      // What it is for has changed meanwhile.
      if (this.#inversion.left > 0) return this.#advance(signal);
    }
    const path = plan === 'start' ? [] : await this.#reach(before, signal);
    if (!path) return undefined;
    if (plan !== 'start') await this.#tell(wanted);
    const made = await this.#make(path, { forked: plan === 'fork', shown: shownPictures(this.#state) });
    if (!made) {
      store.set({ frames: path, cursor: path.length, total: path.length });
      return undefined;
    }
    const { start, tree } = this.#state;
    const grown = grow(tree, path, made, { start, same: this.#same });
    this.#line = grown.path;
    store.set({ tree: bounded(grown.tree), frames: grown.path, cursor: grown.path.length, total: made.total });
    return { shown: false };
  }

  /**
   * One step of the engine after the frames of `path`.
   * @param {KeptFrame[]} path
   * @param {Pick<KeptFrame, 'forked' | 'shown'>} about
   * @returns {Promise<KeptFrame | undefined>} undefined when the run is finished
   */
  async #make(path, about) {
    const inputs = /** @type {Inputs} */ (this.#session);
    // A step that fails may have been made.
    this.#at = -1;
    const frame = await this.#options.engine.step();
    if (!frame) return undefined;
    this.#inversion = { left: 0, total: 0 };
    this.#at = path.length + 1;
    return { ...frame, ...about, inputs };
  }

  /**
   * Whether a frame is one that was made before: from the same, and with the same pixels, which another back-end need
   * not give.
   * @param {KeptFrame} known
   * @param {KeptFrame} made
   */
  #same = (known, made) =>
    differences(known.inputs, made.inputs, this.#options.catalogue).length === 0 &&
    known.xt.every((value, i) => value === made.xt[i]);

  /**
   * Whether the engine can go on from a path: its model must be at work, or the session that made it be there.
   * @param {KeptFrame[]} path
   */
  #canReach(path) {
    const model = path.at(-1)?.inputs.settings.model ?? this.#session?.settings.model;
    return leadsThrough(this.#line, path) || model === newInputs(this.#state).settings.model;
  }

  /**
   * Has the engine stand at the end of a path, going back to where its own leaves it and making the rest once more.
   * @param {KeptFrame[]} path
   * @param {AbortSignal} signal
   * @returns {Promise<KeptFrame[] | undefined>} the path, with other frames where they came out differently; undefined
   *   where it is stopped
   */
  async #reach(path, signal) {
    const { store } = this.#options;
    const shared = this.#sharedWith(path);
    let reached = path.slice(0, shared);
    if (shared > 0 || path.length === 0) await this.#seek(shared);
    try {
      for (const known of path.slice(shared)) {
        if (signal.aborted) return undefined;
        store.set({ phase: 'running', replay: { done: reached.length, total: path.length } });
        if (reached.length === 0) await this.#open(known.inputs);
        else await this.#tell(known.inputs);
        const { forked, shown } = known;
        const made = await this.#make(reached, { forked, shown });
        if (!made) return undefined;
        // A frame has one past only: after one that differs all are other frames.
        reached = [...reached, leadsThrough(path, reached) && this.#same(known, made) ? known : made];
        this.#line = reached;
      }
    } finally {
      store.set({ replay: undefined });
    }
    return signal.aborted ? undefined : reached;
  }

  /**
   * Number of frames of a path that the engine's session can go back to and go on from. It keeps a picture that it was
   * given until it is given another, so where pictures come and go only a new session is sure to have the right one.
   * @param {KeptFrame[]} path
   */
  #sharedWith(path) {
    const shared = sharedLength(this.#line, path);
    const apart = [...this.#line.slice(shared), ...path.slice(shared)].map(({ inputs }) => inputs);
    const all = [this.#session, ...apart].map((inputs) => inputs?.pictures);
    const isOne = PICTURES_OF_A_RUN.every((name) => new Set(all.map((pictures) => pictures?.[name])).size === 1);
    return shared === path.length || isOne ? shared : 0;
  }

  /** @param {number} position */
  async #seek(position) {
    if (this.#at === position) return;
    await this.#options.engine.seek(position);
    this.#at = position;
  }

  /**
   * Has the engine take other inputs from where it stands. What it made beyond is gone then.
   * @param {Inputs} inputs
   */
  async #tell(inputs) {
    const { engine, specs, catalogue, loadWeaker } = this.#options;
    // What makes no difference is not told, and frames name what was.
    if (differences(/** @type {Inputs} */ (this.#session), inputs, catalogue).length === 0) return;
    if (asksWeaker(inputs.settings, catalogue)) await loadWeaker();
    await engine.update(runSettings(inputs.settings, specs), inputs.pictures);
    this.#session = inputs;
    this.#line = this.#line.slice(0, this.#at);
  }

  /** A new session of the engine, and its start on show. @param {Inputs} inputs */
  async #start(inputs) {
    const { xt, lowpass, total } = await this.#open(inputs);
    this.#options.store.set({ start: { xt, lowpass, total } });
  }

  /** A new session of the engine. @param {Inputs} inputs */
  async #open({ settings, pictures }) {
    this.#forget();
    const { engine, specs, catalogue, loadWeaker } = this.#options;
    if (asksWeaker(settings, catalogue)) await loadWeaker();
    const ready = await engine.start(runSettings(settings, specs), pictures);
    this.#inversion = { left: ready.toInvert, total: ready.toInvert };
    // Answers come in order, so a model that was loaded before this start is known by now: it is the one at work.
    const { model } = newInputs(this.#state).settings;
    this.#session = { settings: { ...settings, model }, pictures };
    return ready;
  }

  /**
   * Leads the picture up to the start, as long as nothing else is asked for: it takes about as long as a run.
   * @param {AbortSignal} signal
   */
  async #invert(signal) {
    const { engine, store, catalogue } = this.#options;
    const wanted = () => this.#session && differences(this.#session, newInputs(this.#state), catalogue).length === 0;
    try {
      while (this.#inversion.left > 0 && !signal.aborted && wanted()) {
        const { left, total } = this.#inversion;
        store.set({ inversion: { done: total - left, total } });
        const answer = await engine.invert();
        this.#inversion = { left: answer.toInvert, total };
        store.set({ start: { xt: answer.xt, lowpass: answer.lowpass, total: answer.total } });
      }
    } finally {
      store.set({ inversion: undefined });
    }
  }
}
