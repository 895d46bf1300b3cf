// @ts-check
/** The page without a page: store, run, boot and engine on the double, with a worker that lives in this thread. */
import { Boot } from '../../../www/boot.js';
import { Engine } from '../../../www/engine.js';
import { Host } from '../../../www/host.js';
import { strings } from '../../../www/i18n/en.js';
import { Lanes } from '../../../www/lanes.js';
import { openEngine } from '../../../www/backend.js';
import { Run } from '../../../www/run.js';
import { settingSpecs } from '../../../www/settings.js';
import { initialState } from '../../../www/state.js';
import { createStore } from '../../../www/store.js';
import { parseUrl } from '../../../www/url.js';
import * as double from '../../double/engine.js';
import { files, manifest } from '../../double/models.js';

export const catalogue = double.catalogue();
export const specs = settingSpecs(catalogue);

/** A WebGPU that says yes. */
export const gpu = {
  requestAdapter: async () => ({ features: new Set(['timestamp-query']), info: { description: 'toy' } }),
};

/** A cache that is never there. */
export const noCache = {
  has: async () => false,
  get: async () => undefined,
  put: async () => {},
  evict: async () => {},
  prune: async () => {},
  problem: () => undefined,
};

/** A cache that keeps everything. */
export function memoryCache() {
  /** @type {Map<string, Uint8Array>} */
  const kept = new Map();
  return {
    kept,
    has: async (/** @type {string} */ hash) => kept.has(hash),
    get: async (/** @type {string} */ hash) => kept.get(hash),
    put: async (/** @type {string} */ hash, /** @type {Uint8Array} */ bytes) => {
      kept.set(hash, bytes.slice());
    },
    evict: async (/** @type {string} */ hash) => {
      kept.delete(hash);
    },
    prune: async () => {},
    problem: () => undefined,
  };
}

/** Serves the double's model files. @type {typeof fetch} */
export const fetchToy = async (input) => {
  const name = new URL(String(input)).pathname.split('/').at(-1) ?? '';
  if (name === 'manifest.json') return new Response(JSON.stringify(manifest));
  const bytes = files[name];
  return bytes
    ? new Response(/** @type {BufferSource} */ (bytes), { headers: { 'Content-Length': String(bytes.length) } })
    : new Response('', { status: 404 });
};

/**
 * A worker whose other side is a Host in this thread. `hurt` lets tests break it.
 * @param {object} [environment]
 */
export function spawner(environment = {}) {
  const { bundle = double, fetch = fetchToy, cache = noCache, gpuOf = () => gpu } = /** @type {any} */ (environment);
  /** @type {any[]} */
  const workers = [];
  const spawn = () => {
    /** @type {Record<string, ((event: any) => void)[]>} */
    const listeners = {};
    const tell = (/** @type {string} */ type, /** @type {any} */ event) =>
      listeners[type]?.forEach((listener) => listener(event));
    const worker = {
      ended: false,
      /** @type {any[]} */
      received: [],
      addEventListener: (/** @type {string} */ type, /** @type {any} */ listener) =>
        (listeners[type] ??= []).push(listener),
      postMessage(/** @type {any} */ message) {
        worker.received.push(message);
        setImmediate(() => {
          if (!worker.ended) host.receive(structuredClone(message));
        });
      },
      terminate() {
        worker.ended = true;
      },
      break: (/** @type {any} */ reply) => tell('message', { data: reply }),
    };
    const host = new Host({
      openEngine: (backend) =>
        openEngine(backend, {
          gpu: gpuOf(),
          importBundle: async () => bundle,
          lost: (message) => tell('message', { data: { type: 'lost', message } }),
        }),
      fetch,
      cache,
      post: (reply, transfer = []) =>
        setImmediate(() => {
          if (!worker.ended) tell('message', { data: structuredClone(reply, { transfer }) });
        }),
    });
    workers.push(worker);
    return /** @type {any} */ (worker);
  };
  return { spawn, workers };
}

/**
 * @param {string} search
 * @param {object} [environment]
 */
export function page(search = '', environment = {}) {
  const { settings, given, problems } = parseUrl(search, specs);
  const store = createStore(initialState(settings));
  const { spawn, workers } = spawner(environment);
  /** @type {any[]} */
  const refused = [];
  /** @type {Promise<void>[]} */
  const recoveries = [];
  const engine = new Engine(spawn, (error) => recoveries.push(boot.recover(error)));
  const run = new Run({
    store,
    engine,
    specs,
    catalogue,
    loadWeaker: () => boot.loadWeaker(),
    paint: async (_, signal) => {
      await lanes.caughtUp(signal);
      await new Promise((resolve) => setImmediate(resolve));
    },
    refuse: (problem) => refused.push(problem),
  });
  const { manifestFetch = fetchToy, cache = noCache, network = { onLine: true } } = /** @type {any} */ (environment);
  const boot = new Boot({
    store,
    engine,
    run,
    specs,
    catalogue,
    given,
    problems,
    network,
    strings,
    base: 'http://site.test/some/where/',
    fetch: manifestFetch,
    weights: cache,
  });
  const lanes = new Lanes({
    store,
    engine,
    specs,
    catalogue,
    loadWeaker: () => boot.loadWeaker(),
    loadForLane: (lane, model) => boot.loadForLane(lane, model),
  });
  const set = (/** @type {Record<string, any>} */ patch) =>
    store.set({ settings: { ...store.get().settings, ...patch } });
  return { store, engine, run, boot, lanes, workers, refused, recoveries, given, set };
}

/**
 * The notices on show, in words.
 * @param {import('../../../www/store.js').Store<any>} store
 * @param {import('../../../www/i18n/index.js').Strings} [said]
 */
export const told = (store, said = strings) =>
  store.get().notices.map(({ say, ...rest }) => ({ ...rest, text: say(said) }));

/**
 * Waits until the store is as asked.
 * @param {import('../../../www/store.js').Store<any>} store
 * @param {(state: any) => boolean} wanted
 */
export async function until(store, wanted) {
  for (let turn = 0; turn < 20_000; turn++) {
    if (wanted(store.get())) return store.get();
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error(
    `never came to pass: ${wanted}; the phase is ${store.get().phase}, notices ${JSON.stringify(told(store))}`,
  );
}
