// @ts-check
/**
 * Lanes: runs beside the page's own that differ from it in a few settings and keep in step with it. A lane has no will
 * of its own: what it must have made follows from the frames of the page's run up to the cursor, so that playing,
 * pausing, scrubbing, forking and starting over need no telling. It catches up one request at a time and looks at the
 * state again after each.
 */
import { changed, comparableModels, exchange, MAX_LANES } from './compare.js';
import { EngineError, EngineLost } from './engine.js';
import { pairing } from './lock-step.js';
import { differences, newInputs, planStep } from './plan.js';
import { asksWeaker, lacksReference, runSettings } from './settings.js';
import { modelAtWork, shownFrame } from './state.js';

/** @typedef {import('./plan.js').Inputs} Inputs */
/** @typedef {import('./protocol.js').Frame} Frame */
/** @typedef {import('./state.js').State} State */

/** Settings in which a lane differs from the page's run. @typedef {Record<string, string | number>} Change */

/** What was asked for. `id` names it to the worker, and is never used again. @typedef {{ id: number, change: Change }} Lane */

/**
 * Why a lane stopped; the sentence is made in `i18n/`. `late`: something changed on the way that it can only begin with.
 * @typedef {{ code: 'engine', message: string } | { code: 'lacking', entry: import('guidelight/*').Entry }
 *   | { code: 'model', name: string } | { code: 'late' }} LaneProblem
 */

/**
 * What came of it. `problem` stands until it is made of other `inputs`.
 * @typedef {{ start: { xt: Uint8ClampedArray, total: number } | undefined, frames: (Frame & { inputs: Inputs })[],
 *   problem?: LaneProblem & { inputs: Inputs } }} LaneRun
 */

/** Which picture all lanes show, and how their difference from the page's run is drawn. @typedef {{ picture: 'xt' | 'x0' | 'eps' | 'gradient', difference: 'off' | 'absolute' | 'signed' }} Comparison */

/** What the worker's session of a lane was last told; `at` is -1 when that is not known. @typedef {{ inputs: Inputs, at: number, toInvert: number }} Session */

/**
 * @typedef {{
 *   store: import('./store.js').Store<State>,
 *   engine: Pick<import('./engine.js').Engine, 'start' | 'invert' | 'step' | 'seek' | 'update' | 'closeLane'>,
 *   specs: Map<string, import('./settings.js').Spec>,
 *   catalogue: import('guidelight/*').Catalogue,
 *   loadWeaker: () => Promise<void>,
 *   loadForLane: (lane: number, model: string) => Promise<void>,
 * }} LanesOptions
 */

/** Changes of these may give lanes something to do. */
const WAKE = /** @type {const} */ ([
  'lanes',
  'laneRuns',
  'frames',
  'cursor',
  'start',
  'settings',
  'reference',
  'init',
  'mask',
  'phase',
  'preview',
]);

/** Phases in which the engine and its models are there. */
const USABLE = ['ready', 'running', 'paused', 'done'];

/** @type {LaneRun} */
const UNBORN = { start: undefined, frames: [] };

/**
 * @param {State} state
 * @param {Lane} lane
 */
export const runOf = ({ laneRuns }, { id }) => laneRuns[id] ?? UNBORN;

/** @type {WeakMap<Change, WeakMap<Inputs, Inputs>>} */
const combined = new WeakMap();

/**
 * What a lane computes with while the page's run computes with `inputs`; for the same ones always the same object.
 * @param {Inputs} inputs
 * @param {Change} change
 * @returns {Inputs}
 */
function laneInputs(inputs, change) {
  const known = combined.get(change) ?? new WeakMap();
  combined.set(change, known);
  const made = known.get(inputs) ?? { settings: changed(inputs.settings, change), pictures: inputs.pictures };
  known.set(inputs, made);
  return made;
}

/**
 * The steps of the page's run that those of a lane go with.
 * @param {State} state
 * @param {LaneRun} run
 */
const pairsOf = ({ frames }, run) => pairing(frames, run.frames, run.start?.total ?? 1);

/**
 * The frame of a lane that is level with the cursor and how many steps that is, and the frame of the page's run that it
 * is to be compared with: while the lane is still to catch up, the one that its last step goes with.
 * @param {State} state
 * @param {Lane} lane
 */
export function laneAt(state, lane) {
  const run = runOf(state, lane);
  const pairs = pairsOf(state, run);
  const due = pairs.filter((pair) => pair < state.cursor).length;
  const made = Math.min(due, run.frames.length);
  const frame = run.frames[made - 1];
  const level = due > made ? state.frames[pairs[made - 1] ?? -1] : shownFrame(state);
  return { frame, made, total: frame?.total ?? run.start?.total, level };
}

export class Lanes {
  #options;
  /** @type {Map<number, Session>} */
  #sessions = new Map();
  /** @type {Map<number, string>} lanes with a model of their own */
  #models = new Map();
  /** @type {Promise<void> | undefined} */
  #working;
  #nextId = 1;

  /** @param {LanesOptions} options */
  constructor(options) {
    this.#options = options;
    options.store.subscribe((state, before) => {
      if (WAKE.some((key) => state[key] !== before[key])) this.#wake();
    });
  }

  /**
   * One lane more, unless there are as many as there can be.
   * @param {Change} change
   */
  add(change) {
    const { lanes } = this.#state;
    if (lanes.length < MAX_LANES) this.#options.store.set({ lanes: [...lanes, this.#lane(change)], lanesBefore: [] });
  }

  /**
   * These lanes, and no others.
   * @param {Change[]} changes
   * @param {Change[]} [lanesBefore] what can be brought back in their place
   */
  replace(changes, lanesBefore = []) {
    const gone = this.#state.lanes;
    const lanes = changes.slice(0, MAX_LANES).map((change) => this.#lane(change));
    this.#options.store.set({ lanes, laneRuns: {}, lanesBefore });
    for (const { id } of gone) this.#close(id);
  }

  /** Those that were there before all were replaced. */
  bringBack() {
    this.replace(this.#state.lanesBefore);
  }

  /** @param {number} id */
  remove(id) {
    const { lanes, laneRuns } = this.#state;
    const rest = Object.entries(laneRuns).filter(([key]) => key !== String(id));
    this.#options.store.set({
      lanes: lanes.filter((lane) => lane.id !== id),
      laneRuns: Object.fromEntries(rest),
    });
    this.#close(id);
  }

  /** Tries once more what a lane stopped at. @param {number} id */
  retry(id) {
    this.#put(id, { problem: undefined });
  }

  /**
   * Has a lane and the page's run change places.
   * @param {number} id
   * @returns {Change} what changed for the page's run
   */
  adopt(id) {
    const { lanes, settings } = this.#state;
    const chosen = lanes.find((lane) => lane.id === id);
    if (!chosen) return {};
    const exchanged = exchange(settings, lanes, chosen);
    this.#options.store.set({ settings: exchanged.settings });
    this.replace(exchanged.changes);
    return chosen.change;
  }

  /**
   * Settles when all lanes are level with the cursor, or when the signal says not to wait.
   * @param {AbortSignal} signal
   */
  async caughtUp(signal) {
    if (signal.aborted || !this.#working) return;
    const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    await Promise.race([this.#working, aborted]);
  }

  get #state() {
    return this.#options.store.get();
  }

  /** @param {Change} change @returns {Lane} */
  #lane(change) {
    return { id: this.#nextId++, change };
  }

  /**
   * Frees what the worker has of a lane: after the step that is under way there.
   * @param {number} id
   */
  #close(id) {
    this.#sessions.delete(id);
    this.#models.delete(id);
    // What fails here fails because the worker is gone, and the lane with it.
    if (USABLE.includes(this.#state.phase)) this.#options.engine.closeLane(id).catch(() => {});
  }

  /** @param {Lane} lane */
  #has(lane) {
    return this.#state.lanes.includes(lane);
  }

  /**
   * @param {number} id
   * @param {Partial<LaneRun>} patch
   */
  #put(id, patch) {
    const { lanes, laneRuns } = this.#state;
    const lane = lanes.find((entry) => entry.id === id);
    // Gone meanwhile.
    if (lane) this.#options.store.set({ laneRuns: { ...laneRuns, [id]: { ...runOf(this.#state, lane), ...patch } } });
  }

  #wake() {
    if (!USABLE.includes(this.#state.phase)) {
      // The worker is going, or gone.
      this.#sessions.clear();
      this.#models.clear();
      return;
    }
    this.#prune();
    this.#working ??= this.#work();
  }

  /** Drops the frames that are no longer level with a frame of the page's run, or not made of what that was made of. */
  #prune() {
    const { catalogue, store } = this.#options;
    const { frames, lanes, laneRuns } = this.#state;
    /** @type {State['laneRuns']} */
    const cut = {};
    for (const lane of lanes) {
      const run = runOf(this.#state, lane);
      const pairs = pairsOf(this.#state, run);
      const wrong = run.frames.findIndex(({ inputs }, step) => {
        const leader = frames[/** @type {number} */ (pairs[step])];
        if (!leader) return true;
        const wanted = laneInputs(leader.inputs, lane.change);
        return inputs !== wanted && differences(inputs, wanted, catalogue).length > 0;
      });
      // One that starts over may try again what it stopped at.
      if (wrong === 0) cut[lane.id] = { ...run, frames: [], problem: undefined };
      if (wrong > 0) cut[lane.id] = { ...run, frames: run.frames.slice(0, wrong) };
    }
    if (Object.keys(cut).length > 0) store.set({ laneRuns: { ...laneRuns, ...cut } });
  }

  /** Does what there is to do, that which is longest due first. */
  async #work() {
    try {
      // After what woke it has been told to everybody.
      await Promise.resolve();
      for (let next = this.#next(); next; next = this.#next()) await this.#try(next);
    } catch (error) {
      // A worker that broke or was closed is dealt with elsewhere; the change of phase that follows wakes this again.
      if (!(error instanceof EngineLost || /** @type {Error} */ (error).name === 'AbortError')) throw error;
    } finally {
      this.#working = undefined;
    }
  }

  #next() {
    return this.#state.lanes.flatMap((lane) => this.#due(lane) ?? []).sort((a, b) => a.since - b.since)[0];
  }

  /** @param {{ lane: Lane, wanted: Inputs }} next */
  async #try({ lane, wanted }) {
    try {
      await this.#move(lane, wanted);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      this.#stop(lane, { code: 'engine', message: error.message }, wanted);
    }
  }

  /**
   * What a lane has to make next, and the step of the page's run since which it has had to.
   * @param {Lane} lane
   * @returns {{ lane: Lane, wanted: Inputs, since: number } | undefined}
   */
  #due(lane) {
    const { catalogue } = this.#options;
    const state = this.#state;
    // The page's own run begins first.
    if (!USABLE.includes(state.phase) || !state.start) return undefined;
    const run = runOf(state, lane);
    const made = run.frames.length;
    const since = pairsOf(state, run)[made];
    if (since === undefined) return undefined;
    const leader = state.frames[since]?.inputs ?? state.frames[0]?.inputs ?? newInputs(state);
    const wanted = laneInputs(leader, lane.change);
    const { problem } = run;
    if (problem && differences(problem.inputs, wanted, catalogue).length === 0) return undefined;
    if (since < state.cursor) return { lane, wanted, since };
    // Before the first step there is a start to show.
    const session = this.#sessions.get(lane.id);
    const begun = session && session.toInvert === 0 && differences(session.inputs, wanted, catalogue).length === 0;
    return made > 0 || begun ? undefined : { lane, wanted, since: -1 };
  }

  /**
   * Makes a start, one step of an inversion, or one step.
   * @param {Lane} lane
   * @param {Inputs} wanted
   */
  async #move(lane, wanted) {
    const { id } = lane;
    const { engine, specs, catalogue, loadWeaker } = this.#options;
    const { frames } = runOf(this.#state, lane);
    const made = frames.length;
    const session = this.#sessions.get(id);
    const plan = planStep({ cursor: made, frames, session: session?.inputs, wanted, specs, catalogue });
    if (plan === 'start' && session && made > 0) return this.#stop(lane, { code: 'late' }, wanted);
    if (plan === 'start' || !session) return this.#start(lane, wanted);
    if (session.toInvert > 0) {
      const { toInvert, xt, total } = await engine.invert(id);
      session.toInvert = toInvert;
      return this.#put(id, { start: { xt, total } });
    }
    if (session.at !== made) {
      await engine.seek(made, id);
      session.at = made;
    }
    if (plan === 'fork') {
      if (asksWeaker(wanted.settings, catalogue)) await loadWeaker();
      await engine.update(runSettings(wanted.settings, specs), wanted.pictures, id);
    }
    session.inputs = wanted;
    // A step that fails may have been made.
    session.at = -1;
    const frame = await engine.step(id);
    session.at = made + (frame ? 1 : 0);
    // Cut meanwhile: the page's run took another way.
    if (runOf(this.#state, lane).frames !== frames) return;
    // A run that ends sooner than it said has all the steps that it will have.
    const kept = frame
      ? [...frames, { ...frame, inputs: wanted }]
      : frames.map((last, index) => (index === made - 1 ? { ...last, total: made } : last));
    this.#put(id, { frames: kept, problem: undefined });
  }

  /**
   * @param {Lane} lane
   * @param {Inputs} wanted
   */
  async #start(lane, wanted) {
    const { id } = lane;
    const { engine, specs, catalogue, loadWeaker } = this.#options;
    const { settings, pictures } = wanted;
    this.#sessions.delete(id);
    this.#put(id, { frames: [] });
    const lacking = lacksReference(settings, catalogue, pictures.reference !== undefined);
    if (lacking) return this.#stop(lane, { code: 'lacking', entry: lacking }, wanted);
    const shares = settings.model === modelAtWork(this.#state)?.name;
    if (!shares && !comparableModels(this.#state).includes(settings.model))
      return this.#stop(lane, { code: 'model', name: settings.model }, wanted);
    const own = shares ? undefined : settings.model;
    if (this.#models.get(id) !== own) {
      if (this.#models.delete(id)) await engine.closeLane(id);
      if (own !== undefined) {
        await this.#options.loadForLane(id, own);
        this.#models.set(id, own);
      }
    }
    if (asksWeaker(settings, catalogue)) await loadWeaker();
    // Removed while it was loading: what it has loaded goes too.
    if (!this.#has(lane)) return this.#close(id);
    const { xt, total, toInvert } = await engine.start(runSettings(settings, specs), pictures, id);
    if (!this.#has(lane)) return;
    // Answers come in order: a model that took over before this start is known by now, and is the one at work.
    const model = shares ? (modelAtWork(this.#state)?.name ?? settings.model) : settings.model;
    this.#sessions.set(id, { inputs: { settings: { ...settings, model }, pictures }, at: 0, toInvert });
    this.#put(id, { start: { xt, total }, problem: undefined });
  }

  /**
   * @param {Lane} lane
   * @param {LaneProblem} problem
   * @param {Inputs} inputs
   */
  #stop({ id }, problem, inputs) {
    this.#put(id, { problem: { ...problem, inputs } });
  }
}
