// @ts-check
/**
 * The run: play, pause, step, back, scrub, restart. Frames that were made are kept, so going back and forth over them
 * costs nothing; the engine works only at the end of them, or where changed settings fork the run.
 */
import { EngineError } from './engine.js';
import { differences, newInputs, nextInputs, planStep } from './plan.js';
import { pull } from './sampler.js';
import { asksWeaker, lacksReference, runSettings } from './settings.js';
import { usable } from './state.js';

/** @typedef {import('./protocol.js').Frame} Frame */
/** @typedef {import('./plan.js').Inputs} Inputs */
/** @typedef {import('./state.js').State} State */

/** How long a frame that was made before stays on show while playing, in ms. */
const REPLAY_PACE = 60;

/**
 * @typedef {{
 *   store: import('./store.js').Store<State>,
 *   engine: Pick<import('./engine.js').Engine, 'start' | 'invert' | 'step' | 'seek' | 'update'>,
 *   specs: Map<string, import('./settings.js').Spec>,
 *   catalogue: import('guidelight/*').Catalogue,
 *   loadWeaker: () => Promise<void>,
 *   paint: (atLeast: number) => Promise<void>,
 *   refuse: (problem: { message: string } | { lacking: import('guidelight/*').Entry }) => void,
 * }} RunOptions
 */

export class Run {
  #options;
  /** @type {Inputs | undefined} what the engine's session was last told */
  #session;
  /** Number of steps after which the engine's session stands; -1 when that is not known. */
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

  /** Shows what the settings start from, while there is nothing else to show. Stops nothing. */
  preview() {
    const { store, catalogue } = this.#options;
    const { signal } = this.#control;
    return this.#next(async () => {
      const { settings, reference, frames } = store.get();
      const wanted = newInputs(store.get());
      if (frames.length > 0 || lacksReference(settings, catalogue, reference !== undefined)) return;
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
    this.#session = undefined;
  }

  /** Forgets the frames too: they belong to another model. */
  clear() {
    this.detach();
    this.#clear();
  }

  get #state() {
    return this.#options.store.get();
  }

  #clear() {
    this.#session = undefined;
    this.#options.store.set({ frames: [], cursor: 0, total: 0, start: undefined });
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
      if (!usable(this.#state.phase)) return;
      try {
        await action();
      } catch (error) {
        // A worker that broke or was closed is dealt with where it is known what to do; here its run just ends.
        if (error instanceof EngineError) this.#options.refuse(error);
      }
      if (usable(this.#state.phase)) this.#options.store.set({ phase: this.#resting() });
    });
    return this.#queue;
  }

  #resting() {
    const { cursor, total } = this.#state;
    if (cursor === 0) return 'ready';
    return cursor >= total ? 'done' : 'paused';
  }

  /** @param {AbortSignal} signal */
  async #loop(signal) {
    const { paint, store } = this.#options;
    if (signal.aborted) return;
    store.set({ phase: 'running' });
    for await (const frame of pull(() => this.#advance(signal), signal)) await paint(frame.shown ? REPLAY_PACE : 0);
  }

  /**
   * Moves the cursor one step on, computing the frame if it is not there or no longer what is wanted.
   * @param {AbortSignal} signal
   * @returns {Promise<{ shown: boolean } | undefined>} undefined at the end of the run, or where it is stopped
   */
  async #advance(signal) {
    const { store, engine, specs, catalogue, loadWeaker, refuse } = this.#options;
    const { settings, reference, frames, cursor, total } = this.#state;
    const lacking = lacksReference(settings, catalogue, reference !== undefined);
    if (lacking) {
      refuse({ lacking });
      return undefined;
    }
    const wanted = nextInputs(this.#state, this.#session);
    const plan = planStep({ cursor, frames, session: this.#session, wanted, specs, catalogue });
    if (plan !== 'start' && cursor > 0 && cursor >= total) return undefined;
    if (plan === 'show') {
      store.set({ cursor: cursor + 1 });
      return { shown: true };
    }

    const inputs = plan === 'start' ? await this.#start(newInputs(this.#state)) : wanted;
    if (this.#inversion.left > 0) {
      store.set({ phase: 'running' });
      await this.#invert(signal);
      if (signal.aborted) return undefined;
      // What it is for has changed meanwhile.
      if (this.#inversion.left > 0) return this.#advance(signal);
    }
    if (plan === 'fork' && asksWeaker(wanted.settings, catalogue)) await loadWeaker();
    // A fork goes back, and one that was refused leaves the engine there.
    if (plan !== 'start' && this.#at !== cursor) {
      await engine.seek(cursor);
      this.#at = cursor;
    }
    if (plan === 'fork' && differences(/** @type {Inputs} */ (this.#session), wanted, catalogue).length > 0)
      await engine.update(runSettings(wanted.settings, specs), wanted.reference);
    this.#session = inputs;
    // A step that fails may have been made.
    this.#at = -1;
    const frame = await engine.step();
    const kept = plan === 'start' ? [] : frames.slice(0, cursor);
    if (!frame) {
      store.set({ frames: kept, cursor: kept.length, total: kept.length });
      return undefined;
    }
    kept.push({ ...frame, inputs, forked: plan === 'fork' });
    this.#at = kept.length;
    store.set({ frames: kept, cursor: kept.length, total: frame.total });
    return { shown: false };
  }

  /**
   * @param {Inputs} wanted
   * @returns {Promise<Inputs>} what it was started with
   */
  async #start({ settings, reference }) {
    this.#session = undefined;
    const { engine, specs, store, catalogue, loadWeaker } = this.#options;
    if (asksWeaker(settings, catalogue)) await loadWeaker();
    const { xt, lowpass, total, toInvert } = await engine.start(runSettings(settings, specs), reference);
    this.#at = 0;
    this.#inversion = { left: toInvert, total: toInvert };
    // Answers come in order, so a model that was loaded before this start is known by now: it is the one at work.
    const { model } = newInputs(this.#state).settings;
    this.#session = { settings: { ...settings, model }, reference };
    store.set({ start: { xt, lowpass, total } });
    // The frames of an earlier run do not stand beside what can be paused before it has any of its own.
    if (toInvert > 0) store.set({ frames: [], cursor: 0, total: 0 });
    return this.#session;
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
