// @ts-check
/** A run as a film: which pictures, at which size and how long each. Pure. */

/** @typedef {import('../protocol.js').Frame} Frame */
/** @typedef {'xt' | 'x0' | 'both'} Show */
/** @typedef {{ rgba: Uint8ClampedArray<ArrayBuffer>, width: number, height: number }} Still */

/** Pictures are enlarged by a whole factor to about this side, so that their pixels stay exact squares. */
const SIDE = 256;

/** Length of the moving part in ms, however many steps it has, and how long a step is shown at least and at most. */
const [LENGTH, SHORTEST, LONGEST] = [3000, 20, 200];

/** How long the last picture is held, in ms. */
const HELD = 1500;

/** Pixels of white between two pictures, before they are enlarged. */
const GAP = 1;

/** @param {number} size side of the model's pictures */
export const enlargement = (size) => Math.max(1, Math.round(SIDE / size));

/**
 * How long each of so many pictures is shown, in ms.
 * @param {number} count
 * @returns {number[]}
 */
export function durations(count) {
  const moving = Math.min(LONGEST, Math.max(SHORTEST, Math.floor(LENGTH / count)));
  return Array.from({ length: count }, (_, k) => (k + 1 === count ? HELD : moving));
}

/**
 * One picture of the film, not enlarged.
 * @param {Frame} frame
 * @param {Show} show
 * @param {number} size
 * @returns {Still}
 */
export function still(frame, show, size) {
  const shown = show === 'both' ? [frame.xt, frame.x0] : [frame[show]];
  const width = shown.length * (size + GAP) - GAP;
  const rgba = new Uint8ClampedArray(width * size * 4).fill(255);
  shown.forEach((picture, k) => {
    for (let y = 0; y < size; y++)
      rgba.set(picture.subarray(y * size * 4, (y + 1) * size * 4), (y * width + k * (size + GAP)) * 4);
  });
  return { rgba, width, height: size };
}

/**
 * Every pixel a square of `factor` pixels.
 * @param {Uint8Array} pixels one byte each
 * @param {number} width
 * @param {number} factor
 */
export function enlarge(pixels, width, factor) {
  const wide = width * factor;
  const large = new Uint8Array(pixels.length * factor * factor);
  for (let y = 0; y * width < pixels.length; y++) {
    const row = large.subarray(y * factor * wide, (y * factor + 1) * wide);
    for (let x = 0; x < width; x++) row.fill(pixels[y * width + x] ?? 0, x * factor, (x + 1) * factor);
    for (let copy = 1; copy < factor; copy++) large.set(row, (y * factor + copy) * wide);
  }
  return large;
}
