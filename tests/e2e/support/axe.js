// @ts-check
/** What axe-core finds wrong with a page. */
import { tool } from '../../support/browser.js';

/** WCAG 2.2 up to AA, and what axe's authors hold to be good practice. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** @param {import('playwright-core').Page} page @returns {Promise<string[]>} */
export async function findings(page) {
  // Handed to the page by the test: its own policy lets no foreign script in.
  await page.evaluate(tool('axe-core').source);
  return page.evaluate(async (values) => {
    const { violations } = await /** @type {any} */ (window).axe.run(document, {
      runOnly: { type: 'tag', values },
      rules: { 'target-size': { enabled: true } },
    });
    return violations.flatMap((/** @type {any} */ { id, help, nodes }) =>
      nodes.map(
        (/** @type {any} */ { html, any, failureSummary }) =>
          `${id}: ${help}: ${html.slice(0, 160)} ${any[0]?.message ?? failureSummary}`,
      ),
    );
  }, RULES);
}
