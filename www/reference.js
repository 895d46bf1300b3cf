// @ts-check
/** From a file that somebody chose, dropped or pasted to a reference picture at the model's size. */
import { imageSize } from './image-header.js';
import { boxShrink } from './resample.js';
import { placement } from './view.js';

/** The largest picture that is decoded, in pixels: four bytes each, twice. */
export const MAX_PIXELS = 50e6;

/** The types that can be read, by what a file says of itself. */
const CLAIMS = /** @type {Record<string, string>} */ ({
  'image/png': 'PNG',
  'image/jpeg': 'JPEG',
  'image/webp': 'WebP',
  'image/gif': 'GIF',
});

/** The decoded picture is kept at about this many pixels on its short side, for other crops and other models. */
const KEPT_SIDE = 512;

/**
 * A picture that cannot be used, and why; the sentence is made in `i18n/`.
 * @typedef {{ code: 'type', got: string } | { code: 'pixels', width: number, height: number } | { code: 'broken', type: string }} Refusal
 */

export class RefusedPicture extends Error {
  /** @param {Refusal} refusal */
  constructor(refusal) {
    super(refusal.code);
    this.name = 'RefusedPicture';
    this.refusal = refusal;
  }
}

/**
 * Decodes a picture upright, after its header has been looked at.
 * @param {Blob} blob
 * @returns {Promise<ImageBitmap>}
 */
export async function decode(blob) {
  const size = await imageSize(blob);
  if (!size) {
    // Named a picture, but without the header of one.
    const claimed = CLAIMS[blob.type];
    throw new RefusedPicture(claimed ? { code: 'broken', type: claimed } : { code: 'type', got: blob.type });
  }
  if (size.width * size.height > MAX_PIXELS)
    throw new RefusedPicture({ code: 'pixels', width: size.width, height: size.height });
  const upright = /** @type {const} */ ({ imageOrientation: 'from-image' });
  const broken = () => new RefusedPicture({ code: 'broken', type: size.type });
  const full = await createImageBitmap(blob, upright).catch(() => {
    throw broken();
  });
  const scale = KEPT_SIDE / Math.min(full.width, full.height);
  if (scale >= 1) return full;
  try {
    return await createImageBitmap(full, {
      resizeWidth: Math.max(1, Math.round(full.width * scale)),
      resizeHeight: Math.max(1, Math.round(full.height * scale)),
      resizeQuality: 'high',
    });
  } finally {
    full.close();
  }
}

/**
 * Draws a decoded picture at the model's size, on white.
 * @param {ImageBitmap} bitmap
 * @param {number} size side of the model's pictures
 * @param {import('./view.js').View} view
 * @returns {Uint8Array} RGBA, size × size × 4, opaque
 */
export function atModelSize(bitmap, size, view) {
  // Drawn at a whole multiple and averaged: browsers' own shrinking differs and aliases at such ratios.
  const factor = Math.max(1, Math.ceil(Math.min(bitmap.width, bitmap.height, KEPT_SIDE) / size));
  const side = size * factor;
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = side;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('The browser gave no 2d canvas.');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, side, side);
  context.imageSmoothingQuality = 'high';
  const { x, y, width, height } = placement(bitmap, side, view);
  context.drawImage(bitmap, x, y, width, height);
  return boxShrink(context.getImageData(0, 0, side, side).data, size, factor);
}

/**
 * The first file that a drop or a paste carries.
 * @param {DataTransfer | null} data
 * @returns {File | undefined}
 */
export function fileOf(data) {
  return data?.files[0] ?? [...(data?.items ?? [])].find((item) => item.kind === 'file')?.getAsFile() ?? undefined;
}
