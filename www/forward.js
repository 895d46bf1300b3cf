// @ts-check
/** What has been found out about one picture under noise, by timestep. Pure. */

/**
 * @typedef {import('./protocol.js').Noised} Noised
 * @typedef {{ t: number, error: number, probabilities?: Float32Array }} Finding
 */

/** Timesteps of a sweep. */
const SWEEP = 20;

/**
 * Evenly spaced timesteps from the picture to pure noise, both included.
 * @param {number} last
 * @param {number} [count]
 */
export const sweepTimesteps = (last, count = SWEEP) =>
  Array.from({ length: count }, (_, i) => Math.round((i * last) / (count - 1)));

/**
 * Timesteps on the way to one, which is the last of them, about a stride apart.
 * @param {number} from
 * @param {number} to
 * @param {number} stride
 */
export function stops(from, to, stride) {
  const count = Math.ceil(Math.abs(to - from) / stride);
  return Array.from({ length: count }, (_, i) => Math.round(from + ((i + 1) * (to - from)) / count));
}

/**
 * A list with one more; a timestep has one.
 * @template {{ t: number }} T
 * @param {T[]} list by timestep, ascending
 * @param {T} one
 */
export const withOne = (list, one) => [...list.filter(({ t }) => t !== one.t), one].sort((a, b) => a.t - b.t);

/**
 * The findings with one more.
 * @param {Finding[]} findings
 * @param {number} t
 * @param {Noised} noised
 * @returns {Finding[]}
 */
export const withFinding = (findings, t, { error, probabilities }) => withOne(findings, { t, error, probabilities });

/**
 * Index of the largest.
 * @param {ArrayLike<number>} values
 */
export const topOf = (values) =>
  Array.from(values).reduce((best, value, i, all) => (value > Number(all[best]) ? i : best), 0);
