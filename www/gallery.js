// @ts-check
/** Many small runs beside the one on show: what they are, and the loop that makes them. No DOM. */
import { joinMethods, methodsOf, readersOfPicture, runSettings } from './settings.js';
import { pull } from './sampler.js';

/** @typedef {import('./protocol.js').Settings} Settings */
/** @typedef {import('guidelight/*').Catalogue} Catalogue */

/** The lanes of the engine that galleries and looks ahead use; the run on show has lane 0. */
export const GALLERY_LANE = 6;
export const PEEK_LANE = 7;

/** The coarsenesses that are tried, where they divide the picture's side. */
const LEVELS = [2, 4, 8, 16];
const SEEDS = 3;

/** The methods that tell the network its style. */
const READ_STYLE = ['conditional', 'classifier-free'];

/**
 * The settings in which a cell differs from those on show.
 * @typedef {Record<string, string | number>} Patch
 */

/**
 * The methods of settings, with more of them on.
 * @param {Settings} settings
 * @param {string[]} more
 * @param {Catalogue} catalogue
 */
const withMethods = (settings, more, { guidance }) =>
  joinMethods(
    [...methodsOf(settings), ...more],
    guidance.map(({ name }) => name),
  );

/**
 * ILVR at several coarsenesses, each with the same few seeds: a row a seed.
 * @param {Settings} settings
 * @param {number} size
 * @param {Catalogue} catalogue
 * @returns {Patch[]}
 */
export function levelsAgainstSeeds(settings, size, catalogue) {
  const method = withMethods(settings, ['ilvr'], catalogue);
  const levels = LEVELS.filter((n) => size % n === 0);
  const seeds = Array.from({ length: SEEDS }, (_, k) => settings.seed + k);
  return seeds.flatMap((seed) => levels.map((n) => ({ method, 'down-n': n, seed })));
}

/**
 * The same picture in every style. A run that does not follow the picture does from here on, and so does one that tells
 * the network no label: else it would not know of the style.
 * @param {Settings} settings
 * @param {string[]} styles
 * @param {Catalogue} catalogue
 * @returns {Patch[]}
 */
export function acrossStyles(settings, styles, catalogue) {
  const follows = readersOfPicture(settings, catalogue).length > 0;
  const told = methodsOf(settings).some((method) => READ_STYLE.includes(method));
  const method = withMethods(settings, [follows ? [] : 'ilvr', told ? [] : 'conditional'].flat(), catalogue);
  return styles.map((style) => ({ method, style }));
}

/**
 * Makes the runs one after the other, a step at a time: the run on show takes its turns between them.
 * @param {{
 *   engine: Pick<import('./engine.js').Engine, 'start' | 'step' | 'closeLane'>,
 *   specs: Map<string, import('./settings.js').Spec>,
 *   runs: Settings[],
 *   pictures: import('./protocol.js').Pictures,
 *   signal: AbortSignal,
 *   show: (index: number, cell: { xt: Uint8ClampedArray, done: number, total: number }) => void,
 * }} options `show` is told after each step
 */
export async function fillGallery({ engine, specs, runs, pictures, signal, show }) {
  try {
    for (const [index, settings] of runs.entries()) {
      if (signal.aborted) return;
      await engine.start(runSettings(settings, specs), pictures, GALLERY_LANE);
      for await (const { xt, step, total } of pull(() => engine.step(GALLERY_LANE), signal))
        show(index, { xt, done: step, total });
    }
  } finally {
    // A worker that broke has taken the lane with it.
    await engine.closeLane(GALLERY_LANE).catch(() => {});
  }
}
