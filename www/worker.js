// @ts-check
/** The module worker: joins the host to this thread's globals. Everything heavy runs here. */
import { openEngine } from './backend.js';
import { importBundle } from './bundle.js';
import { Host } from './host.js';
import { openWeightsCache } from './weights-cache.js';

/** @typedef {import('./protocol.js').Reply} Reply */

const worker = /** @type {DedicatedWorkerGlobalScope} */ (/** @type {unknown} */ (self));

/**
 * @param {Reply} reply
 * @param {Transferable[]} [transfer]
 */
const post = (reply, transfer = []) => worker.postMessage(reply, transfer);

const host = new Host({
  openEngine: (backend) =>
    openEngine(backend, { gpu: navigator.gpu, importBundle, lost: (message) => post({ type: 'lost', message }) }),
  fetch: worker.fetch.bind(worker),
  cache: openWeightsCache(worker.caches, worker.location.origin),
  post,
});

// A panic inside an awaited wasm call leaves its promise pending for ever: this is the only sign of it.
worker.addEventListener('unhandledrejection', (event) =>
  post({ type: 'crashed', message: String(event.reason?.message ?? event.reason) }),
);
worker.addEventListener('error', (event) => post({ type: 'crashed', message: event.error?.message ?? event.message }));
worker.addEventListener('message', (event) => host.receive(event.data));
