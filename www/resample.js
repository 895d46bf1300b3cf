// @ts-check
/** Shrinking pictures by whole factors. Pure arithmetic. */

/**
 * Averages blocks of factor × factor pixels. The picture must be opaque: alpha is set to 255.
 * @param {Uint8ClampedArray} rgba side·factor × side·factor × 4
 * @param {number} side of the result
 * @param {number} factor
 * @returns {Uint8Array} side × side × 4
 */
export function boxShrink(rgba, side, factor) {
  const out = new Uint8Array(side * side * 4);
  const row = side * factor * 4;
  const area = factor * factor;
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const target = (y * side + x) * 4;
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0;
        for (let dy = 0; dy < factor; dy++) {
          const start = (y * factor + dy) * row + x * factor * 4 + channel;
          for (let dx = 0; dx < factor; dx++) sum += /** @type {number} */ (rgba[start + dx * 4]);
        }
        out[target + channel] = Math.round(sum / area);
      }
      out[target + 3] = 255;
    }
  }
  return out;
}
