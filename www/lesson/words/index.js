// @ts-check
/** The lesson's texts in the language in use; none are fetched but those. */
import { tools } from './tools.js';

/** @typedef {import('./en.js').Words} Words */

const files = { en: () => import('./en.js'), zh: () => import('./zh.js') };

/** @type {Words} those of the language in use */
export let words;

/** @param {import('../../i18n/index.js').Language} language */
export async function useWords(language) {
  words = (await files[language]()).wordsOf(tools);
}
