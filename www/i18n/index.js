// @ts-check
/** The language of the page: which one it is, and its texts, of which none are fetched but those in use. */

/** @typedef {keyof typeof LANGUAGES} Language */
/** @typedef {import('./en.js').Strings} Strings */

/** What each language calls itself, and its tag in the document. */
export const LANGUAGES = {
  en: { name: 'English', tag: 'en' },
  zh: { name: '中文', tag: 'zh-Hans' },
};

const files = { en: () => import('./en.js'), zh: () => import('./zh.js') };

/** @type {Strings} those of the language in use */
export let strings;

/** @param {Language} language */
export async function useLanguage(language) {
  ({ strings } = await files[language]());
}

/** @param {string | null | undefined} tag such as zh or zh-CN @returns {Language | undefined} */
export function languageOf(tag) {
  const [primary = ''] = tag?.toLowerCase().split('-') ?? [];
  return Object.hasOwn(LANGUAGES, primary) ? /** @type {Language} */ (primary) : undefined;
}

/**
 * The first of the wishes that there is: the address, the remembered choice, then what the browser prefers.
 * @param {(string | null | undefined)[]} wishes
 * @returns {Language}
 */
export const chooseLanguage = (wishes) => wishes.map(languageOf).find(Boolean) ?? 'en';
