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
 * How often the judge sees the class that was asked for, in samples of a network that is told it: by the network alone, and
 * with the classifier at the page's scale.
 * @typedef {{ told: number, guided: number }} Asked
 * `heldOut` is the FID of all held-out pictures, which are more than a sweep has.
 * @typedef {{ sweeps: Record<string, Sweep>, classifiers: Record<string, Accuracy[]>, training: Record<string, Training>,
 *   models: import('../../settings.js').Model[], asked: { large: Asked, small: Asked }, imagesSeen: number,
 *   heldOut: { count: number, fid: number } }} Facts
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

/**
 * The cells of the first table below a heading of a page of results, row by row.
 * @param {string} page
 * @param {string} heading
 * @returns {string[][]}
 */
export function tableBelow(page, heading) {
  const [, below] = page.split(`\n## ${heading}\n`);
  const table = below?.match(/(?:^\|.*\|\n?)+/m)?.[0];
  if (!table) throw new Error(`docs/results/models.md: expected a table below "${heading}", got none.`);
  const rows = table.trim().split('\n').slice(2);
  return rows.map((row) =>
    row
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
}

/**
 * The number that a row's last cell begins with; the row is found by its first cells.
 * @param {string[][]} table
 * @param {string[]} cells
 * @param {number} [column] another cell than the last
 */
export function numberIn(table, cells, column = -1) {
  const row = table.find((row) => cells.every((cell, i) => row[i] === cell));
  const number = Number.parseFloat((row?.at(column) ?? '').replaceAll(',', ''));
  if (Number.isNaN(number))
    throw new Error(`docs/results/models.md: expected a row "${cells.join(' | ')}" with a number, got none.`);
  return number;
}

function readModels() {
  const page = readFileSync(new URL('docs/results/models.md', root), 'utf8');
  const asked = tableBelow(page, 'The asked-for class');
  const share = (/** @type {string[]} */ ...cells) => numberIn(asked, cells) / 100;
  const count = Number(page.match(/^(\d+) samples with the labels/m)?.[1]);
  if (Number.isNaN(count)) throw new Error('docs/results/models.md: expected "… samples with the labels", got none.');
  const small = '`emoji32-nano`, int4: the class';
  return {
    asked: {
      large: { told: share('the class', '–'), guided: share('the class', '4') },
      small: { told: share(small, '–'), guided: share(small, '4') },
    },
    heldOut: { count, fid: numberIn(tableBelow(page, 'Likeness to real emoji'), ['held-out emoji'], 1) },
    imagesSeen: numberIn(tableBelow(page, 'What was trained'), ['`emoji32`'], 1),
  };
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
    ...readModels(),
  };
}
