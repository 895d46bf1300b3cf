// @ts-check
/** The forward process as it is defined, one small step after the other, and what it has added. Pure. */

/** @typedef {{ x: Float32Array, state: number }} Kept a state of the chain and of its random numbers */

/** Steps from one state that is kept to the next, so that looking back does not walk the whole chain again. */
const STRIDE = 50;

/** Spreads neighbouring seeds over all 32 bits: 2³² over the golden ratio. */
const SPREAD = 0x9e3779b1;

export class NoiseChain {
  #beta;
  /** @type {Kept[]} after 0, STRIDE, 2 · STRIDE … steps */
  #kept;

  /**
   * @param {Float32Array} picture
   * @param {number[]} abar ᾱ of every timestep
   * @param {number} seed
   */
  constructor(picture, abar, seed) {
    this.#beta = abar.map((value, t) => 1 - value / (abar[t - 1] ?? 1));
    this.#kept = [{ x: picture, state: Math.imul(seed + 1, SPREAD) | 1 }];
  }

  /** The state at a timestep, t + 1 steps from the picture. @param {number} t @returns {Float32Array} */
  at(t) {
    const steps = t + 1;
    const nearest = Math.min(Math.floor(steps / STRIDE), this.#kept.length - 1);
    let kept = /** @type {Kept} */ (this.#kept[nearest]);
    for (let step = nearest * STRIDE; step < steps; step++) {
      kept = noisier(kept, Number(this.#beta[step]));
      if ((step + 1) % STRIDE === 0) this.#kept.push(kept);
    }
    return kept.x;
  }
}

/** x_t = √(1 − β) x_{t−1} + √β z. @param {Kept} kept @param {number} beta @returns {Kept} */
function noisier({ x: before, state }, beta) {
  const [shrink, sigma] = [Math.sqrt(1 - beta), Math.sqrt(beta)];
  const x = new Float32Array(before.length);
  /** Marsaglia 2003, "Xorshift RNGs": never 0, so that its logarithm is finite. */
  const uniform = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  // Box and Muller 1958: two standard normals of two uniform numbers.
  for (let i = 0; i < x.length; i += 2) {
    const [radius, angle] = [Math.sqrt(-2 * Math.log(uniform())), 2 * Math.PI * uniform()];
    x[i] = shrink * Number(before[i]) + sigma * radius * Math.cos(angle);
    if (i + 1 < x.length) x[i + 1] = shrink * Number(before[i + 1]) + sigma * radius * Math.sin(angle);
  }
  return { x, state };
}

/**
 * The noise in a state, in units of the one that a single jump adds: (x_t − √ᾱ x_0) / √(1 − ᾱ).
 * @param {Float32Array} x
 * @param {Float32Array} picture
 * @param {number} abar
 */
export const noiseIn = (x, picture, abar) =>
  x.map((value, i) => (value - Math.sqrt(abar) * Number(picture[i])) / Math.sqrt(1 - abar));

/** @param {Float32Array} values */
export function momentsOf(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(variance) };
}

/** The density of the standard normal. @param {number} z */
export const bell = (z) => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);

/**
 * How densely values lie around evenly spaced places from −end to end.
 * @param {Float32Array} values
 * @param {number} end
 * @param {number} bins
 * @returns {[z: number, density: number][]} the middle of each bin
 */
export function densityOf(values, end, bins) {
  const width = (2 * end) / bins;
  const counts = new Uint32Array(bins);
  for (const value of values) {
    const bin = Math.floor((value + end) / width);
    if (bin >= 0 && bin < bins) counts[bin] = Number(counts[bin]) + 1;
  }
  return Array.from(counts, (count, i) => [(i + 0.5) * width - end, count / (values.length * width)]);
}
