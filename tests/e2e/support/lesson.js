// @ts-check
/** What a learner does in any step of the lesson. */

/** Predicts, which shows what answers the question. @param {import('playwright-core').Page} page */
export async function predict(page) {
  await page.locator('.question input[type=radio]').first().check({ force: true });
  await page.locator('[data-action=predict]').click();
  await page.waitForSelector('.question .reveal');
}
