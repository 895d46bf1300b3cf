// @ts-check
/** How much pictures differ, whatever their contrast. Pure. */
import { meanOverPairs } from './pairs.js';

/** Red, green and blue of a picture, less their mean. @param {Uint8ClampedArray} rgba */
function centred(rgba) {
  const values = Float64Array.from(rgba.filter((_, i) => i % 4 < 3));
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return values.map((value) => value - mean);
}

/** @param {Float64Array} a @param {Float64Array} b */
const dot = (a, b) => a.reduce((sum, value, i) => sum + value * Number(b[i]), 0);

/**
 * 1 less the correlation, the mean over all pairs: 0 where all are alike but for brightness and contrast, 1 where none
 * says anything of another. A plain distance would grow with contrast, which a strong push raises by itself.
 * @param {Uint8ClampedArray[]} pictures RGBA
 * @returns {number | undefined} nothing for fewer than two
 */
export const unlikeness = (pictures) =>
  meanOverPairs(pictures.map(centred), (a, b) => 1 - dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b) || 1));
