// @ts-check
/** Several pieces of work at once. */

/**
 * Waits for all of them, and only then says what went wrong with one: none goes on unseen.
 * @param {Promise<void>[]} works
 */
export async function together(works) {
  const outcomes = await Promise.allSettled(works);
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
}
