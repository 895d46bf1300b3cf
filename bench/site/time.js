// @ts-check
/**
 * Sinusoids of a timestep, cosines first: src/models/layers.rs, `timestep_embedding`, rounding included.
 * @param {number} t
 * @param {number} width
 */
export function timestepEmbedding(t, width) {
  const half = width / 2;
  const rate = Math.fround(-Math.fround(Math.log(10_000)));
  const angles = Array.from({ length: half }, (_, k) => {
    const exponent = Math.fround(Math.fround(rate * k) / half);
    return t * Math.fround(Math.exp(exponent));
  });
  return Float32Array.from([...angles.map(Math.cos), ...angles.map(Math.sin)]);
}
