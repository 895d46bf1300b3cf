// @ts-check
/** A term laid over a picture. Pure. */
import { magnitudes } from '../update.js';

/** Red, stronger than what it lies on, on light and dark pictures. */
const COLOUR = /** @type {const} */ ([184, 30, 89]);

/**
 * The picture, paler, with the term's colour where the term is strong.
 * @param {Uint8ClampedArray} rgba
 * @param {ArrayLike<number>} planes the term, planar
 * @returns {Uint8ClampedArray} RGBA
 */
export function veiled(rgba, planes) {
  const strengths = magnitudes(planes);
  return rgba.map((value, i) => {
    const colour = COLOUR[i % 4];
    return colour === undefined ? value : value + (colour - value) * Number(strengths[i >> 2]);
  });
}
