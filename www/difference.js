// @ts-check
/** How two pictures of one size differ. Pure arithmetic on what is shown: RGBA bytes, opaque. */

/** A difference of this much of the whole range has the full colour. */
const FULL = 0.5;

const RANGE = 255;
/** The ends of the signed map: darker and brighter than the other; equal is black. */
const DARKER = /** @type {const} */ ([72, 150, 255]);
const BRIGHTER = /** @type {const} */ ([255, 158, 60]);

/**
 * The root mean square over all pixels and colours, as a share of the whole range.
 * @param {Uint8ClampedArray} a
 * @param {Uint8ClampedArray} b
 */
export function rootMeanSquare(a, b) {
  const sum = a.reduce((all, value, i) => all + (value - /** @type {number} */ (b[i])) ** 2, 0);
  // Alpha is the same everywhere: three of four bytes count.
  return Math.sqrt(sum / (a.length * 0.75)) / RANGE;
}

/**
 * The map of a − b: `absolute` keeps the three colours apart, from black; `signed` shows their mean between two hues.
 * @param {Uint8ClampedArray} a
 * @param {Uint8ClampedArray} b
 * @param {'absolute' | 'signed'} kind
 * @returns {Uint8ClampedArray} RGBA
 */
export function differenceMap(a, b, kind) {
  const out = new Uint8ClampedArray(a.length);
  const gap = (/** @type {number} */ i) => /** @type {number} */ (a[i]) - /** @type {number} */ (b[i]);
  for (let pixel = 0; pixel < a.length; pixel += 4) {
    const mean = (gap(pixel) + gap(pixel + 1) + gap(pixel + 2)) / 3 / (FULL * RANGE);
    const hue = mean < 0 ? DARKER : BRIGHTER;
    for (const channel of /** @type {const} */ ([0, 1, 2]))
      out[pixel + channel] =
        kind === 'absolute' ? Math.abs(gap(pixel + channel)) / FULL : Math.min(1, Math.abs(mean)) * hue[channel];
    out[pixel + 3] = 255;
  }
  return out;
}
