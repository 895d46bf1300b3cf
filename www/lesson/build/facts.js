// @ts-check
/** The numbers that the lesson quotes: read from the results and the model files, so that no text can go stale. */
import { readdirSync, readFileSync } from 'node:fs';

const root = new URL('../../../', import.meta.url);
const sweeps = new URL('docs/results/sweeps/', root);
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
 * @typedef {{ sweeps: Record<string, Sweep>, classifiers: Record<string, Accuracy[]>, models: import('../../settings.js').Model[] }} Facts
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
    models: readJson(new URL('www/models/manifest.json', root)).models,
  };
}
