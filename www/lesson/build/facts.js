// @ts-check
/** The numbers that the lesson quotes: read from the results and the model files, so that no text can go stale. */
import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';

const root = new URL('../../../', import.meta.url);
const sweeps = new URL('docs/results/sweeps/', root);
const weights = new URL('training/weights/', root);
const classifiers = new URL('docs/results/classifiers/', root);

/**
 * A measured number with its 95 % interval. @typedef {{ mean: number, within: number }} Measured
 * One point of a sweep: what was set, and what became of it. `fid` is on EfficientNet-lite0's features, `fidClean` on those
 * of the classifier that judges.
 * @typedef {{ label: string, seconds: number, fid: Measured, fidClean: Measured, precision: Measured, recall: Measured,
 *   inceptionScore: number, classAccuracy: number, styleAccuracy: number, nearest: number }} Point
 * @typedef {{ count: number, real: Point, points: Point[] }} Sweep
 * What a classifier gets right of held-out pictures under the noise of a timestep; `clean` is none.
 * @typedef {{ t: string, accuracy: number }} Accuracy
 * How a network was trained: `labelDropout` is the share of pictures whose class it was not told; of the style, the same.
 * @typedef {{ images: number, labelDropout: number }} Training
 * @typedef {{ sweeps: Record<string, Sweep>, classifiers: Record<string, Accuracy[]>, training: Record<string, Training>,
 *   models: import('../../settings.js').Model[] }} Facts
 */

/** @param {any} entry @returns {Point} */
const pointOf = ({ label, seconds, report }) => ({
  label,
  seconds,
  fid: report.fid,
  fidClean: report['fid-clean'],
  precision: report.precision,
  recall: report.recall,
  inceptionScore: report['inception-score'],
  classAccuracy: report['class-accuracy'],
  styleAccuracy: report['style-accuracy'],
  nearest: report['nearest-median'],
});

/** @param {URL} url */
const readJson = (url) => JSON.parse(readFileSync(url, 'utf8'));

/** @param {URL} folder */
const jsonIn = (folder) => readdirSync(folder).filter((file) => file.endsWith('.json'));

/** What a safetensors file says of itself: eight bytes of length, then JSON. @param {URL} url */
function cardOf(url) {
  const file = openSync(url, 'r');
  try {
    const length = Buffer.alloc(8);
    readSync(file, length);
    const header = Buffer.alloc(Number(length.readBigUInt64LE()));
    readSync(file, header);
    return JSON.parse(JSON.parse(header.toString()).__metadata__.guidelight);
  } finally {
    closeSync(file);
  }
}

/** @returns {Record<string, Training>} */
function readTraining() {
  const files = readdirSync(weights).filter((file) => file.endsWith('.safetensors'));
  return Object.fromEntries(
    files.map((file) => {
      const { config } = cardOf(new URL(file, weights)).provenance;
      return [file.replace('.safetensors', ''), { images: config.images, labelDropout: config['label-dropout'] }];
    }),
  );
}

/** @returns {Facts} */
export function readFacts() {
  return {
    sweeps: Object.fromEntries(
      jsonIn(sweeps).map((file) => {
        const { sweep, count, real, points } = readJson(new URL(file, sweeps));
        return [sweep, { count, real: pointOf(real), points: points.map(pointOf) }];
      }),
    ),
    classifiers: Object.fromEntries(
      jsonIn(classifiers).map((file) => [file.replace('.json', ''), readJson(new URL(file, classifiers)).timesteps]),
    ),
    training: readTraining(),
    models: readJson(new URL('www/models/manifest.json', root)).models,
  };
}
