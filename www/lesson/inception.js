// @ts-check
/** The inception score of a few pictures, taken apart. Pure. */

/** Nats. @param {ArrayLike<number>} shares */
export const entropy = (shares) =>
  Array.from(shares).reduce((sum, share) => (share > 0 ? sum - share * Math.log(share) : sum), 0);

/**
 * Salimans et al. 2016: exp of the mutual information of picture and class, which is the entropy of the mean less the mean
 * of the entropies.
 * @param {ArrayLike<number>[]} beliefs p(y | x) of each picture
 * @returns {{ variety: number, doubt: number, score: number }}
 */
export function inceptionScore(beliefs) {
  const n = beliefs.length;
  const mean = Array.from(beliefs[0] ?? [], (_, k) => beliefs.reduce((sum, belief) => sum + (belief[k] ?? 0), 0) / n);
  const variety = entropy(mean);
  const doubt = beliefs.reduce((sum, belief) => sum + entropy(belief), 0) / n;
  return { variety, doubt, score: Math.exp(variety - doubt) };
}
