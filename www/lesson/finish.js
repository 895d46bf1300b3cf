// @ts-check
/** A run to its end, where the picture is what counts. */

/** @typedef {import('../protocol.js').Frame} Frame */

/**
 * @param {AsyncIterable<Frame>} frames
 * @param {AbortSignal} signal what ends the run early
 * @param {(frame: Frame) => void} see is shown every frame
 * @returns {Promise<Frame>} the last one
 */
export async function finish(frames, signal, see) {
  /** @type {Frame | undefined} */
  let last;
  for await (const frame of frames) {
    signal.throwIfAborted();
    last = frame;
    see(frame);
  }
  signal.throwIfAborted();
  // No chain is without steps.
  return /** @type {Frame} */ (last);
}
