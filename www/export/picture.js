// @ts-check
/** A picture as a PNG that carries a text, enlarged by a whole factor so that its pixels stay exact squares. */
import { enlargement } from './film.js';
import { withText } from './png.js';
import { KEYWORD } from './record.js';

/**
 * @param {Uint8ClampedArray} rgba
 * @param {number} size
 * @param {string} record
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
export async function picture(rgba, size, record) {
  const [small, large] = [document.createElement('canvas'), document.createElement('canvas')];
  small.width = small.height = size;
  large.width = large.height = size * enlargement(size);
  const [from, onto] = [small.getContext('2d'), large.getContext('2d')];
  if (!from || !onto) throw new Error('The browser gave no 2d canvas.');
  from.putImageData(new ImageData(new Uint8ClampedArray(rgba), size, size), 0, 0);
  onto.imageSmoothingEnabled = false;
  onto.drawImage(small, 0, 0, large.width, large.height);
  const blob = await new Promise((/** @type {BlobCallback} */ resolve) => large.toBlob(resolve, 'image/png'));
  if (!blob) throw new Error('The browser made no PNG of it.');
  return withText(new Uint8Array(await blob.arrayBuffer()), KEYWORD, record);
}
