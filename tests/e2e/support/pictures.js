// @ts-check
/** Pictures to upload, and the measure of how alike two are. */
import { crc32, deflateSync } from 'node:zlib';

/** @typedef {{ width: number, height: number, pixel: (x: number, y: number) => number[] }} Drawing */

/** Dark above, light below, with a warm side: a layout that no sample has by chance. @returns {Drawing} */
export function halves() {
  return {
    width: 96,
    height: 96,
    pixel: (x, y) => (y < 48 ? [20, 30, 90, 255] : x < 48 ? [250, 180, 60, 255] : [120, 220, 160, 255]),
  };
}

/** @param {Drawing} drawing @returns {Buffer} */
export function png({ width, height, pixel }) {
  const rows = Buffer.concat(
    Array.from({ length: height }, (_, y) =>
      Buffer.from([0, ...Array.from({ length: width }, (_, x) => pixel(x, y)).flat()]),
    ),
  );
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 6, 0, 0, 0], 8);
  const chunk = (/** @type {string} */ name, /** @type {Buffer} */ data) => {
    const body = Buffer.concat([Buffer.from(name), data]);
    const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    check.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, check]);
  };
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/**
 * A JPEG, 64 × 64, red left and blue right, whose EXIF asks for a turn.
 * @param {import('playwright-core').Page} page a browser to encode it
 * @param {number} orientation
 */
export async function exifJpeg(page, orientation) {
  const bytes = await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(64, 64);
    const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext('2d'));
    context.fillStyle = '#f00';
    context.fillRect(0, 0, 32, 64);
    context.fillStyle = '#00f';
    context.fillRect(32, 0, 32, 64);
    return [...new Uint8Array(await (await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.95 })).arrayBuffer())];
  });
  // TIFF, big-endian: one directory with one entry, 0x0112 orientation, a SHORT.
  const exif = Buffer.from([
    ...Buffer.from('Exif\0\0MM'),
    0,
    42,
    0,
    0,
    0,
    8,
    0,
    1,
    1,
    0x12,
    0,
    3,
    0,
    0,
    0,
    1,
    0,
    orientation,
    0,
    0,
    0,
    0,
    0,
    0,
  ]);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(exif.length + 2);
  return Buffer.concat([
    Buffer.from(bytes.slice(0, 2)),
    Buffer.from([0xff, 0xe1]),
    length,
    exif,
    Buffer.from(bytes.slice(2)),
  ]);
}

/**
 * φ_N by box means: the mean colour of each N × N block of a 32 × 32 picture.
 * @param {number[]} rgba
 * @param {number} n
 */
export function boxMeans(rgba, n) {
  const side = 32 / n;
  const sums = new Array(side * side * 3).fill(0);
  for (let i = 0; i < 32 * 32; i++) {
    const block = Math.floor(Math.floor(i / 32) / n) * side + Math.floor((i % 32) / n);
    for (let c = 0; c < 3; c++) sums[block * 3 + c] += rgba[i * 4 + c] / (n * n);
  }
  return sums;
}

/** Root mean square of the difference. @param {number[]} a @param {number[]} b */
export function distance(a, b) {
  return Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0) / a.length);
}
