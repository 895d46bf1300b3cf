// @ts-check
/** Measured numbers as texts quote them; one that is not there is a mistake to hear of. */

/** @typedef {import('../build/facts.js').Facts} Facts */

/**
 * A point of a sweep.
 * @param {Facts} facts
 * @param {string} sweep
 * @param {string | number} label
 */
export function pointOf(facts, sweep, label) {
  const point = facts.sweeps[sweep]?.points.find((one) => one.label === String(label));
  if (!point) throw new Error(`The sweep ${sweep} has no point ${label}.`);
  return point;
}

/** What held-out pictures got beside a sweep. @param {Facts} facts @param {string} sweep */
export function realOf(facts, sweep) {
  const found = facts.sweeps[sweep];
  if (!found) throw new Error(`There is no sweep ${sweep}.`);
  return found.real;
}

/** @param {import('../build/facts.js').Measured} measured @param {number} [digits] */
export const plusMinus = ({ mean, within }, digits = 0) => `${mean.toFixed(digits)} ± ${within.toFixed(digits)}`;

/** @param {number} share */
export const percent = (share, digits = 0) => `${(share * 100).toFixed(digits)}\u00a0%`;

/** How far pictures are apart, as a root mean square: 1 is from black to white. @param {number} distance */
export const apart = (distance) => distance.toFixed(3);

/** @param {number} bytes */
export const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)}\u00a0MB`;
