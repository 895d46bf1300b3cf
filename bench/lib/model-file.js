// @ts-check
/** Reads a model file of ours: its card, and every tensor in f32 (the JavaScript twin of src/weights). */

/** @typedef {{ shape: number[], values: Float32Array }} Tensor */
/** @typedef {{ name: string, kind: string, architecture?: string, network: Record<string, any>, packed?: Record<string, number[]> }} Card */

const CARD_KEY = 'guidelight';
const SCALE_SUFFIX = '.scale';
/** Consecutive int4 weights that share a scale, and what is added to a level to store it. */
const [GROUP, OFFSET] = [32, 8];

/**
 * @param {Uint8Array} bytes
 * @returns {{ card: Card, tensors: Map<string, Tensor> }}
 */
export function readModel(bytes) {
  const HEADER_AT = 8;
  // A Buffer of Node's would slice without copying, and a view may be misaligned.
  bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(HEADER_AT, HEADER_AT + length)));
  const data = bytes.subarray(HEADER_AT + length);
  const raw = (/** @type {string} */ name) => {
    const [from, to] = header[name].data_offsets;
    return data.slice(from, to);
  };
  /** @type {Card} */
  const card = JSON.parse(header.__metadata__[CARD_KEY]);
  /** @type {Map<string, Tensor>} */
  const tensors = new Map();
  for (const [name, { dtype, shape }] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    if (name.endsWith(SCALE_SUFFIX) && header[name.slice(0, -SCALE_SUFFIX.length)]) continue;
    const scales = () => raw(name + SCALE_SUFFIX);
    const own = card.packed?.[name] ?? shape;
    const count = own.reduce((/** @type {number} */ all, /** @type {number} */ side) => all * side, 1);
    // An odd number of int4 weights leaves a nibble over.
    tensors.set(name, { shape: own, values: dequantise(name, dtype, raw(name), scales).subarray(0, count) });
  }
  return { card, tensors };
}

/**
 * @param {string} name
 * @param {string} dtype
 * @param {Uint8Array} bytes
 * @param {() => Uint8Array} scales of a quantised kernel
 */
function dequantise(name, dtype, bytes, scales) {
  if (dtype === 'F32') return new Float32Array(bytes.buffer);
  if (dtype === 'F16') return halves(bytes);
  if (dtype === 'I8') {
    const levels = new Int8Array(bytes.buffer);
    const each = new Float32Array(scales().buffer);
    const row = levels.length / each.length;
    return Float32Array.from(levels, (level, i) => level * each[Math.floor(i / row)]);
  }
  if (dtype === 'U8') {
    const each = halves(scales());
    // The low nibble comes first.
    const nibble = (/** @type {number} */ i) => (i % 2 ? bytes[i >> 1] >> 4 : bytes[i >> 1] & 15);
    return Float32Array.from(
      { length: 2 * bytes.length },
      (_, i) => (nibble(i) - OFFSET) * each[Math.floor(i / GROUP)],
    );
  }
  throw new Error(`tensor ${name}: expected F32, F16, I8 or U8, got ${dtype}`);
}

/** @param {Uint8Array} bytes */
const halves = (bytes) => Float32Array.from(new Uint16Array(bytes.buffer), fromHalf);

/** @param {number} bits of an IEEE half */
function fromHalf(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}
