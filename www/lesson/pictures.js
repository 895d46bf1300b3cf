// @ts-check
/** Emoji that no model here was trained on, one strip of them; they are credited with the training data. */
import strip from './pictures.png';

/** The classes of the pictures, from left to right. `guidelight data sheet --data tests/fixtures/emoji-mini.safetensors --split test --columns 12` */
const ORDER = /** @type {const} */ ([
  'face',
  'person',
  'hand',
  'animal',
  'plant',
  'food',
  'vehicle',
  'building',
  'sky',
  'clothing',
  'heart',
  'sign',
]);

/** Pixels between the pictures, and before the first. */
const GAP = 2;

/** Those that steps offer. */
export const PICTURES = /** @type {const} */ (['face', 'animal', 'hand', 'plant', 'food', 'vehicle', 'heart', 'sign']);

/** @typedef {typeof PICTURES[number]} PictureName */

/** @type {Promise<CanvasRenderingContext2D> | undefined} */
let drawn;

async function draw() {
  const image = new Image();
  image.src = strip;
  await image.decode();
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [image.width, image.height];
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('This browser draws on no canvas.');
  context.drawImage(image, 0, 0);
  return context;
}

/**
 * @param {PictureName} name
 * @param {number} size
 * @returns {Promise<Uint8ClampedArray>} RGBA, size × size
 */
export async function pictureOf(name, size) {
  const context = await (drawn ??= draw());
  return context.getImageData(GAP + ORDER.indexOf(name) * (size + GAP), GAP, size, size).data;
}
