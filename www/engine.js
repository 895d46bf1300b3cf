// @ts-check
/**
 * The page's handle on the worker: every request is a promise, every promise can be aborted, and a worker that broke is
 * replaced. What to do after a break is decided elsewhere (`boot.js`).
 */

/** @typedef {import('./protocol.js').Request} Request */
/** @typedef {import('./protocol.js').Reply} Reply */
/** @typedef {import('./protocol.js').Settings} Settings */
/** @typedef {import('./protocol.js').Pictures} Pictures */
/** @typedef {import('./protocol.js').ModelFile} ModelFile */
/** @typedef {import('./protocol.js').Progress} Progress */
/** @typedef {Request extends infer R ? R extends Request ? Omit<R, 'id'> : never : never} Question */
/** @typedef {Exclude<Reply, { type: 'lost' | 'crashed' }>} Answer */

/** Something the engine said no to: a sentence for people, and whether trying again may help. */
export class EngineError extends Error {
  /**
   * @param {string} message
   * @param {boolean} [retryable]
   */
  constructor(message, retryable = false) {
    super(message);
    this.name = 'EngineError';
    this.retryable = retryable;
  }
}

/** The worker broke: its engine, models and session are gone. */
export class EngineLost extends Error {
  /**
   * @param {'lost' | 'crashed'} kind
   * @param {string} message
   */
  constructor(kind, message) {
    super(message);
    this.name = 'EngineLost';
    this.kind = kind;
  }
}

export class Engine {
  #spawn;
  #onLost;
  /** @type {Worker | undefined} */
  #worker;
  #nextId = 1;
  /** Whether the worker was asked anything. */
  #asked = false;
  /** @type {Map<number, { resolve: (answer: any) => void, reject: (error: Error) => void, progress?: (progress: Progress) => void }>} */
  #pending = new Map();

  /**
   * @param {() => Worker} spawn
   * @param {(error: EngineLost) => void} onLost called once for each worker that broke
   */
  constructor(spawn, onLost) {
    this.#spawn = spawn;
    this.#onLost = onLost;
  }

  /** Starts the worker before there is anything to ask it, so that its script arrives meanwhile. */
  wake() {
    this.#worker ??= this.#start();
  }

  /**
   * @param {'auto' | 'webgpu' | 'cpu'} backend
   * @param {AbortSignal} [signal]
   */
  open(backend, signal) {
    return this.#ask('opened', { type: 'open', backend }, { signal });
  }

  /**
   * @param {ModelFile[]} files
   * @param {string[]} keep hashes of all models of the manifest: whatever else is cached goes
   * @param {{ signal?: AbortSignal, progress?: (progress: Progress) => void, lane?: number }} [options] a lane other
   *   than 0 loads into an engine of its own
   */
  load(files, keep, { lane, ...options } = {}) {
    return this.#ask('loaded', { type: 'load', files, keep, lane }, options);
  }

  /**
   * Begins a run. Where the answer has steps `toInvert`, they lead to its start.
   * @param {Settings} settings
   * @param {Pictures} pictures
   * @param {number} [lane]
   */
  start(settings, pictures, lane) {
    return this.#ask('ready', { type: 'start', settings, pictures, lane });
  }

  /** Makes one step of the inversion that a run starts with. @param {number} [lane] */
  invert(lane) {
    return this.#ask('ready', { type: 'invert', lane });
  }

  /** Runs one step; undefined when the run is finished. @param {number} [lane] */
  async step(lane) {
    const answer = await this.#ask(['frame', 'finished'], { type: 'step', lane });
    return answer.type === 'frame' ? answer.frame : undefined;
  }

  /**
   * @param {number} position executed steps to go back to
   * @param {number} [lane]
   */
  seek(position, lane) {
    return this.#ask('ready', { type: 'seek', position, lane });
  }

  /**
   * Changes the settings of the run from its present position on.
   * @param {Settings} settings
   * @param {Pictures} pictures
   * @param {number} [lane]
   */
  update(settings, pictures, lane) {
    return this.#ask('ready', { type: 'update', settings, pictures, lane });
  }

  /** Frees the run of a lane, and the model that it has for itself. @param {number} lane */
  closeLane(lane) {
    return this.#ask('closed', { type: 'close', lane });
  }

  /**
   * Milliseconds of one execution, or the largest difference that the self-test finds.
   * @param {import('guidelight/*').Case | 'self-test'} what
   */
  async measure(what) {
    return (await this.#ask('measured', { type: 'measure', what })).value;
  }

  async survey() {
    return (await this.#ask('surveyed', { type: 'survey' })).survey;
  }

  /**
   * What a run with these settings would visit, and how strongly its methods would act there.
   * @param {Settings} settings
   * @param {Pictures} pictures
   */
  async outlook(settings, pictures) {
    return (await this.#ask('outlook', { type: 'outlook', settings, pictures })).outlook;
  }

  /**
   * A picture under the noise of timestep `t`, and what the networks see in it.
   * @param {Uint8Array} picture RGBA at the model's size
   * @param {number} t
   * @param {number} seed of the noise
   * @param {{ told?: number, class?: number, style?: number, lane?: number }} [options] the timestep that the networks are
   *   told, if it is not the true one; indices of labels for the denoiser; the lane whose model is asked
   */
  async noised(picture, t, seed, options) {
    return (await this.#ask('noised', { type: 'noised', picture, t, seed, ...options })).noised;
  }

  /**
   * Begins a run of points in the plane, all with the class of the settings; needs no model.
   * @param {string} density a name of the catalogue
   * @param {Settings} settings
   * @param {number} points
   * @param {number} [lane]
   */
  async startPlane(density, settings, points, lane) {
    return (await this.#ask('plane', { type: 'plane', density, settings, points, lane })).plane;
  }

  /** Runs one step of it; undefined when the run is finished. @param {number} [lane] */
  async stepPlane(lane) {
    const answer = await this.#ask(['plane-frame', 'finished'], { type: 'plane-step', lane });
    return answer.type === 'plane-frame' ? answer.frame : undefined;
  }

  /**
   * Changes its settings from its present position on.
   * @param {Settings} settings
   * @param {number} [lane]
   */
  async updatePlane(settings, lane) {
    return (await this.#ask('plane', { type: 'plane-update', settings, lane })).plane;
  }

  /**
   * A density under the noise of timestep `t`: its score and its logarithm, of the whole or of a class, and its classes.
   * @param {string} density
   * @param {number} t
   * @param {number | undefined} classIndex
   * @param {Float32Array} at x0, y0, x1, y1, …
   */
  async field(density, t, classIndex, at) {
    return (await this.#ask('field', { type: 'field', density, t, class: classIndex, at })).field;
  }

  /**
   * Draws from a density: point k of a seed is the same however many are drawn.
   * @param {string} density
   * @param {number} points
   * @param {number} seed
   */
  async sampleDensity(density, points, seed) {
    return (await this.#ask('sample', { type: 'sample', density, points, seed })).cloud;
  }

  /** Ends the worker; the next request starts a new one. Whatever was pending is rejected as aborted. */
  close() {
    // A worker that was asked nothing is as good as a new one.
    if (!this.#asked) return;
    this.#drop(new DOMException('The engine was closed.', 'AbortError'));
  }

  /**
   * @template {Answer['type']} T
   * @param {T | readonly T[]} expected
   * @param {Question} question
   * @param {{ signal?: AbortSignal, progress?: (progress: Progress) => void }} [options]
   * @returns {Promise<Extract<Answer, { type: T }>>}
   */
  #ask(expected, question, { signal, progress } = {}) {
    if (signal?.aborted) return Promise.reject(signal.reason);
    const worker = (this.#worker ??= this.#start());
    this.#asked = true;
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const abort = () => worker.postMessage({ id: this.#nextId++, type: 'abort', target: id });
      signal?.addEventListener('abort', abort, { once: true });
      const settle = () => {
        signal?.removeEventListener('abort', abort);
        this.#pending.delete(id);
      };
      this.#pending.set(id, {
        progress,
        resolve: (answer) => {
          settle();
          if ([expected].flat().includes(answer.type)) resolve(answer);
          else if (answer.type === 'aborted') reject(signal?.reason ?? new DOMException('Aborted.', 'AbortError'));
          else if (answer.type === 'failed') reject(new EngineError(answer.message, answer.retryable));
          else reject(new EngineError(`The worker answered ${question.type} with ${answer.type}.`));
        },
        reject: (error) => {
          settle();
          reject(error);
        },
      });
      worker.postMessage({ ...question, id });
    });
  }

  #start() {
    const worker = this.#spawn();
    worker.addEventListener('message', (/** @type {MessageEvent<Reply>} */ { data }) => {
      if (data.type === 'lost' || data.type === 'crashed') this.#broke(worker, new EngineLost(data.type, data.message));
      else if (data.type === 'progress') this.#pending.get(data.id)?.progress?.(data.progress);
      else this.#pending.get(data.id)?.resolve(data);
    });
    worker.addEventListener('error', (event) => {
      // The worker reports its own errors as messages; what arrives here could not even do that (a script that failed to load).
      event.preventDefault();
      this.#broke(worker, new EngineLost('crashed', event.message || 'the worker could not be started'));
    });
    worker.addEventListener('messageerror', () =>
      this.#broke(worker, new EngineLost('crashed', 'a message could not be read')),
    );
    return worker;
  }

  /**
   * @param {Worker} worker
   * @param {EngineLost} error
   */
  #broke(worker, error) {
    // Late news of a worker that has been replaced.
    if (worker !== this.#worker) return;
    const asked = this.#asked;
    this.#drop(error);
    // Who asks nothing yet misses nothing: the first request starts another.
    if (asked) this.#onLost(error);
  }

  /** @param {Error} reason */
  #drop(reason) {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#asked = false;
    for (const { reject } of [...this.#pending.values()]) reject(reason);
  }
}
