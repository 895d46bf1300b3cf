// @ts-check
/** The Gaussian q(x_{t−1} | x_t, x_0) that a step of DDPM draws from. Ho et al. 2020, Eq. 6 and 7. Pure. */

/**
 * @param {number} abar ᾱ at the timestep
 * @param {number} prev ᾱ at the one that the step goes to; 1 is the picture
 */
export function posteriorOf(abar, prev) {
  const beta = 1 - abar / prev;
  return {
    /** Weights of x_0 and x_t in the mean. */
    x0: (Math.sqrt(prev) * beta) / (1 - abar),
    xt: (Math.sqrt(1 - beta) * (1 - prev)) / (1 - abar),
    /** Standard deviations: what is published as fixed-large, and as fixed-small. */
    large: Math.sqrt(beta),
    small: Math.sqrt((beta * (1 - prev)) / (1 - abar)),
  };
}

/**
 * The posteriors of a chain, from noise to picture.
 * @param {import('../protocol.js').Outlook} outlook
 */
export const posteriorsOf = ({ abar, timesteps }) =>
  timesteps.map((t, step) =>
    posteriorOf(Number(abar[t]), step + 1 < timesteps.length ? Number(abar[Number(timesteps[step + 1])]) : 1),
  );
