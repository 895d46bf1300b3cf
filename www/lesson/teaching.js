// @ts-check
/** Links and embeddings that a teacher gives out. Pure. */
import { LANGUAGES } from '../i18n/index.js';
import { STEPS } from './steps.js';

/**
 * @typedef {{ cards: readonly import('./steps.js').StepId[], hidden: readonly import('./address.js').Part[],
 *   language?: import('../i18n/index.js').Language }} Choice no language leaves it to the reader's browser
 */

/**
 * The address of the lesson as a teacher has chosen it.
 * @param {string} page the lesson's own address
 * @param {Choice} choice
 */
export function linkOf(page, { cards, hidden, language }) {
  const url = new URL(page);
  url.search = url.hash = '';
  const all = cards.length === STEPS.length;
  const pairs = [
    ...(all ? [] : [`cards=${STEPS.filter((id) => cards.includes(id)).join(',')}`]),
    ...(hidden.length > 0 ? [`hide=${hidden.join(',')}`] : []),
    ...(language && language in LANGUAGES ? [`lang=${language}`] : []),
  ];
  return url.href + (pairs.length > 0 ? `?${pairs.join('&')}` : '');
}
