// @ts-check
/**
 * The worker's side of the protocol: owns the engine and its session, and answers one request at a time. Free of
 * worker globals, so that it runs in Node too.
 */
import { loadFile, DownloadError } from './loader.js';
import { plainFrame, transferables } from './protocol.js';

/** @typedef {import('./protocol.js').Request} Request */
/** @typedef {import('./protocol.js').Reply} Reply */
/** @typedef {import('./protocol.js').ModelFile} ModelFile */
/** @typedef {import('./protocol.js').ModelInfo} ModelInfo */
/** @typedef {import('guidelight/*').Engine} Engine */
/** @typedef {import('guidelight/*').Session} Session */
/** @typedef {import('./backend.js').Opened} Opened */
/** @typedef {import('./loader.js').LoaderOptions} LoaderOptions */
/** @typedef {ReturnType<typeof loadFile>} Arrival */
/** @typedef {{ file: ModelFile, arrived: Arrival, again: () => Arrival }} Download */

/** What takes a file of each kind. */
const LOADERS = /** @type {const} */ ({ unet: 'loadUnet', weak: 'loadWeak', classifier: 'loadClassifier' });

/**
 * @typedef {{
 *   openEngine: (backend: 'auto' | 'webgpu' | 'cpu') => Promise<Opened>,
 *   fetch: typeof fetch,
 *   cache: import('./weights-cache.js').WeightsCache,
 *   post: (reply: Reply, transfer?: Transferable[]) => void,
 * }} HostOptions
 */

export class Host {
  #options;
  /** @type {Engine | undefined} */
  #engine;
  /** @type {Session | undefined} */
  #session;
  /** @type {Promise<void>} the request under way: wasm objects cannot be used again while they are awaited */
  #busy = Promise.resolve();
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
    return Promise.all(downloads.map(({ arrived }) => arrived)).then(answer, answer);
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
      const fetchWith = (/** @type {LoaderOptions['cache']} */ from) =>
        loadFile(file, {
          fetch,
          cache: from,
          signal,
          progress: (progress) => post({ id, type: 'progress', progress }),
        });
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
      const reply = await this.#perform(request, downloads, signal);
      const pictures = reply.type === 'frame' ? reply.frame : reply.type === 'noised' ? reply.noised : {};
      post(reply, transferables(pictures));
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
    const { id } = request;
    switch (request.type) {
      case 'open': {
        const { engine, ...about } = await this.#options.openEngine(request.backend);
        this.#engine = engine;
        return { id, type: 'opened', ...about };
      }
      case 'load':
        return { id, type: 'loaded', ...(await this.#load(downloads, request.keep, signal)) };
      case 'start': {
        this.#session?.free();
        this.#session = undefined;
        this.#session = this.#need(this.#engine).session(request.settings, { reference: request.reference });
        return this.#ready(id);
      }
      case 'step': {
        const frame = await this.#need(this.#session).step();
        return frame ? { id, type: 'frame', frame: plainFrame(frame) } : { id, type: 'finished' };
      }
      case 'outlook': {
        // Of a run that is never made: the one under way keeps its settings until its next step.
        const session = this.#need(this.#engine).session(request.settings, { reference: request.reference });
        const outlook = session.outlook();
        session.free();
        return { id, type: 'outlook', outlook };
      }
      case 'noised': {
        const { picture, t, seed } = request;
        return { id, type: 'noised', noised: await this.#need(this.#engine).noised(picture, t, seed) };
      }
      case 'invert':
      case 'seek':
      case 'update': {
        const session = this.#need(this.#session);
        if (request.type === 'invert') session.invert();
        else if (request.type === 'seek') session.seek(request.position);
        else session.update(request.settings, { reference: request.reference });
        return this.#ready(id);
      }
    }
  }

  /**
   * @param {number} id
   * @returns {Promise<Reply>}
   */
  async #ready(id) {
    const session = this.#need(this.#session);
    const { xt, lowpass } = await session.state();
    const { position, total, toInvert } = session;
    return { id, type: 'ready', position, total, toInvert, xt, lowpass };
  }

  /**
   * Hands the files to wasm in their order, and keeps what wasm accepted.
   * @param {Download[]} downloads
   * @param {string[]} keep hashes that may stay in the cache
   * @param {AbortSignal} signal
   */
  async #load(downloads, keep, signal) {
    const { cache } = this.#options;
    const engine = this.#need(this.#engine);
    const [models, sources] = [/** @type {ModelInfo[]} */ ([]), /** @type {('network' | 'cache')[]} */ ([])];
    // All of them: the first failure is the answer, whichever file it is of.
    await Promise.all(downloads.map(({ arrived }) => arrived));
    for (const { file, arrived, again } of downloads) {
      const accept = (/** @type {Uint8Array} */ bytes) => engine[LOADERS[file.kind]](bytes, file.sha256);
      let { bytes, source } = await arrived;
      signal.throwIfAborted();
      try {
        models.push(accept(bytes));
      } catch (error) {
        if (source === 'network' || error instanceof WebAssembly.RuntimeError) throw error;
        // The stored copy is damaged: once more from the network, and what that brings is final.
        await cache.evict(file.sha256);
        ({ bytes, source } = await again());
        models.push(accept(bytes));
      }
      sources.push(source);
      if (source === 'network') await cache.put(file.sha256, bytes);
    }
    await cache.prune(keep);
    return { models, sources, cacheProblem: cache.problem() };
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
