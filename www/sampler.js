// @ts-check
/** The pull loop: asks for one step, hands out its frame, and asks again only when that has been taken. */

/**
 * Pulls frames until the run is finished or the signal aborts. One step is in flight at a time and none is asked for
 * ahead: slow machines do not pile up work, and a pause takes effect after the step that is under way. One step a
 * request, because people watch each of them; a batch would only save a message.
 * @template F
 * @param {() => Promise<F | undefined>} step
 * @param {AbortSignal} signal
 * @returns {AsyncGenerator<F, void, void>}
 */
export async function* pull(step, signal) {
  while (!signal.aborted) {
    const frame = await step();
    if (frame === undefined) return;
    yield frame;
  }
}
