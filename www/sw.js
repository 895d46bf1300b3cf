// @ts-check
/**
 * The service worker: keeps this version of the page whole. FILES and ENGINES are put in by the build
 * (`offline.config.js`). Weights are not its business: `weights-cache.js` keeps them by their hash.
 */
/* global FILES, ENGINES */
import { cleanupOutdatedCaches, precacheAndRoute } from 'workbox-precaching';
import { registerRoute } from 'workbox-routing';
import { CacheFirst } from 'workbox-strategies';

/** @typedef {import('./bundle-name.js').BundleName} Bundle */

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

const cacheOf = (/** @type {string} */ bundle) => `guidelight-engine-${bundle}`;
const addressesOf = (/** @type {Bundle} */ bundle) =>
  ENGINES[bundle].map((file) => new URL(file, worker.registration.scope).href);
const BUNDLES = /** @type {Bundle[]} */ (Object.keys(ENGINES));

precacheAndRoute(FILES, { ignoreURLParametersMatching: [/./], cleanURLs: false });
cleanupOutdatedCaches();

const engines = Object.fromEntries(
  BUNDLES.map((bundle) => [
    bundle,
    new CacheFirst({
      cacheName: cacheOf(bundle),
      matchOptions: { ignoreVary: true },
      // What the visit has downloaded is taken over, whatever the host says about caching: the name holds a hash.
      fetchOptions: { cache: 'force-cache' },
    }),
  ]),
);
for (const bundle of BUNDLES) registerRoute(({ url }) => addressesOf(bundle).includes(url.href), engines[bundle]);

/**
 * @param {Bundle} bundle
 * @param {ExtendableEvent} event
 */
async function keep(bundle, event) {
  await Promise.all(
    addressesOf(bundle).map((address) => Promise.all(engines[bundle]?.handleAll({ event, request: address }) ?? [])),
  );
}

// Whoever has the old version's engine has the new one's before the new version is taken.
worker.addEventListener('install', (event) =>
  event.waitUntil(
    Promise.all(BUNDLES.map(async (bundle) => (await caches.has(cacheOf(bundle))) && keep(bundle, event))),
  ),
);

worker.addEventListener('activate', (event) =>
  event.waitUntil(
    Promise.all(
      BUNDLES.map(async (bundle) => {
        if (!(await caches.has(cacheOf(bundle)))) return;
        const cache = await caches.open(cacheOf(bundle));
        const wanted = addressesOf(bundle);
        for (const request of await cache.keys()) if (!wanted.includes(request.url)) await cache.delete(request);
      }),
    ),
  ),
);

worker.addEventListener('message', (event) => {
  if (event.data?.type === 'SKIP_WAITING') void worker.skipWaiting();
  if (event.data?.type === 'KEEP' && BUNDLES.includes(event.data.bundle))
    event.waitUntil(keep(event.data.bundle, event));
});
