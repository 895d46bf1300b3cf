// @ts-check
/**
 * The worker's side of the protocol: owns the engine and its sessions, and answers one request at a time. Free of
 * worker globals, so that it runs in Node too.
 */
import { loadFile, DownloadError } from './loader.js';
import { plainFrame, buffersOf } from './protocol.js';

/** @typedef {import('./protocol.js').Request} Request */
/** @typedef {import('./protocol.js').Reply} Reply */
/** @typedef {import('./protocol.js').ModelFile} ModelFile */
/** @typedef {import('./protocol.js').ModelInfo} ModelInfo */
/** @typedef {import('guidelight/*').Engine} Engine */
/** @typedef {import('guidelight/*').Session} Session */
/** @typedef {import('guidelight/*').Plane} Plane */
/** @typedef {import('./backend.js').Opened} Opened */
/** @typedef {import('./loader.js').LoaderOptions} LoaderOptions */
/**
 * What has been fetched; `unchecked` is the hash that wasm has to compare, where the browser could not.
 * @typedef {Promise<Awaited<ReturnType<typeof loadFile>> & { unchecked: string | undefined }>} Arrival
 */
/** @typedef {{ file: ModelFile, arrived: Arrival, again: () => Arrival }} Download */

/** What takes a file of each kind. */
const LOADERS = /** @type {const} */ ({ unet: 'loadUnet', weak: 'loadWeak', classifier: 'loadClassifier' });

/** The part of a reply whose buffers change hands. @param {Reply} reply @returns {object} */
function cargoOf(reply) {
  if ('frame' in reply) return reply.frame;
  if ('noised' in reply) return reply.noised;
  if ('plane' in reply) return reply.plane;
  if ('field' in reply) return reply.field;
  return 'cloud' in reply ? reply.cloud : {};
}

/**
 * @typedef {{
 *   openEngine: (backend: 'auto' | 'webgpu' | 'cpu') => Promise<Opened>,
 *   fetch: typeof fetch,
 *   cache: import('./weights-cache.js').WeightsCache,
 *   post: (reply: Reply, transfer?: Transferable[]) => void,
 * }} HostOptions
 */

/**
 * Hashes beside the engine and as fast as the machine can, which wasm that has just been started cannot. What does not
 * match is left to wasm, too: it has the sentence for it.
 * @param {Uint8Array} bytes
 * @param {string} sha256
 * @returns {Promise<string | undefined>} the hash, if it has to be compared yet
 */
async function unchecked(bytes, sha256) {
  // Outside secure contexts there is none.
  const digest = await globalThis.crypto?.subtle?.digest('SHA-256', /** @type {BufferSource} */ (bytes));
  const hex = digest && [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex === sha256 ? undefined : sha256;
}

export class Host {
  #options;
  /** @type {Map<number, Engine>} by lane: 0 has the one that all share, others one of their own if their model is another */
  #engines = new Map();
  /** @type {Map<number, Session>} by lane */
  #sessions = new Map();
  /** @type {Map<number, Plane>} by lane, which has a session or a plane */
  #planes = new Map();
  /** @type {'webgpu' | 'cpu'} what the shared engine computes on */
  #backend = 'cpu';
  /** @type {Promise<void>} the request under way: wasm objects cannot be used again while they are awaited */
  #busy = Promise.resolve();
  /** @type {Opened['memory'] | undefined} */
  #memory;
  /** @type {import('./protocol.js').Survey['took']} */
  #took = {};
  /** @type {Map<number, AbortController>} */
  #abortable = new Map();

  /** @param {HostOptions} options */
  constructor(options) {
    this.#options = options;
  }

  /**
   * @param {Request} request
   * @returns {Promise<void>} settles when the reply is out
   */
  receive(request) {
    if (request.type === 'abort') {
      this.#abortable.get(request.target)?.abort();
      return Promise.resolve();
    }
    const controller = new AbortController();
    this.#abortable.set(request.id, controller);
    // Downloads run beside whatever the engine is busy with, its own start or a run; what they bring waits its turn.
    const downloads = request.type === 'load' ? this.#download(request.id, request.files, controller.signal) : [];
    const answer = () => (this.#busy = this.#busy.then(() => this.#answer(request, downloads, controller.signal)));
    const needed = downloads.map(({ file, arrived }) => (file.optional ? arrived.catch(() => {}) : arrived));
    return Promise.all(needed).then(answer, answer);
  }

  /**
   * @param {number} id
   * @param {ModelFile[]} files
   * @param {AbortSignal} signal
   * @returns {Download[]}
   */
  #download(id, files, signal) {
    const { cache, fetch, post } = this.#options;
    return files.map((file) => {
      const fetchWith = async (/** @type {LoaderOptions['cache']} */ from) => {
        const loaded = await loadFile(file, {
          fetch,
          cache: from,
          signal,
          progress: (progress) => post({ id, type: 'progress', progress }),
        });
        return { ...loaded, unchecked: await unchecked(loaded.bytes, file.sha256) };
      };
      const arrived = fetchWith(cache);
      // The first failure is the answer; those of the other files must not surface as unhandled.
      arrived.catch(() => {});
      return { file, arrived, again: () => fetchWith(undefined) };
    });
  }

  /**
   * @param {Exclude<Request, { type: 'abort' }>} request
   * @param {Download[]} downloads
   * @param {AbortSignal} signal
   */
  async #answer(request, downloads, signal) {
    const { post } = this.#options;
    const { id } = request;
    try {
      signal.throwIfAborted();
      const began = performance.now();
      const reply = await this.#perform(request, downloads, signal);
      const last = performance.now() - began;
      this.#took[reply.type] = { first: this.#took[reply.type]?.first ?? last, last };
      post(reply, buffersOf(cargoOf(reply)));
    } catch (error) {
      if (signal.aborted) post({ id, type: 'aborted' });
      else if (error instanceof WebAssembly.RuntimeError) post({ type: 'crashed', message: error.message });
      else {
        const message = error instanceof Error ? error.message : String(error);
        post({ id, type: 'failed', message, retryable: error instanceof DownloadError && error.retryable });
      }
    } finally {
      this.#abortable.delete(id);
    }
  }

  /**
   * @param {Exclude<Request, { type: 'abort' }>} request
   * @param {Download[]} downloads
   * @param {AbortSignal} signal
   * @returns {Promise<Reply>}
   */
  async #perform(request, downloads, signal) {
    const { id, type } = request;
    if (type === 'open') {
      const { engine, memory, ...about } = await this.#options.openEngine(request.backend);
      this.#engines.set(0, engine);
      [this.#backend, this.#memory] = [about.backend, memory];
      return { id, type: 'opened', ...about };
    }
    const shared = this.#need(this.#engines.get(0));
    if (type === 'measure') {
      const value = await (request.what === 'self-test' ? shared.selfTest() : shared.measure(request.what, 1));
      return { id, type: 'measured', value };
    }
    if (type === 'survey')
      return { id, type: 'surveyed', survey: { memory: await this.#need(this.#memory)(), took: this.#took } };
    if (type === 'outlook') {
      // Of a run that is never made: the one under way keeps its settings until its next step.
      const session = shared.session(request.settings, request.pictures);
      const outlook = session.outlook();
      session.free();
      return { id, type: 'outlook', outlook };
    }
    if (type === 'noised') {
      const { picture, t, seed, class: classIndex, style, told, lane = 0 } = request;
      const engine = this.#engines.get(lane) ?? shared;
      return { id, type: 'noised', noised: await engine.noised(picture, t, seed, classIndex, style, told) };
    }
    if (type === 'field') {
      const { density, t, class: classIndex, at } = request;
      return { id, type: 'field', field: await shared.field(density, t, classIndex, at) };
    }
    if (type === 'sample')
      return { id, type: 'sample', cloud: shared.sampleDensity(request.density, request.points, request.seed) };
    const { lane = 0 } = request;
    switch (type) {
      case 'load': {
        const engine = lane === 0 ? shared : (await this.#options.openEngine(this.#backend)).engine;
        const loaded = await this.#load(engine, downloads, request.keep, signal);
        // Only now: until its model is there, a lane has no use for an engine of its own.
        this.#engines.set(lane, engine);
        return { id, type: 'loaded', ...loaded };
      }
      case 'start': {
        this.#end(lane);
        const engine = this.#engines.get(lane) ?? shared;
        this.#sessions.set(lane, engine.session(request.settings, request.pictures));
        return this.#ready(id, lane);
      }
      case 'plane': {
        this.#end(lane);
        this.#planes.set(lane, shared.plane(request.density, request.settings, request.points));
        return this.#readyPlane(id, lane);
      }
      case 'plane-step': {
        const frame = await this.#need(this.#planes.get(lane)).step();
        return frame ? { id, type: 'plane-frame', frame } : { id, type: 'finished' };
      }
      case 'plane-update': {
        this.#need(this.#planes.get(lane)).update(request.settings);
        return this.#readyPlane(id, lane);
      }
      case 'step': {
        const frame = await this.#need(this.#sessions.get(lane)).step();
        return frame ? { id, type: 'frame', frame: plainFrame(frame) } : { id, type: 'finished' };
      }
      case 'close': {
        this.#end(lane);
        this.#engines.get(lane)?.free();
        this.#engines.delete(lane);
        return { id, type: 'closed' };
      }
      case 'invert':
      case 'seek':
      case 'update': {
        const session = this.#need(this.#sessions.get(lane));
        if (request.type === 'invert') session.invert();
        else if (request.type === 'seek') session.seek(request.position);
        else session.update(request.settings, request.pictures);
        return this.#ready(id, lane);
      }
    }
  }

  /** Frees the run of a lane. @param {number} lane */
  #end(lane) {
    for (const runs of [this.#sessions, this.#planes]) {
      runs.get(lane)?.free();
      runs.delete(lane);
    }
  }

  /**
   * @param {number} id
   * @param {number} lane
   * @returns {Promise<Reply>}
   */
  async #ready(id, lane) {
    const session = this.#need(this.#sessions.get(lane));
    const { xt, lowpass } = await session.state();
    const { position, total, toInvert } = session;
    return { id, type: 'ready', position, total, toInvert, xt, lowpass };
  }

  /**
   * @param {number} id
   * @param {number} lane
   * @returns {Promise<Reply>}
   */
  async #readyPlane(id, lane) {
    const plane = this.#need(this.#planes.get(lane));
    const points = await plane.state();
    return { id, type: 'plane', plane: { position: plane.position, total: plane.total, points } };
  }

  /**
   * Hands the files to wasm in their order, and keeps what wasm accepted.
   * @param {Engine} engine
   * @param {Download[]} downloads
   * @param {string[]} keep hashes that may stay in the cache
   * @param {AbortSignal} signal
   */
  async #load(engine, downloads, keep, signal) {
    const { cache } = this.#options;
    const [models, sources] = [/** @type {ModelInfo[]} */ ([]), /** @type {('network' | 'cache')[]} */ ([])];
    const missed = /** @type {import('./protocol.js').Missed[]} */ ([]);
    const kept = /** @type {Promise<void>[]} */ ([]);
    // All that are needed: the first failure is the answer, whichever file it is of.
    await Promise.all(downloads.filter(({ file }) => !file.optional).map(({ arrived }) => arrived));
    for (const download of downloads) {
      const { file } = download;
      try {
        const { model, source, bytes } = await this.#accept(engine, download, signal);
        models.push(model);
        sources.push(source);
        if (source === 'network') kept.push(cache.put(file.sha256, bytes));
      } catch (error) {
        if (!file.optional || signal.aborted || error instanceof WebAssembly.RuntimeError) throw error;
        missed.push({ name: file.name, message: error instanceof Error ? error.message : String(error) });
      }
    }
    await Promise.all(kept);
    await cache.prune(keep);
    return { models, sources, missed, cacheProblem: cache.problem() };
  }

  /**
   * Hands a file to wasm when it has arrived.
   * @param {Engine} engine
   * @param {Download} download
   * @param {AbortSignal} signal
   */
  async #accept(engine, { file, arrived, again }, signal) {
    const accept = (/** @type {Awaited<Arrival>} */ arrival) => ({
      ...arrival,
      model: engine[LOADERS[file.kind]](arrival.bytes, arrival.unchecked),
    });
    const arrival = await arrived;
    signal.throwIfAborted();
    try {
      return accept(arrival);
    } catch (error) {
      if (arrival.source === 'network' || error instanceof WebAssembly.RuntimeError) throw error;
      // The stored copy is damaged: once more from the network, and what that brings is final.
      await this.#options.cache.evict(file.sha256);
      return accept(await again());
    }
  }

  /**
   * @template T
   * @param {T | undefined} part
   * @returns {T}
   */
  #need(part) {
    if (!part) throw new Error('The engine was asked for a step before it was ready.');
    return part;
  }
}
