// @ts-check
/** How often a solver asks the network. Pure. */

/** Above this σ the engine's Heun takes Euler's step, which asks once. */
const HEUN_UP_TO = 1000;

/** σ of the noise beside a picture of unit weight. @param {number} abar */
const noiseOf = (abar) => Math.sqrt(1 / abar - 1);

/**
 * The questions of one step. Heun asks again where it arrives, except in the last step, which has no slope at its end.
 * @param {string} sampler
 * @param {Pick<import('../protocol.js').Frame, 'abar' | 'step' | 'total'>} frame
 */
export function callsOf(sampler, { abar, step, total }) {
  return sampler === 'heun' && step < total && noiseOf(abar) <= HEUN_UP_TO ? 2 : 1;
}

/** @typedef {'' | 'karras'} Spacing what stands before the count in a respacing */

/**
 * How many steps make the most of a number of calls, with none above it.
 * @param {string} sampler
 * @param {Spacing} spacing
 * @param {number} calls
 */
export function stepsWithin(sampler, spacing, calls) {
  if (sampler !== 'heun') return calls;
  // The last step asks once; of even steps the first one does too, as it begins far above the bound.
  return Math.max(2, Math.floor((calls + (spacing === 'karras' ? 1 : 2)) / 2));
}
