// @ts-check
/** Where in the lesson one is, and what a link leaves out of it: the address, read and written. Pure. */
import { STEPS, stepOf } from './steps.js';

/** @typedef {import('./steps.js').StepId} StepId */

/** What there is beside the steps. */
export const VIEWS = /** @type {const} */ (['glossary', 'papers', 'tasks', 'teach']);

/** What a teacher's link may leave out. */
export const PARTS = /** @type {const} */ (['question', 'derivation', 'companion', 'contents', 'lab']);

/** @typedef {typeof PARTS[number]} Part */
/** @typedef {{ view: 'step', step: StepId } | { view: typeof VIEWS[number], entry?: string }} Place */

/**
 * `#noise` is a step, `#glossary` a view and `#glossary/abar` an entry of it.
 * @param {string} hash
 * @returns {Place | undefined} nothing where it names nothing
 */
export function placeOf(hash) {
  // Names need no escapes, so one that is broken is no name.
  const [name, entry] = hash.replace(/^#/, '').split('/');
  const step = stepOf(name);
  if (step) return { view: 'step', step };
  const view = VIEWS.find((known) => known === name);
  return view && { view, entry };
}

/** @param {Place} place */
export function hashOf(place) {
  if (place.view === 'step') return `#${place.step}`;
  return place.entry ? `#${place.view}/${place.entry}` : `#${place.view}`;
}

/**
 * What of a comma list is known, and what is not.
 * @template {string} T
 * @param {string | null} text
 * @param {readonly T[]} known
 */
function listOf(text, known) {
  const asked = (text ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
  return {
    found: known.filter((name) => asked.includes(name)),
    unknown: asked.filter((name) => !known.some((one) => one === name)),
  };
}

/**
 * `cards=noise,ddim` shows those steps alone, `hide=question` leaves parts out.
 * @param {string} search
 */
export function parseLink(search) {
  const params = new URLSearchParams(search);
  const [cards, hidden] = [listOf(params.get('cards'), STEPS), listOf(params.get('hide'), PARTS)];
  return {
    cards: cards.found.length > 0 ? cards.found : STEPS,
    hidden: hidden.found,
    problems: [
      ...cards.unknown.map((got) => ({ key: 'cards', got, known: STEPS })),
      ...hidden.unknown.map((got) => ({ key: 'hide', got, known: PARTS })),
    ],
  };
}
