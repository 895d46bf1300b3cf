// @ts-check
/** One array as NumPy's `.npy`, version 1.0, in C order. */

/** @typedef {{ dtype: string, shape: number[], bytes: Uint8Array }} Array */

/** The header ends at a multiple of this, so that the data can be mapped into memory. */
const ALIGN = 64;

/** What stands before the header's text: magic string, version and the text's length. */
const PREAMBLE = 10;

/** @param {Pick<Array, 'dtype' | 'shape'>} array */
export function npyHeader({ dtype, shape }) {
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${dtype}', 'fortran_order': False, 'shape': (${tuple}), }`;
  const length = Math.ceil((PREAMBLE + text.length + 1) / ALIGN) * ALIGN - PREAMBLE;
  const header = new Uint8Array(PREAMBLE + length);
  header.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  new DataView(header.buffer).setUint16(8, length, true);
  header.set(new TextEncoder().encode(`${text.padEnd(length - 1)}\n`), PREAMBLE);
  return header;
}

/** @param {ArrayBufferView} view */
const bytesOf = (view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);

/** @param {number[]} shape @param {Uint8Array} bytes @returns {Array} */
export const uint8 = (shape, bytes) => ({ dtype: '|u1', shape, bytes });

/** @param {number[]} shape @param {number[]} values @returns {Array} */
export const float32 = (shape, values) => ({ dtype: '<f4', shape, bytes: bytesOf(Float32Array.from(values)) });

/** @param {number[]} shape @param {number[]} values @returns {Array} */
export const float64 = (shape, values) => ({ dtype: '<f8', shape, bytes: bytesOf(Float64Array.from(values)) });

/** @param {number[]} shape @param {number[]} values @returns {Array} */
export const int64 = (shape, values) => ({
  dtype: '<i8',
  shape,
  bytes: bytesOf(BigInt64Array.from(values, (value) => BigInt(value))),
});

/** Texts as NumPy keeps them: code points of four bytes, all as long as the longest. @param {number[]} shape @param {string[]} values @returns {Array} */
export function text(shape, values) {
  const points = values.map((value) => Array.from(value, (letter) => letter.codePointAt(0) ?? 0));
  const length = Math.max(1, ...points.map((letters) => letters.length));
  const all = points.flatMap((letters) => [...letters, ...new Array(length - letters.length).fill(0)]);
  return { dtype: `<U${length}`, shape, bytes: bytesOf(Uint32Array.from(all)) };
}
