// @ts-check
/** The chain of a run as numbers to draw and to drag: ᾱ between timesteps, the step nearest to one, other spacings. */
import { countSteps, MIN_STEPS, ownTimesteps, TRAINED_STEPS } from './respacing.js';

/** Spacings that have a button; their names are the prefixes of a respacing. */
export const SPACINGS = /** @type {const} */ ([
  { name: 'even', prefix: '' },
  { name: 'ddim', prefix: 'ddim' },
  { name: 'karras', prefix: 'karras' },
]);

/** A spacing; `own` for timesteps that are listed. @typedef {typeof SPACINGS[number]['name'] | 'own'} Spacing */

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
 * Which of the spacings a respacing has; undefined for one that can only be typed.
 * @param {string} steps
 * @returns {Spacing | undefined}
 */
export function spacingOf(steps) {
  if (ownTimesteps(steps)) return 'own';
  const [, prefix] = /^([a-z]*)\d+$/.exec(steps) ?? [];
  return SPACINGS.find((spacing) => spacing.prefix === prefix)?.name;
}

/**
 * The respacing with that many steps. Not every count has an even stride: then it is the next one that has, onwards from
 * the count before. Timesteps of one's own give way to even ones.
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
 * The respacing that visits these timesteps.
 * @param {number[]} timesteps
 */
export const stepsAt = (timesteps) => `at${timesteps.join('-')}`;

/**
 * A chain with one of its timesteps moved, as far as its neighbours let it.
 * @param {number[]} timesteps ascending
 * @param {number} index
 * @param {number} to
 * @param {number} [last] the noisiest timestep
 */
export function movedStep(timesteps, index, to, last = TRAINED_STEPS - 1) {
  const [low, high] = [(timesteps[index - 1] ?? -1) + 1, (timesteps[index + 1] ?? last + 1) - 1];
  return timesteps.with(index, Math.max(low, Math.min(Math.round(to), high)));
}

/**
 * The timestep in the middle between one of a chain and the next one down, or up where there is no room; undefined where
 * there is none on either side.
 * @param {number[]} timesteps ascending
 * @param {number} index
 */
export function halfway(timesteps, index) {
  const t = timesteps[index] ?? NaN;
  const gaps = [timesteps[index - 1], timesteps[index + 1]].filter((other) => Math.abs((other ?? NaN) - t) > 1);
  return gaps[0] === undefined ? undefined : Math.round((t + gaps[0]) / 2);
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

/**
 * A strength along the chain as corners to draw: a step is made with the strength at its beginning, which therefore holds
 * until the next timestep.
 * @param {number[]} timesteps as a run visits them
 * @param {number[]} strengths one for each
 * @returns {[t: number, strength: number][]}
 */
export const stairs = (timesteps, strengths) =>
  timesteps.flatMap((t, i) => {
    const [strength, next] = [strengths[i] ?? 0, timesteps[i + 1]];
    return /** @type {[number, number][]} */ (
      next === undefined
        ? [[t, strength]]
        : [
            [t, strength],
            [next, strength],
          ]
    );
  });

/**
 * What to change so that every method acts wherever the model lets it, at every timestep there is.
 * @param {import('guidelight/*').Catalogue} catalogue
 * @returns {Record<string, string | number>}
 */
export function everywhere({ guidance }) {
  const wide = guidance.flatMap((entry) => {
    const keys = intervalKeys(entry);
    const curve = entry.params.find(({ key }) => key.endsWith('-curve'));
    return keys ? [[keys.from, 0], [keys.to, 1], ...(curve ? [[curve.key, 'constant']] : [])] : [];
  });
  return { steps: String(TRAINED_STEPS), ...Object.fromEntries(wide) };
}

/**
 * The noisiest timestep at which each method acts at all.
 * @param {Pick<import('./protocol.js').Outlook, 'timesteps' | 'strengths'>} outlook with every method `everywhere`
 * @returns {Record<string, number | undefined>}
 */
export const limitsOf = ({ timesteps, strengths }) =>
  Object.fromEntries(
    Object.entries(strengths).map(([method, values]) => [method, timesteps[values.findIndex((value) => value !== 0)]]),
  );
