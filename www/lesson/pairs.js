// @ts-check
/** Means, over single things and over all pairs of them. Pure. */

/** @param {number[]} values @returns {number | undefined} nothing for none */
export const mean = (values) =>
  values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : undefined;

/**
 * @template T
 * @param {T[]} all
 * @param {(a: T, b: T) => number} measure
 * @returns {number | undefined} nothing for fewer than two
 */
export const meanOverPairs = (all, measure) => mean(all.flatMap((a, i) => all.slice(i + 1).map((b) => measure(a, b))));
