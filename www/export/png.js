// @ts-check
/** Text inside PNG files: uncompressed iTXt chunks (PNG specification, third edition, 11.3.3.4). */

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** Length and type before a chunk's data, checksum after it. */
const [BEFORE, AFTER] = [8, 4];

/** The polynomial of CRC-32, bits reversed. */
const POLYNOMIAL = 0xedb88320;

/** @param {Uint8Array} bytes */
export function isPng(bytes) {
  return SIGNATURE.every((byte, i) => bytes[i] === byte);
}

/**
 * A PNG with one more text. It comes right after the header, where readers look that stop at the pixels.
 * @param {Uint8Array} png
 * @param {string} keyword Latin letters, at most 79
 * @param {string} text
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function withText(png, keyword, text) {
  const [header] = chunks(png);
  if (header?.type !== 'IHDR') throw new Error('expected a PNG with a header');
  // Not compressed, by no method, in no language, with no translated keyword.
  const data = new TextEncoder().encode(`${keyword}\0\0\0\0\0${text}`);
  const chunk = new Uint8Array(BEFORE + data.length + AFTER);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, data.length);
  chunk.set(new TextEncoder().encode('iTXt'), 4);
  chunk.set(data, BEFORE);
  view.setUint32(BEFORE + data.length, crc32(chunk.subarray(4, BEFORE + data.length)));
  const out = new Uint8Array(png.length + chunk.length);
  out.set(png.subarray(0, header.end));
  out.set(chunk, header.end);
  out.set(png.subarray(header.end), header.end + chunk.length);
  return out;
}

/**
 * The text of a keyword, from an iTXt or a tEXt chunk.
 * @param {Uint8Array} png
 * @param {string} keyword
 * @returns {string | undefined} undefined when there is none
 * @throws {Error} when there is one that cannot be read
 */
export function textOf(png, keyword) {
  for (const { type, data, intact } of chunks(png)) {
    if (type !== 'iTXt' && type !== 'tEXt') continue;
    const [name, rest] = split(data);
    if (latin1(name) !== keyword) continue;
    if (!intact) throw new Error('its checksum is wrong');
    if (type === 'tEXt') return latin1(rest);
    if (rest[0] !== 0) throw new Error('it is compressed');
    const [, translated] = split(rest.subarray(2));
    return new TextDecoder().decode(split(translated)[1]);
  }
  return undefined;
}

/**
 * The chunks as far as the file goes.
 * @param {Uint8Array} png
 */
function* chunks(png) {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  for (let at = SIGNATURE.length; at + BEFORE + AFTER <= png.length;) {
    const length = view.getUint32(at);
    const end = at + BEFORE + length + AFTER;
    if (end > png.length) return;
    yield {
      type: latin1(png.subarray(at + 4, at + BEFORE)),
      data: png.subarray(at + BEFORE, end - AFTER),
      end,
      get intact() {
        return view.getUint32(end - AFTER) === crc32(png.subarray(end - AFTER - length - 4, end - AFTER));
      },
    };
    at = end;
  }
}

/**
 * What is before the first zero, and what is after it.
 * @param {Uint8Array} bytes
 * @returns {[Uint8Array, Uint8Array]}
 */
function split(bytes) {
  const at = bytes.indexOf(0);
  return at < 0 ? [bytes, bytes.subarray(bytes.length)] : [bytes.subarray(0, at), bytes.subarray(at + 1)];
}

/** @param {Uint8Array} bytes */
const latin1 = (bytes) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');

/** @param {Uint8Array} bytes */
function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? POLYNOMIAL : 0);
  }
  return ~crc >>> 0;
}
