// @ts-check
/** The numbers that the lesson quotes: read from the results and the model files, so that no text can go stale. */
import { readdirSync, readFileSync } from 'node:fs';

const root = new URL('../../../', import.meta.url);
const sweeps = new URL('docs/results/sweeps/', root);

/**
 * A measured number with its 95 % interval. @typedef {{ mean: number, within: number }} Measured
 * One point of a sweep: what was set, and what became of it. `fid` is on EfficientNet-lite0's features, `fidClean` on those
 * of the classifier that judges.
 * @typedef {{ label: string, seconds: number, fid: Measured, fidClean: Measured, precision: Measured, recall: Measured,
 *   inceptionScore: number, classAccuracy: number, styleAccuracy: number, nearest: number }} Point
 * @typedef {{ count: number, real: Point, points: Point[] }} Sweep
 * @typedef {{ sweeps: Record<string, Sweep>, models: import('../../settings.js').Model[] }} Facts
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

/** @returns {Facts} */
export function readFacts() {
  const files = readdirSync(sweeps).filter((file) => file.endsWith('.json'));
  return {
    sweeps: Object.fromEntries(
      files.map((file) => {
        const { sweep, count, real, points } = readJson(new URL(file, sweeps));
        return [sweep, { count, real: pointOf(real), points: points.map(pointOf) }];
      }),
    ),
    models: readJson(new URL('www/models/manifest.json', root)).models,
  };
}
