// @ts-check
/** How often the two classifiers of the lesson are right about held-out pictures. Pure. */

/** @typedef {import('./build/facts.js').Facts} Facts */

/** The one that learned on noised pictures, and the one that never saw noise. */
export const CLASSIFIERS = /** @type {const} */ ({ aware: 'emoji32-classifier', clean: 'emoji32-clean' });

/**
 * @param {Facts} facts
 * @param {keyof typeof CLASSIFIERS} which
 * @param {'clean' | number} t
 */
export function accuracyAt({ classifiers }, which, t) {
  const measured = classifiers[CLASSIFIERS[which]]?.find((at) => at.t === String(t));
  if (!measured) throw new Error(`There is no accuracy of ${CLASSIFIERS[which]} at ${t}.`);
  return measured.accuracy;
}

/**
 * The curve of one of them: pictures without noise count as timestep 0.
 * @param {Facts} facts
 * @param {keyof typeof CLASSIFIERS} which
 */
export const accuracies = ({ classifiers }, which) =>
  (classifiers[CLASSIFIERS[which]] ?? []).map(({ t, accuracy }) => ({ t: t === 'clean' ? 0 : Number(t), accuracy }));
