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
 * The findings with one more; a timestep has one.
 * @param {Finding[]} findings by timestep, ascending
 * @param {number} t
 * @param {Noised} noised
 * @returns {Finding[]}
 */
export function withFinding(findings, t, { error, probabilities }) {
  return [...findings.filter((finding) => finding.t !== t), { t, error, probabilities }].sort((a, b) => a.t - b.t);
}

/**
 * Index of the largest.
 * @param {ArrayLike<number>} values
 */
export const topOf = (values) =>
  Array.from(values).reduce((best, value, i, all) => (value > Number(all[best]) ? i : best), 0);
