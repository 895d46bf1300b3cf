// @ts-check
/**
 * One guess, three errors. Where x_t is known, the errors of ε_θ, x̂₀ and v are the same up to a factor that the timestep
 * alone decides, so each is known from the one of ε. Salimans and Ho 2022, section 4. Pure.
 */

/** @typedef {{ t: number, eps: number, x0: number, v: number }} Errors mean squares, by timestep */

/**
 * @param {number} t
 * @param {Pick<import('../protocol.js').Noised, 'error' | 'abar'>} noised
 * @returns {Errors}
 */
export const errorsOf = (t, { error, abar }) => ({ t, eps: error, x0: (error * (1 - abar)) / abar, v: error / abar });

/**
 * The entry with the smallest value.
 * @template T
 * @param {T[]} list
 * @param {(one: T) => number} value
 */
export const leastOf = (list, value) =>
  list.reduce(
    (/** @type {T | undefined} */ best, one) => (best === undefined || value(one) < value(best) ? one : best),
    undefined,
  );
