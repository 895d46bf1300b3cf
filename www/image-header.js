// @ts-check
/** Reads a picture's size from its header, so that a huge one is refused before it is decoded. */

/** @typedef {{ type: 'PNG' | 'JPEG' | 'WebP' | 'GIF', width: number, height: number }} ImageSize */

/** Enough for every header but a JPEG's, whose size may stand behind long metadata. */
const HEAD = 64;

/** JPEG frame headers: SOF0 to SOF15 without DHT (C4), JPG (C8) and DAC (CC). */
const isFrameHeader = (/** @type {number} */ marker) =>
  marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

/**
 * @param {Blob} blob
 * @returns {Promise<ImageSize | undefined>} undefined when it is no PNG, JPEG, WebP or GIF, or its header is broken
 */
export async function imageSize(blob) {
  const head = await read(blob, 0, HEAD);
  const text = (/** @type {number} */ from, /** @type {number} */ length) =>
    head.byteLength >= from + length ? String.fromCharCode(...new Uint8Array(head.buffer, from, length)) : '';
  try {
    if (text(0, 8) === '\x89PNG\r\n\x1a\n' && text(12, 4) === 'IHDR')
      return size('PNG', head.getUint32(16), head.getUint32(20));
    if (text(0, 6) === 'GIF87a' || text(0, 6) === 'GIF89a')
      return size('GIF', head.getUint16(6, true), head.getUint16(8, true));
    if (text(0, 4) === 'RIFF' && text(8, 4) === 'WEBP') return webpSize(head, text(12, 4));
    if (head.byteLength > 2 && head.getUint16(0) === 0xffd8) return await jpegSize(blob);
  } catch (error) {
    // A header that ends too early: as good as none.
    if (!(error instanceof RangeError)) throw error;
  }
  return undefined;
}

/**
 * @param {ImageSize['type']} type
 * @param {number} width
 * @param {number} height
 * @returns {ImageSize | undefined}
 */
function size(type, width, height) {
  return width > 0 && height > 0 ? { type, width, height } : undefined;
}

/**
 * @param {DataView} head
 * @param {string} chunk
 */
function webpSize(head, chunk) {
  const uint24 = (/** @type {number} */ at) => head.getUint16(at, true) | (head.getUint8(at + 2) << 16);
  if (chunk === 'VP8X') return size('WebP', uint24(24) + 1, uint24(27) + 1);
  if (chunk === 'VP8 ') return size('WebP', head.getUint16(26, true) & 0x3fff, head.getUint16(28, true) & 0x3fff);
  if (chunk === 'VP8L' && head.getUint8(20) === 0x2f) {
    const bits = head.getUint32(21, true);
    return size('WebP', (bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1);
  }
  return undefined;
}

/**
 * Walks from marker to marker; the segments between are skipped unread.
 * @param {Blob} blob
 */
async function jpegSize(blob) {
  let at = 2;
  while (at + 9 <= blob.size) {
    const segment = await read(blob, at, 9);
    if (segment.getUint8(0) !== 0xff) return undefined;
    const marker = segment.getUint8(1);
    if (marker === 0xff)
      at += 1; // a fill byte before the marker
    else if (isFrameHeader(marker)) return size('JPEG', segment.getUint16(7), segment.getUint16(5));
    else if (marker === 0xda || marker === 0xd9)
      return undefined; // picture data or the end before any frame header
    else at += 2 + segment.getUint16(2);
  }
  return undefined;
}

/**
 * @param {Blob} blob
 * @param {number} from
 * @param {number} length
 */
async function read(blob, from, length) {
  return new DataView(await blob.slice(from, from + length).arrayBuffer());
}
