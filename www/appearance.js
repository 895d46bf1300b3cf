// @ts-check
/** What the document itself says and how it looks: the parts of the page that no component draws. */
import { LANGUAGES } from './i18n/index.js';

/** @typedef {'system' | 'light' | 'dark'} Theme */

export const THEMES = /** @type {const} */ (['system', 'light', 'dark']);

/** @param {string | null} wish @returns {Theme} */
export const themeOf = (wish) => THEMES.find((theme) => theme === wish) ?? 'system';

/**
 * Puts the page's own sentences into its language.
 * @param {Document} document
 * @param {import('./i18n/index.js').Language} language
 * @param {Record<string, string>} texts by the names that the elements give in `data-text`
 */
export function speak(document, language, texts) {
  document.documentElement.lang = LANGUAGES[language].tag;
  document.title = texts.title ?? '';
  document.querySelector('meta[name=description]')?.setAttribute('content', texts.description ?? '');
  for (const element of document.querySelectorAll('[data-text]'))
    element.textContent = texts[element.getAttribute('data-text') ?? ''] ?? '';
}

/**
 * Light, dark, or what the system says, which the stylesheet knows by itself.
 * @param {Document} document
 * @param {Theme} theme
 */
export function dress(document, theme) {
  document.documentElement.dataset.theme = theme;
  for (const meta of document.querySelectorAll('meta[name=theme-color]')) {
    const scheme = meta.getAttribute('data-scheme');
    const media = theme === 'system' ? `(prefers-color-scheme: ${scheme})` : theme === scheme ? 'all' : 'not all';
    meta.setAttribute('media', media);
  }
}
