// @ts-check
/** Pictures as numbers and back: planar floats in −1..1, and the RGBA bytes that a canvas takes. Pure. */

const CHANNELS = /** @type {const} */ ([0, 1, 2]);

/** Standard deviations of noise from the middle of a noise picture to its ends, as the engine draws it. */
export const NOISE_RANGE = 3;

/** @param {ArrayLike<number>} rgba @returns {Float32Array} planar */
export function planesOf(rgba) {
  const pixels = rgba.length / 4;
  const planes = new Float32Array(pixels * CHANNELS.length);
  for (let i = 0; i < pixels; i++)
    for (const c of CHANNELS) planes[c * pixels + i] = Number(rgba[i * 4 + c]) / 127.5 - 1;
  return planes;
}

/**
 * @param {ArrayLike<number>} planes
 * @param {number} [range] the value that is white; its negative is black
 * @returns {Uint8ClampedArray} RGBA, opaque
 */
export function rgbaOf(planes, range = 1) {
  const pixels = planes.length / CHANNELS.length;
  const rgba = new Uint8ClampedArray(pixels * 4).fill(255);
  for (let i = 0; i < pixels; i++)
    for (const c of CHANNELS) rgba[i * 4 + c] = (Number(planes[c * pixels + i]) / range + 1) * 127.5;
  return rgba;
}

/**
 * The squared difference of two noise pictures at each pixel, its mean over the colours as grey: black is none, white a
 * whole variance of the noise or more.
 * @param {Uint8ClampedArray} a
 * @param {Uint8ClampedArray} b
 */
export function noiseSquares(a, b) {
  const rgba = new Uint8ClampedArray(a.length).fill(255);
  for (let i = 0; i < a.length; i += 4) {
    const squares = CHANNELS.map((c) => (((Number(a[i + c]) - Number(b[i + c])) * NOISE_RANGE) / 127.5) ** 2);
    rgba.fill((255 * squares.reduce((sum, square) => sum + square, 0)) / CHANNELS.length, i, i + CHANNELS.length);
  }
  return rgba;
}
