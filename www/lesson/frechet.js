// @ts-check
/** Two-dimensional Gaussians, and how far apart they are: what FID is, in two features. Pure. */

/**
 * An ellipse of one standard deviation: its centre, its half axes and the angle of the first, in radians.
 * @typedef {{ x: number, y: number, a: number, b: number, angle: number }} Gaussian
 * The mean and the covariance matrix's three entries. @typedef {{ x: number, y: number, xx: number, xy: number, yy: number }} Moments
 */

/** @param {Gaussian} gaussian @returns {Moments} */
export function momentsOf({ x, y, a, b, angle }) {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  return { x, y, xx: (a * c) ** 2 + (b * s) ** 2, xy: (a * a - b * b) * c * s, yy: (a * s) ** 2 + (b * c) ** 2 };
}

/**
 * The squared Fréchet distance, in its two parts. The root of a 2×2 matrix's eigenvalues sums to √(tr + 2√det).
 * @param {Moments} p
 * @param {Moments} q
 */
export function frechet(p, q) {
  const mean = (p.x - q.x) ** 2 + (p.y - q.y) ** 2;
  const determinant = (/** @type {Moments} */ { xx, xy, yy }) => Math.max(0, xx * yy - xy * xy);
  const trace = p.xx * q.xx + 2 * p.xy * q.xy + p.yy * q.yy;
  const root = Math.sqrt(Math.max(0, trace + 2 * Math.sqrt(determinant(p) * determinant(q))));
  // Rounding can leave a little less than nothing.
  const covariance = Math.max(0, p.xx + p.yy + q.xx + q.yy - 2 * root);
  return { mean, covariance, total: mean + covariance };
}

/**
 * Points of a Gaussian, from standard normal pairs.
 * @param {Gaussian} gaussian
 * @param {[number, number][]} normals
 * @returns {[number, number][]}
 */
export function pointsOf({ x, y, a, b, angle }, normals) {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  return normals.map(([u, v]) => [x + a * c * u - b * s * v, y + a * s * u + b * c * v]);
}

/** What a sample says of the Gaussian it came from. @param {[number, number][]} points @returns {Moments} */
export function estimate(points) {
  const n = points.length;
  const mean = (/** @type {(point: [number, number]) => number} */ of) =>
    points.reduce((sum, point) => sum + of(point), 0) / n;
  const [x, y] = [mean((point) => point[0]), mean((point) => point[1])];
  const about = (/** @type {(point: [number, number]) => number} */ of) => (mean(of) * n) / (n - 1);
  return {
    x,
    y,
    xx: about((point) => (point[0] - x) ** 2),
    xy: about((point) => (point[0] - x) * (point[1] - y)),
    yy: about((point) => (point[1] - y) ** 2),
  };
}

/**
 * Standard normal pairs, the same ones for a seed (Box and Muller over a 32-bit mixer).
 * @param {number} count
 * @param {number} seed
 * @returns {[number, number][]}
 */
export function normalPairs(count, seed) {
  let state = Math.imul(seed + 1, 0x9e3779b1);
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0;
    let z = Math.imul(state ^ (state >>> 15), state | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    return (((z ^ (z >>> 14)) >>> 0) + 0.5) / 2 ** 32;
  };
  return Array.from({ length: count }, () => {
    const [radius, turn] = [Math.sqrt(-2 * Math.log(uniform())), 2 * Math.PI * uniform()];
    return [radius * Math.cos(turn), radius * Math.sin(turn)];
  });
}
