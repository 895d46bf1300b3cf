// @ts-check
/**
 * Fetches one model file: byte-accurate progress, retry and resume after a dropped connection, and no byte more read
 * than the manifest promises. Whether the bytes are the right ones is decided where they are used (`host.js`).
 */

/** @typedef {import('./protocol.js').ModelFile} ModelFile */
/** @typedef {import('./protocol.js').Progress} Progress */
/** @typedef {import('./weights-cache.js').WeightsCache} WeightsCache */

/** Pauses before each further attempt, in ms: short, because a person is watching. */
const RETRY_AFTER = [500, 1500, 4000];

/** Progress is told at most this often, in ms: a message for every chunk would only keep the page busy. */
const PROGRESS_EVERY = 50;

/** A download that failed for a reason that another attempt may cure (`retryable`) or not. */
export class DownloadError extends Error {
  /**
   * @param {string} message
   * @param {boolean} retryable
   */
  constructor(message, retryable) {
    super(message);
    this.name = 'DownloadError';
    this.retryable = retryable;
  }
}

/** A connection that broke on the way: the only failure that is worth an attempt of its own. */
class Dropped extends Error {}

/**
 * @typedef {{
 *   fetch: typeof fetch,
 *   cache?: WeightsCache,
 *   progress?: (progress: Progress) => void,
 *   signal?: AbortSignal,
 *   sleep?: (ms: number, signal?: AbortSignal) => Promise<void>,
 *   now?: () => number,
 *   online?: () => boolean,
 * }} LoaderOptions
 */

/**
 * @param {number} ms
 * @param {AbortSignal} [signal]
 * @returns {Promise<void>}
 */
function sleepFor(ms, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        reject(signal.reason);
      },
      { once: true },
    );
  });
}

/**
 * The bytes of a model file, from the cache when they are there.
 * @param {ModelFile} file
 * @param {LoaderOptions} options
 * @returns {Promise<{ bytes: Uint8Array, source: 'network' | 'cache' }>}
 */
export async function loadFile(file, options) {
  const cached = await options.cache?.get(file.sha256);
  if (cached) {
    options.progress?.({ name: file.name, received: cached.length, bytes: file.bytes, source: 'cache', attempt: 1 });
    return { bytes: cached, source: 'cache' };
  }
  return { bytes: await download(file, options), source: 'network' };
}

/**
 * @param {ModelFile} file
 * @param {LoaderOptions} options
 * @returns {Promise<Uint8Array>}
 */
async function download(file, options) {
  const { signal, sleep = sleepFor, online = () => globalThis.navigator?.onLine !== false } = options;
  const into = { bytes: new Uint8Array(file.bytes), received: 0, validator: '' };
  for (let attempt = 1; ; attempt++) {
    try {
      await attemptDownload(file, into, attempt, options);
      return into.bytes;
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof Dropped)) throw error;
      const pause = RETRY_AFTER[attempt - 1];
      // Without a network there may be a server on this machine, so one attempt is made, and no more.
      if (pause === undefined || !online()) throw new DownloadError(error.message, true);
      await sleep(pause, signal);
    }
  }
}

/**
 * One request, which goes on where the one before stopped if the server can.
 * @param {ModelFile} file
 * @param {{ bytes: Uint8Array, received: number, validator: string }} into
 * @param {number} attempt
 * @param {LoaderOptions} options
 */
async function attemptDownload(file, into, attempt, { fetch, progress, signal, now = () => performance.now() }) {
  /** @type {Record<string, string>} */
  const headers = {};
  if (into.received > 0 && into.validator) {
    headers.Range = `bytes=${into.received}-`;
    headers['If-Range'] = into.validator;
  }
  // 'no-store': the weights are kept by hash in a cache of their own; a second copy in the browser's would only cost disk.
  const response = await fetch(file.url, { headers, signal, cache: 'no-store' }).catch((error) => {
    throw new Dropped(`${file.name} could not be downloaded: the connection failed (${error.message}).`);
  });
  const resumed = response.status === 206 && startsAt(response, into.received);
  if (!resumed) {
    into.received = 0;
    if (response.status >= 500)
      throw new Dropped(`${file.name} could not be downloaded: the server answered ${response.status}.`);
    if (response.status !== 200) {
      response.body?.cancel();
      throw new DownloadError(
        `${file.name} could not be downloaded: expected status 200, got ${response.status}.`,
        response.status !== 404,
      );
    }
    checkLength(file, response);
    into.validator = resumeValidator(response);
  }
  if (!response.body) throw new DownloadError(`${file.name} could not be downloaded: the answer had no body.`, true);

  const reader = response.body.getReader();
  let told = -Infinity;
  for (;;) {
    const { done, value } = await reader.read().catch((error) => {
      throw new Dropped(`${file.name} broke off after ${into.received} of ${file.bytes} bytes (${error.message}).`);
    });
    if (done) break;
    if (into.received + value.length > file.bytes) {
      await reader.cancel();
      throw new DownloadError(`${file.name} is too large: expected ${file.bytes} bytes, got more.`, false);
    }
    into.bytes.set(value, into.received);
    into.received += value.length;
    if (now() - told >= PROGRESS_EVERY || into.received === file.bytes) {
      told = now();
      progress?.({ name: file.name, received: into.received, bytes: file.bytes, source: 'network', attempt });
    }
  }
  // A body that ends early without an error is a dropped connection too: HTTP/2 and proxies close cleanly.
  if (into.received < file.bytes)
    throw new Dropped(`${file.name} is cut short: expected ${file.bytes} bytes, got ${into.received}.`);
}

/**
 * Refuses a wrong length before anything is read. An encoded body's Content-Length counts other bytes, so it says nothing.
 * @param {ModelFile} file
 * @param {Response} response
 */
function checkLength(file, response) {
  const length = response.headers.get('Content-Length');
  if (length === null || response.headers.get('Content-Encoding') || Number(length) === file.bytes) return;
  response.body?.cancel();
  throw new DownloadError(`${file.name} has the wrong length: expected ${file.bytes} bytes, got ${length}.`, false);
}

/**
 * What `If-Range` needs so that a resumed body cannot be of another file; empty when the server offers no safe resume.
 * @param {Response} response
 */
function resumeValidator(response) {
  if (response.headers.get('Accept-Ranges') !== 'bytes' || response.headers.get('Content-Encoding')) return '';
  const etag = response.headers.get('ETag') ?? '';
  return etag && !etag.startsWith('W/') ? etag : (response.headers.get('Last-Modified') ?? '');
}

/**
 * @param {Response} response
 * @param {number} offset
 */
function startsAt(response, offset) {
  return response.headers.get('Content-Range')?.startsWith(`bytes ${offset}-`) ?? false;
}
