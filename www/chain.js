// @ts-check
/** The chain of a run as numbers to draw and to drag: ᾱ between timesteps, the step nearest to one, other spacings. */
import { countSteps, MIN_STEPS, TRAINED_STEPS } from './respacing.js';

/** Spacings that have a button; their names are the prefixes of a respacing. */
export const SPACINGS = /** @type {const} */ ([
  { name: 'even', prefix: '' },
  { name: 'ddim', prefix: 'ddim' },
  { name: 'karras', prefix: 'karras' },
]);

/** @typedef {typeof SPACINGS[number]['name']} Spacing */

/**
 * ᾱ at a timestep, which may lie between two.
 * @param {number[]} abar of every timestep
 * @param {number} t
 */
export function abarAt(abar, t) {
  const at = (/** @type {number} */ i) => abar[Math.max(0, Math.min(i, abar.length - 1))] ?? NaN;
  const below = Math.floor(t);
  return at(below) + (t - below) * (at(below + 1) - at(below));
}

/**
 * The number of executed steps after which a run was nearest to a timestep; of equals the latest, for a jump visits it
 * again.
 * @param {{ t: number }[]} frames
 * @param {number} t
 */
export function nearestStep(frames, t) {
  const away = (/** @type {number} */ step) => Math.abs((frames[step - 1]?.t ?? Infinity) - t);
  return frames.reduce((best, _, i) => (away(i + 1) <= away(best) ? i + 1 : best), 0);
}

/**
 * Which of the spacings a respacing has; undefined for one that was put together by hand.
 * @param {string} steps
 * @returns {Spacing | undefined}
 */
export function spacingOf(steps) {
  const [, prefix] = /^([a-z]*)\d+$/.exec(steps) ?? [];
  return SPACINGS.find((spacing) => spacing.prefix === prefix)?.name;
}

/**
 * The respacing with that many steps. Not every count has an even stride: then it is the next one that has, onwards from
 * the count before.
 * @param {Spacing} spacing
 * @param {number} count
 * @param {number} [before]
 * @returns {string}
 */
export function respaced(spacing, count, before = count) {
  const { prefix } = SPACINGS.find(({ name }) => name === spacing) ?? SPACINGS[0];
  const onwards = count < before ? -1 : 1;
  for (const direction of [onwards, -onwards]) {
    for (let n = count; n >= MIN_STEPS && n <= TRAINED_STEPS; n += direction)
      if (countSteps(prefix + n) !== undefined) return prefix + n;
  }
  return String(count);
}

/**
 * The settings that say when a method acts, if it has them: shares of all timesteps, 1 is pure noise.
 * @param {import('guidelight/*').Entry} entry
 * @returns {{ from: string, to: string } | undefined}
 */
export function intervalKeys({ params }) {
  const from = params.find(({ kind, key }) => kind === 'number' && key.endsWith('-from'))?.key;
  const to = from?.replace(/-from$/, '-to');
  return from && to && params.some(({ key }) => key === to) ? { from, to } : undefined;
}
