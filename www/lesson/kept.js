// @ts-check
/** What the lesson remembers of a learner: predictions, what was tried, and where they were. Pure but for the reading. */
import { recall, remember } from '../memory.js';
import { stepOf, STEPS } from './steps.js';

/** @typedef {import('./steps.js').StepId} StepId */

/**
 * `answers` are the predictions by step, as indices of the options; `tried` the steps whose experiment was used.
 * @typedef {{ at: StepId, answers: Partial<Record<StepId, number>>, tried: StepId[] }} Kept
 */

const KEY = 'lesson';

/** @type {Kept} */
export const NOTHING = { at: 'noise', answers: {}, tried: [] };

/**
 * @param {string | null} text what an earlier visit, maybe of another version, has left
 * @returns {Kept}
 */
export function readKept(text) {
  try {
    const { at, answers, tried } = JSON.parse(text ?? '{}');
    return {
      at: stepOf(at) ?? NOTHING.at,
      answers: Object.fromEntries(
        Object.entries(answers ?? {}).filter(([id, index]) => stepOf(id) && Number.isInteger(index)),
      ),
      tried: STEPS.filter((id) => Array.isArray(tried) && tried.includes(id)),
    };
  } catch {
    return NOTHING;
  }
}

export const recallKept = () => readKept(recall(KEY));

/** @param {Kept} kept */
export const rememberKept = (kept) => remember(KEY, JSON.stringify(kept));

/**
 * How far a step is.
 * @param {Kept} kept
 * @param {StepId} id
 * @param {boolean} asks whether there is something to predict
 */
export function progressOf({ answers, tried }, id, asks = true) {
  const done = [tried.includes(id), !asks || answers[id] !== undefined];
  return done.every(Boolean) ? 'done' : done[0] || answers[id] !== undefined ? 'begun' : 'new';
}
