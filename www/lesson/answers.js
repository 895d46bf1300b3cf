// @ts-check
/** What classifier-free guidance asks the network in a step, and what the answers were. Pure. */

/** @typedef {import('../protocol.js').Frame} Frame */

/**
 * How often a step asks the network. One of the two answers has no weight where s is 0 or 1, and is not asked for.
 * @param {number} weight s
 */
export const callsAt = (weight) => (weight === 0 || weight === 1 ? 1 : 2);

/**
 * ε without the label, as numbers: what the step used, less what guidance and the label made of it. `steered` is
 * (s − 1)(ε_c − ε_u), so ε = ε_u + s / (s − 1) · steered.
 * @param {Frame} frame
 * @param {number} weight
 * @returns {Float32Array | undefined} nothing where the network was asked once
 */
export function withoutLabel({ values: { eps, steered } }, weight) {
  // With s = 0 it is all that was asked for.
  if (weight === 0) return eps;
  if (!eps || !steered || callsAt(weight) === 1) return undefined;
  const factor = weight / (weight - 1);
  return eps.map((value, i) => value - factor * Number(steered[i]));
}

/** The middle one of some numbers. @param {number[]} values */
export const median = (values) => values.toSorted((a, b) => a - b).at(Math.floor(values.length / 2));
