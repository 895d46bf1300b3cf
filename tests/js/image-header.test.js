// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { imageSize } from '../../www/image-header.js';
import { boxShrink } from '../../www/resample.js';

const ascii = (/** @type {string} */ text) => [...text].map((letter) => letter.charCodeAt(0));
const be16 = (/** @type {number} */ n) => [n >> 8, n & 255];
const be32 = (/** @type {number} */ n) => [(n >>> 24) & 255, (n >>> 16) & 255, (n >>> 8) & 255, n & 255];
const le16 = (/** @type {number} */ n) => [n & 255, n >> 8];
const le24 = (/** @type {number} */ n) => [n & 255, (n >> 8) & 255, n >> 16];
const riff = (/** @type {string} */ chunk, /** @type {number[]} */ data) => [
  ...ascii('RIFF'),
  0,
  0,
  0,
  0,
  ...ascii(`WEBP${chunk}`),
  0,
  0,
  0,
  0,
  ...data,
];
const segment = (/** @type {number} */ marker, /** @type {number[]} */ data) => [
  0xff,
  marker,
  ...be16(data.length + 2),
  ...data,
];
const frame = (/** @type {number} */ marker, /** @type {number} */ width, /** @type {number} */ height) =>
  segment(marker, [8, ...be16(height), ...be16(width), 3]);

const PNG = [0x89, ...ascii('PNG\r\n\x1a\n'), 0, 0, 0, 13, ...ascii('IHDR'), ...be32(640), ...be32(480), 8, 6, 0, 0, 0];
const exif = segment(
  0xe1,
  Array.from({ length: 60_000 }, () => 0xff),
);

for (const [name, bytes, size] of /** @type {[string, number[], object | undefined][]} */ ([
  ['PNG', PNG, { type: 'PNG', width: 640, height: 480 }],
  [
    'a huge PNG',
    [...PNG.slice(0, 16), ...be32(70_000), ...be32(70_000)],
    { type: 'PNG', width: 70_000, height: 70_000 },
  ],
  ['GIF', [...ascii('GIF89a'), ...le16(300), ...le16(200)], { type: 'GIF', width: 300, height: 200 }],
  [
    'lossy WebP',
    riff('VP8 ', [0, 0, 0, 0x9d, 1, 0x2a, ...le16(550), ...le16(368)]),
    { type: 'WebP', width: 550, height: 368 },
  ],
  ['lossless WebP', riff('VP8L', [0x2f, 0x8f, 0x01, 0x4b, 0x10]), { type: 'WebP', width: 400, height: 301 }],
  [
    'extended WebP',
    riff('VP8X', [0, 0, 0, 0, ...le24(19_999), ...le24(9_999)]),
    { type: 'WebP', width: 20_000, height: 10_000 },
  ],
  [
    'baseline JPEG',
    [0xff, 0xd8, ...segment(0xe0, ascii('JFIF\0')), ...frame(0xc0, 1600, 1200)],
    { type: 'JPEG', width: 1600, height: 1200 },
  ],
  [
    'progressive JPEG behind long metadata',
    [0xff, 0xd8, ...exif, ...exif, ...segment(0xc4, [1, 2, 3]), ...frame(0xc2, 9000, 6000)],
    { type: 'JPEG', width: 9000, height: 6000 },
  ],
  ['JPEG with fill bytes', [0xff, 0xd8, 0xff, 0xff, ...frame(0xc1, 20, 10)], { type: 'JPEG', width: 20, height: 10 }],
  ['JPEG without a frame', [0xff, 0xd8, ...segment(0xda, [0]), ...frame(0xc0, 5, 5)], undefined],
  ['cut JPEG', [0xff, 0xd8, 0xff, 0xc0, 0, 17], undefined],
  ['JPEG whose segment leads nowhere', [0xff, 0xd8, 0xff, 0xe1, 0xff, 0xff, 0, 0, 0, 0, 0], undefined],
  ['cut PNG', PNG.slice(0, 18), undefined],
  ['PNG of no width', [...PNG.slice(0, 16), ...be32(0), ...be32(480)], undefined],
  ['cut WebP', riff('VP8X', []), undefined],
  ['SVG', ascii('<svg xmlns="http://www.w3.org/2000/svg"/>'), undefined],
  ['text', ascii('hello'), undefined],
  ['nothing', [], undefined],
])) {
  test(`size of ${name}`, async () => assert.deepEqual(await imageSize(new Blob([Uint8Array.from(bytes)])), size));
}

test('no string of bytes is a surprise', async () => {
  let state = 1;
  const random = () => (state = (state * 48271) % 2147483647);
  for (let round = 0; round < 500; round++) {
    const bytes = Uint8Array.from([
      ...(round % 2 ? [0xff, 0xd8] : PNG.slice(0, round % 24)),
      ...Array.from({ length: random() % 80 }, () => random() % 256),
    ]);
    const size = await imageSize(new Blob([bytes]));
    if (size) assert.ok(size.width > 0 && size.height > 0);
  }
});

test('shrinking is the mean of each block, opaque', () => {
  const rgba = new Uint8ClampedArray(4 * 4 * 4).fill(255);
  rgba.set([0, 100, 10, 255], 0); // one of the four pixels of the first block
  assert.deepEqual([...boxShrink(rgba, 2, 2)].slice(0, 8), [191, 216, 194, 255, 255, 255, 255, 255]);
  assert.deepEqual(boxShrink(rgba, 4, 1), new Uint8Array(rgba));
});
