// @ts-check
/** A run as NumPy's `.npz`: what the page knows of every step. */
import { Zip, ZipDeflate } from 'fflate';
import { float32, float64, int64, npyHeader, text, uint8 } from './npy.js';
import { pause } from './work.js';

/** @typedef {import('../protocol.js').Frame} Frame */

/** The pictures of a step that are kept, RGBA. */
const PICTURES = /** @type {const} */ (['xt', 'x0', 'eps', 'gradient', 'lowpass']);

/** No time of day: the same run is the same file. */
const MTIME = new Date(1980, 0, 1);

/** Bytes that are compressed between two breaths. */
const PIECE = 1 << 18;

/**
 * The arrays by name. `arr_0`, `arr_1` and `arr_2` are what `guidelight sample` writes: the sample, its class and its
 * style. The others have a row for each of the K steps; a step without a gradient has one of zeros there, and NaN for
 * numbers that it lacks.
 * @param {Frame[]} frames
 * @param {{ size: number, classes: string[], styles: string[], settings: import('../protocol.js').Settings, record: string }} about
 * @returns {Record<string, import('./npy.js').Array>}
 */
export function trajectory(frames, { size, classes, styles, settings, record }) {
  const steps = frames.length;
  const last = frames[steps - 1];
  if (!last) throw new Error('There is no step to save yet.');
  const label = (/** @type {string} */ name, /** @type {string[]} */ names) =>
    names.includes(name) ? int64([1], [names.indexOf(name)]) : undefined;
  const pictures = PICTURES.filter((name) => frames.some((frame) => frame[name])).map((name) => {
    const bytes = new Uint8Array(steps * size * size * 4);
    frames.forEach((frame, k) => bytes.set(frame[name] ?? [], k * size * size * 4));
    return [name, uint8([steps, size, size, 4], bytes)];
  });
  const judged = frames.some(({ probabilities }) => probabilities);
  const all = {
    arr_0: uint8([1, size, size, 3], Uint8Array.from(last.xt.filter((_, i) => i % 4 < 3))),
    arr_1: label(settings.class, classes),
    arr_2: label(settings.style, styles),
    ...Object.fromEntries(pictures),
    t: float64(
      [steps],
      frames.map(({ t }) => t),
    ),
    abar: float64(
      [steps],
      frames.map(({ abar }) => abar),
    ),
    gradient_norm: float64(
      [steps],
      frames.map(({ gradientNorm }) => gradientNorm ?? NaN),
    ),
    probabilities: judged
      ? float32(
          [steps, classes.length],
          frames.flatMap(({ probabilities }) => classes.map((_, i) => probabilities?.[i] ?? NaN)),
        )
      : undefined,
    classes: text([classes.length], classes),
    settings: text([], [record]),
  };
  return Object.fromEntries(Object.entries(all).filter(([, array]) => array));
}

/**
 * @param {Record<string, import('./npy.js').Array>} arrays
 * @param {import('./work.js').Work} work
 * @returns {Promise<Blob>}
 */
export async function npz(arrays, work) {
  /** @type {BlobPart[]} */
  const parts = [];
  const zip = new Zip((error, bytes) => {
    if (error) throw error;
    parts.push(/** @type {Uint8Array<ArrayBuffer>} */ (bytes));
  });
  const whole = Object.values(arrays).reduce((sum, { bytes }) => sum + bytes.length, 0);
  let done = 0;
  for (const [name, array] of Object.entries(arrays)) {
    const file = new ZipDeflate(`${name}.npy`);
    file.mtime = MTIME;
    zip.add(file);
    file.push(npyHeader(array));
    for (let at = 0; at < array.bytes.length; at += PIECE) {
      const piece = array.bytes.subarray(at, at + PIECE);
      file.push(piece);
      done += piece.length;
      await pause(work, done / whole);
    }
    file.push(new Uint8Array(), true);
  }
  zip.end();
  return new Blob(parts, { type: 'application/zip' });
}
