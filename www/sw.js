// @ts-check
/**
 * The service worker: keeps this version of the page whole. FILES and ENGINES are put in by the build
 * (`offline.config.js`). Weights are not its business: `weights-cache.js` keeps them by their hash.
 */
/* global FILES, ENGINES */
import { cleanupOutdatedCaches, precacheAndRoute } from 'workbox-precaching';
import { registerRoute } from 'workbox-routing';
import { CacheFirst } from 'workbox-strategies';

/** @typedef {'webgpu' | 'cpu'} Backend */

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

const cacheOf = (/** @type {string} */ backend) => `guidelight-engine-${backend}`;
const addressesOf = (/** @type {Backend} */ backend) =>
  ENGINES[backend].map((file) => new URL(file, worker.registration.scope).href);
const BACKENDS = /** @type {Backend[]} */ (Object.keys(ENGINES));

precacheAndRoute(FILES, { ignoreURLParametersMatching: [/./], cleanURLs: false });
cleanupOutdatedCaches();

const engines = Object.fromEntries(
  BACKENDS.map((backend) => [
    backend,
    new CacheFirst({
      cacheName: cacheOf(backend),
      matchOptions: { ignoreVary: true },
      // What the visit has downloaded is taken over, whatever the host says about caching: the name holds a hash.
      fetchOptions: { cache: 'force-cache' },
    }),
  ]),
);
for (const backend of BACKENDS) registerRoute(({ url }) => addressesOf(backend).includes(url.href), engines[backend]);

/**
 * @param {Backend} backend
 * @param {ExtendableEvent} event
 */
async function keep(backend, event) {
  await Promise.all(
    addressesOf(backend).map((address) => Promise.all(engines[backend]?.handleAll({ event, request: address }) ?? [])),
  );
}

// Whoever has the old version's engine has the new one's before the new version is taken.
worker.addEventListener('install', (event) =>
  event.waitUntil(
    Promise.all(BACKENDS.map(async (backend) => (await caches.has(cacheOf(backend))) && keep(backend, event))),
  ),
);

worker.addEventListener('activate', (event) =>
  event.waitUntil(
    Promise.all(
      BACKENDS.map(async (backend) => {
        if (!(await caches.has(cacheOf(backend)))) return;
        const cache = await caches.open(cacheOf(backend));
        const wanted = addressesOf(backend);
        for (const request of await cache.keys()) if (!wanted.includes(request.url)) await cache.delete(request);
      }),
    ),
  ),
);

worker.addEventListener('message', (event) => {
  if (event.data?.type === 'SKIP_WAITING') void worker.skipWaiting();
  if (event.data?.type === 'KEEP' && BACKENDS.includes(event.data.backend))
    event.waitUntil(keep(event.data.backend, event));
});
