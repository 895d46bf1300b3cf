// @ts-check
/** Interleaved measurements: A B A B, so that what the machine does meanwhile meets all alike. */

/** @typedef {{ median: number, low: number, high: number, rounds: number }} Spread */

/** @param {number[]} values @returns {Spread} */
export function spread(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const rounds = sorted.length;
  return { median: sorted[rounds >> 1], low: sorted[0], high: sorted[rounds - 1], rounds };
}

/** The spread of the ratio of two that took turns: of each round, so that a slow moment counts on both sides. @param {number[]} a @param {number[]} b */
export const ratio = (a, b) => spread(a.map((value, round) => value / b[round]));

/**
 * Runs every task once for its kernels and caches, then all in turn. The number of rounds follows from the time that
 * there is; at least `least` are made.
 * @template {{ ms: number }} T
 * @param {Map<string, () => Promise<T>>} tasks
 * @param {{ ms: number, least: number, most: number }} limit
 * @returns {Promise<Map<string, T[]>>} the results of all rounds
 */
export async function interleave(tasks, { ms, least, most }) {
  const begun = performance.now();
  for (const run of tasks.values()) await run();
  /** @type {Map<string, T[]>} */
  const results = new Map([...tasks.keys()].map((key) => [key, []]));
  for (let round = 0; round < most; round += 1) {
    const started = performance.now();
    for (const [key, run] of tasks) results.get(key)?.push(await run());
    const now = performance.now();
    if (round + 1 >= least && now + (now - started) - begun > ms) break;
  }
  return results;
}
