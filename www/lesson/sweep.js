// @ts-check
/** What texts quote of a measured sweep. Pure. */

/** @typedef {import('./build/facts.js').Facts} Facts */

/**
 * Its ends, and the point with the least FID between them.
 * @param {Facts} facts
 * @param {string} name
 */
export function sweepAt({ sweeps }, name) {
  const { points = [], count = 0 } = sweeps[name] ?? {};
  const [first] = points;
  const last = points.at(-1);
  if (!first || !last) throw new Error(`There is no sweep ${name}.`);
  const best = points.reduce((a, b) => (b.fidClean.mean < a.fidClean.mean ? b : a));
  return { first, best, last, count };
}
