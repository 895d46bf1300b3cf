// @ts-check
/** The double's model files and their manifest: bytes without meaning, but of a length and a hash. */
import { CLASSES, SIZE, STYLES } from './scenes.js';
import { hashOf } from './engine.js';

/** Long enough to arrive in several chunks. */
const BYTES = { toy: 700_001, 'toy-nano': 200_003, 'toy-classifier': 300_007 };

/** @param {number} length */
const filler = (length) => Uint8Array.from({ length }, (_, i) => (i * 2654435761) >>> 13);

/** @type {Record<string, Uint8Array>} by file name */
export const files = Object.fromEntries(
  Object.entries(BYTES).map(([name, length]) => [`${name}.safetensors`, filler(length)]),
);

const entry = (/** @type {string} */ name, /** @type {string} */ kind) => {
  const file = `${name}.safetensors`;
  return {
    name,
    kind,
    file,
    bytes: files[file].length,
    sha256: hashOf(files[file]),
    parameters: 1234,
    'multiply-adds': 5678,
    size: SIZE,
    classes: CLASSES,
    styles: STYLES,
    license: 'CC0-1.0',
  };
};

const unet = { ...entry('toy', 'unet'), classifier: 'toy-classifier', defaults: { scale: 4 } };
const classifier = entry('toy-classifier', 'classifier');

export const manifest = { format: 1, models: [unet, classifier] };

/** The same with a small model that is shown until the other one has arrived. */
export const previewing = {
  format: 1,
  models: [
    { ...unet, preview: 'toy-nano' },
    { ...entry('toy-nano', 'unet'), classifier: 'toy-classifier', defaults: { scale: 2 } },
    classifier,
  ],
};
