// @ts-check
/**
 * Brings the engine and a model up, and brings them up again after whatever took them down. Settings, the reference
 * picture and the frames made so far live in the store and survive all of it. A model that is large and not here yet is
 * shown by its preview first.
 */
import { EngineError, EngineLost } from './engine.js';
import { fetchManifest, filesOf, modelFile } from './manifest.js';
import { Handover, previewOf } from './preview.js';
import { joinMethods, methodsOf, withoutClassifier } from './settings.js';
import { withNotice, withoutTopic } from './state.js';
import { fitToModel, modelDefaults } from './url.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./state.js').Notice} Notice */
/** @typedef {import('./settings.js').Model} Model */
/** @typedef {import('./url.js').Problem} Problem */
/** @typedef {import('./protocol.js').Reason} Reason */

/** Breaks at the same point of a run after which the page stops trying by itself. */
const MAX_BREAKS = 2;

/**
 * What the page goes back to where another model cannot be had: the model, whether somebody named it, and what it made.
 * @typedef {{ model: Model, named: boolean, history: Pick<State, 'tree' | 'frames' | 'cursor' | 'total' | 'start'> }} Former
 */

/** The list of models could not be had. */
class NoManifest extends Error {}

/**
 * A page that hands in no `catalogue` has no methods to do without, so it needs the classifier as much as the model.
 * @typedef {{
 *   store: import('./store.js').Store<State>,
 *   engine: Pick<import('./engine.js').Engine, 'open' | 'load' | 'close'>,
 *   run: Pick<import('./run.js').Run, 'play' | 'preview' | 'restart' | 'detach' | 'clear' | 'disturbed'>,
 *   specs: Map<string, import('./settings.js').Spec>,
 *   catalogue?: import('guidelight/*').Catalogue,
 *   given: Set<string>,
 *   problems: Problem[],
 *   base: string,
 *   fetch: typeof fetch,
 *   storage?: CacheStorage,
 *   weights: Pick<import('./weights-cache.js').WeightsCache, 'has'>,
 *   network?: { readonly onLine: boolean },
 *   readonly strings: import('./i18n/index.js').Strings,
 * }} BootOptions
 */

export class Boot {
  #options;
  #handover;
  #manifestUrl = '';
  /** @type {AbortController} ends the bring-up under way when another one begins */
  #control = new AbortController();
  /** @type {Reason | undefined} set once WebGPU has broken in this visit: automatic means the CPU from then on */
  #distrust;
  #breaks = 0;
  #framesAtBreak = 0;
  /** @type {Model | undefined} what the engine has for autoguidance to lead away from */
  #weaker;

  /** @type {Pick<Former, 'model' | 'named'> | undefined} the last model that was at work */
  #standing;

  /** @type {Map<string, Record<string, string | number>>} the classes and styles that somebody chose, by model */
  #labels = new Map();

  /** @type {Problem[]} of the address: told once the model is known, whose defaults stand in */
  #problems;

  /** @param {BootOptions} options */
  constructor(options) {
    this.#options = options;
    this.#handover = new Handover(options);
    this.#problems = options.problems;
    const { given, specs, store } = options;
    const isLabel = (/** @type {string} */ key) => ['class', 'style'].includes(specs.get(key)?.kind ?? '');
    store.subscribe(({ model, settings }) => {
      if (model?.name !== settings.model) return;
      const chosen = Object.entries(settings).filter(([key]) => isLabel(key) && given.has(key));
      this.#labels.set(model.name, Object.fromEntries(chosen));
    });
  }

  /**
   * First start, and every later one: choose a back-end, fetch the model, be ready.
   * @param {{ autoplay?: boolean, former?: Former }} [options]
   * @returns {Promise<void>}
   */
  async start({ autoplay = false, former } = {}) {
    const { store, engine, run, given } = this.#options;
    this.#control.abort();
    const { signal } = (this.#control = new AbortController());
    run.detach();
    engine.close();
    this.#weaker = undefined;
    store.set({
      phase: 'loading',
      progress: [],
      sources: [],
      backend: undefined,
      preview: undefined,
      notices: ['start', 'preview', 'classifier'].reduce(withoutTopic, store.get().notices),
    });
    try {
      const opened = this.#open(signal);
      // Awaited below; a failure before that must not count as unhandled.
      opened.catch(() => {});
      const { model, models } = await this.#models(signal);
      const preview = await this.#preview(model, models);
      // The visitor may choose another model or back-end meanwhile: that bring-up goes on then, not this one.
      signal.throwIfAborted();
      store.set({ preview: preview && { model: preview, replaced: false } });
      const loaded = this.#first(model, preview, models, signal);
      loaded.catch(() => {});
      await opened;
      store.set({ sources: await loaded, phase: 'ready' });
      this.#standing = { model, named: given.has('model') };
      const ended = autoplay ? run.play() : run.preview();
      if (!store.get().preview) return;
      // Only now, so that the small model need not share the line with the large one.
      const load = () => this.#load([modelFile(model, this.#manifestUrl)], signal);
      this.#handover.begin(load, signal, autoplay ? { ended, disturbed: run.disturbed } : undefined);
    } catch (error) {
      if (signal.aborted || error instanceof EngineLost) return;
      const message = error instanceof Error ? error.message : String(error);
      if (former) return this.#fallBack(former, message);
      const listed = !(error instanceof NoManifest);
      this.#fail({
        kind: 'error',
        topic: 'start',
        retry: true,
        say: ({ cannotStart, noManifest }) => cannotStart(listed ? message : noManifest(message)),
      });
    }
  }

  /** Tries again what failed: the whole start, or only the model that the preview stands in for, or the classifier. */
  async retry({ autoplay = false } = {}) {
    const { phase, preview, withheld } = this.#options.store.get();
    if (phase === 'error') return this.start({ autoplay });
    await Promise.all([preview?.missed && this.#handover.retry(), withheld && this.#fetchClassifier()]);
  }

  /**
   * Another model: its own defaults apply where the visitor chose nothing, and the frames so far go. Where it cannot be
   * had, the page goes back to the one that it had.
   */
  changeModel() {
    const { store, run } = this.#options;
    const { models, tree, frames, cursor, total, start } = store.get();
    const former = this.#standing && { ...this.#standing, history: { tree, frames, cursor, total, start } };
    run.clear();
    return this.start({ former: this.#refit(models) === former?.model ? undefined : former });
  }

  /** Another back-end, by the visitor's wish: an earlier break is forgiven. */
  changeBackend() {
    this.#distrust = undefined;
    this.#breaks = 0;
    return this.start();
  }

  /**
   * A worker broke: start again, on the CPU if WebGPU may have been the reason, and go on if it was running.
   * @param {EngineLost} error
   */
  async recover(error) {
    const { store } = this.#options;
    const { backend, phase, settings, frames } = store.get();
    const wasRunning = phase === 'running';
    const onGpu = backend ? backend.name === 'webgpu' : settings.backend !== 'cpu' && !this.#distrust;
    this.#breaks = frames.length === this.#framesAtBreak ? this.#breaks + 1 : 1;
    this.#framesAtBreak = frames.length;
    this.#options.run.detach();
    if (!onGpu && this.#breaks > MAX_BREAKS) {
      this.#fail({ kind: 'error', topic: 'start', retry: true, say: (strings) => strings.brokeAgain(error.message) });
      this.#breaks = 0;
      return;
    }
    if (onGpu) this.#distrust = { code: error.kind, detail: error.message };
    this.#note({
      kind: 'error',
      topic: 'break',
      say: (strings) => strings.broke({ kind: error.kind, detail: error.message, toCpu: onGpu, wasRunning }),
    });
    await this.start();
    if (wasRunning && store.get().phase === 'ready') this.#options.run.restart();
  }

  /**
   * Has the weaker model of autoguidance in the engine: the preview of the model that was asked for, which mostly is in
   * the cache by then.
   * @throws {EngineError} in a sentence of its own
   */
  async loadWeaker() {
    const { store, strings } = this.#options;
    const { model, models } = store.get();
    if (!model) return;
    const weaker = previewOf(model, models);
    if (!weaker) throw new EngineError(strings.noWeaker(model.name));
    if (weaker === this.#weaker) return;
    const { signal } = this.#control;
    try {
      await this.#load([modelFile(weaker, this.#manifestUrl, 'weak')], signal);
    } catch (error) {
      if (signal.aborted || !(error instanceof EngineError)) throw error;
      throw new EngineError(strings.weakerMissed(weaker.name, error.message), error.retryable);
    }
    this.#weaker = weaker;
  }

  /**
   * Has a model, and its classifier, in an engine of a lane's own.
   * @param {number} lane
   * @param {string} name
   */
  async loadForLane(lane, name) {
    const { models } = this.#options.store.get();
    const model = models.find((entry) => entry.name === name);
    if (model) await this.#load(filesOf(model, models, this.#manifestUrl), this.#control.signal, lane);
  }

  /**
   * @param {Former} former
   * @param {string} detail why the other model could not be had
   * @returns {Promise<void>}
   */
  #fallBack({ model, named, history }, detail) {
    const { given, network = navigator, store } = this.#options;
    const { settings, models } = store.get();
    if (!named) given.delete('model');
    store.set({ settings: { ...settings, model: model.name } });
    this.#refit(models);
    store.set(history);
    const offline = !network.onLine;
    this.#note({
      kind: 'error',
      topic: 'model',
      say: (strings) =>
        offline
          ? strings.modelNotKept(settings.model, model.name)
          : strings.modelMissed(settings.model, model.name, detail),
    });
    return this.start();
  }

  /** @param {AbortSignal} signal */
  async #open(signal) {
    const { engine, store } = this.#options;
    const wanted = store.get().settings.backend;
    const { backend, adapter, reason, version } = await engine.open(this.#distrust ? 'cpu' : wanted, signal);
    if (!signal.aborted) store.set({ backend: { name: backend, adapter, reason: this.#distrust ?? reason, version } });
  }

  /** @param {AbortSignal} signal */
  async #models(signal) {
    const { base, fetch, storage, store } = this.#options;
    const { model, models } = store.get();
    if (model) return { model, models };
    const manifest = await fetchManifest(base, { fetch, storage }).catch((error) => {
      throw new NoManifest(error instanceof Error ? error.message : String(error), { cause: error });
    });
    signal.throwIfAborted();
    this.#manifestUrl = manifest.url;
    return { model: this.#fit(manifest.models), models: manifest.models };
  }

  /**
   * What to show first: nothing but the model itself when somebody named it, or when it is here already.
   * @param {Model} model
   * @param {Model[]} models
   */
  async #preview(model, models) {
    const { given, weights } = this.#options;
    const preview = given.has('model') ? undefined : previewOf(model, models);
    return preview && !(await weights.has(model.sha256)) ? preview : undefined;
  }

  /**
   * Loads the preview, or the model itself where it has none or where that cannot be had: what is only a preview keeps
   * nobody from the model.
   * @param {Model} model
   * @param {Model | undefined} preview
   * @param {Model[]} models
   * @param {AbortSignal} signal
   */
  async #first(model, preview, models, signal) {
    const optional = this.#options.catalogue !== undefined;
    const load = (/** @type {Model} */ shown) => {
      const files = filesOf(shown, models, this.#manifestUrl);
      return this.#load(
        files.map((file) => (file.kind === 'classifier' ? { ...file, optional } : file)),
        signal,
      );
    };
    if (!preview) return load(model);
    return load(preview).catch((error) => {
      if (signal.aborted || error instanceof EngineLost) throw error;
      this.#options.store.set({ preview: undefined });
      return load(model);
    });
  }

  /**
   * @param {import('./protocol.js').ModelFile[]} files
   * @param {AbortSignal} signal
   * @param {number} [lane]
   */
  async #load(files, signal, lane) {
    const { store, engine } = this.#options;
    // Another download may be under way.
    const others = () => store.get().progress.filter(({ name }) => files.every((file) => file.name !== name));
    /** @type {import('./protocol.js').Progress[]} */
    const own = files.map(({ name, bytes }) => ({ name, bytes, received: 0, source: 'network', attempt: 1 }));
    store.set({ progress: [...others(), ...own] });
    const { sources, missed, cacheProblem } = await engine
      .load(
        files,
        store.get().models.map(({ sha256 }) => sha256),
        { signal, lane, progress: (progress) => this.#progress(progress) },
      )
      .finally(() => {
        if (!signal.aborted) store.set({ progress: others() });
      });
    signal.throwIfAborted();
    if (cacheProblem) this.#note({ kind: 'note', topic: 'cache', say: (strings) => strings.notCached(cacheProblem) });
    if (lane === undefined && files.some(({ kind }) => kind === 'classifier')) this.#classify(missed[0]);
    return sources;
  }

  /**
   * Goes on with the classifier, or without it and without the methods that ask it.
   * @param {import('./protocol.js').Missed | undefined} missed
   */
  #classify(missed) {
    const { catalogue, store } = this.#options;
    const { settings, withheld = [] } = store.get();
    if (!catalogue) return;
    if (missed) {
      const without = withoutClassifier(settings, catalogue);
      store.set({ settings: without.settings, withheld: [...withheld, ...without.withheld] });
      const { name, message } = missed;
      this.#note({
        kind: 'error',
        topic: 'classifier',
        retry: true,
        say: (strings) => strings.classifierMissed(name, message),
      });
      return;
    }
    const order = catalogue.guidance.map(({ name }) => name);
    const method = withheld.length > 0 ? joinMethods([...methodsOf(settings), ...withheld], order) : settings.method;
    store.set({ settings: method === settings.method ? settings : { ...settings, method }, withheld: undefined });
  }

  /** Tries once more to get the classifier. */
  async #fetchClassifier() {
    const { store, run } = this.#options;
    const { model, models, notices } = store.get();
    store.set({ notices: withoutTopic(notices, 'classifier') });
    const { signal } = this.#control;
    const files = model ? filesOf(model, models, this.#manifestUrl).filter(({ kind }) => kind === 'classifier') : [];
    try {
      await this.#load(
        files.map((file) => ({ ...file, optional: true })),
        signal,
      );
    } catch (error) {
      if (signal.aborted || error instanceof EngineLost) return;
      throw error;
    }
    // The engine's session was made without it.
    if (!store.get().withheld) run.detach();
    await run.preview();
  }

  /** Brings what the address asks for together with the model that it names. @param {Model[]} models */
  #fit(models) {
    const { given, specs, store } = this.#options;
    const asked = { settings: store.get().settings, given, problems: this.#problems };
    const { settings, model, problems } = fitToModel(asked, models, specs);
    // The page writes its address in full, so what the model would do anyway was not chosen by anybody.
    const usual = modelDefaults(model, specs);
    const unusual = (/** @type {string} */ key) => key === 'model' || settings[key] !== usual[key];
    for (const key of [...given]) if (!unusual(key)) given.delete(key);
    store.set({ models, model, settings });
    for (const problem of problems)
      this.#note({
        kind: 'error',
        topic: problem.key,
        ofAddress: true,
        say: (strings) => strings.badParameter(problem),
      });
    return model;
  }

  /**
   * Brings the settings together with another model: what it cannot have it does without, and the classes and styles
   * that somebody chose for it before come back.
   * @param {Model[]} models
   */
  #refit(models) {
    const { given, specs, store } = this.#options;
    const first = fitToModel({ settings: store.get().settings, given }, models, specs);
    for (const { key } of first.problems) given.delete(key);
    const chosen = Object.entries(this.#labels.get(first.model.name) ?? {}).filter(([key]) => !given.has(key));
    for (const [key] of chosen) given.add(key);
    const asked = { settings: { ...first.settings, ...Object.fromEntries(chosen) }, given };
    const { settings, model } = fitToModel(asked, models, specs);
    store.set({ model, settings });
    return model;
  }

  /** @param {import('./protocol.js').Progress} progress */
  #progress(progress) {
    const { store } = this.#options;
    store.set({ progress: store.get().progress.map((file) => (file.name === progress.name ? progress : file)) });
  }

  /** @param {Notice} notice */
  #fail(notice) {
    const { store, engine } = this.#options;
    this.#control.abort();
    engine.close();
    store.set({ phase: 'error', progress: [] });
    this.#note(notice);
  }

  /** @param {Notice} notice */
  #note(notice) {
    const { store } = this.#options;
    store.set({ notices: withNotice(store.get().notices, notice) });
  }
}
