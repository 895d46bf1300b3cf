// @ts-check
/**
 * The page's side of its service worker (`sw.js`): after the first visit the page needs no network. A new version waits
 * until the visitor takes it, so that nobody ever runs a mix of old and new files.
 */
import { bundleFor } from './bundle-name.js';

/** @typedef {import('./state.js').State} State */

/**
 * @param {{ store: import('./store.js').Store<State>, container: ServiceWorkerContainer, reload: () => void,
 *   arrived: () => void }} page `arrived` is told that a new version waits
 * @returns {Promise<() => void>} takes the new version
 */
export async function keepForOffline({ store, container, reload, arrived }) {
  const { Workbox } = await import('workbox-window');
  const workbox = new Workbox('./sw.js');
  let taken = false;
  workbox.addEventListener('waiting', arrived);
  container.addEventListener('controllerchange', () => {
    if (taken) reload();
    // Another tab took it: what this one still has to fetch of its own version may be gone.
    else arrived();
  });
  await workbox.register();

  // What computes is large, and a visitor uses one of several: only that one is kept.
  const keep = async () => {
    const { backend } = store.get();
    if (backend) await workbox.messageSW({ type: 'KEEP', bundle: await bundleFor(backend.name) });
  };
  store.subscribe((state, before) => {
    if (state.backend !== before.backend) void keep();
  });
  void keep();

  return async () => {
    taken = true;
    const waiting = (await container.getRegistration())?.waiting;
    if (waiting) workbox.messageSkipWaiting();
    else reload();
  };
}
