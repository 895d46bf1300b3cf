// @ts-check
/** The way through a page by Tab. */
import assert from 'node:assert/strict';

/** More presses of Tab than the page has stops. */
const MAX_STOPS = 120;

/**
 * Presses Tab, or Shift+Tab, until the focus is where it is wanted; on the way every stop must be seen to have it.
 * @param {import('playwright-core').Page} page
 * @param {string} selector
 * @param {'Tab' | 'Shift+Tab'} [key]
 */
export async function tabTo(page, selector, key = 'Tab') {
  for (let stop = 0; stop < MAX_STOPS; stop++) {
    await page.keyboard.press(key);
    const { there, seen, what } = await page.evaluate((wanted) => {
      const at = /** @type {HTMLElement} */ (document.activeElement);
      // A field that is hidden behind its label shows its focus there.
      const shows = [at, at.nextElementSibling, at.closest('label')].some(
        (element) =>
          element &&
          getComputedStyle(element).outlineStyle !== 'none' &&
          getComputedStyle(element).outlineWidth !== '0px',
      );
      return { there: at.matches(wanted), seen: shows || at === document.body, what: at.outerHTML.slice(0, 120) };
    }, selector);
    assert.ok(seen, `no visible focus on ${what}`);
    if (there) return;
  }
  assert.fail(`Tab never reaches ${selector}`);
}
