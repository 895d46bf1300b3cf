// @ts-check
/** Long work on the page's own thread: told of as it goes on, and stopped between two pieces. */

/** @typedef {{ signal: AbortSignal, progress: (share: number) => void }} Work */

/**
 * Says how far it is, and lets the page breathe.
 * @param {Work} work
 * @param {number} share from 0 to 1
 * @param {number} [ms]
 */
export async function pause({ signal, progress }, share, ms = 0) {
  progress(share);
  await new Promise((resolve) => setTimeout(resolve, ms));
  signal.throwIfAborted();
}
