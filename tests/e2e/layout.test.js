// @ts-check
/** The page at three widths, in both languages, in light and dark: nothing sticks out, nothing is cut, and a picture of each. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { root } from '../support/browser.js';
import { flawsOf } from './support/flaws.js';
import { halves, png } from './support/pictures.js';
import { open, query, startBrowser, startSite } from './support/site.js';

const SCREENS = { 390: 844, 1280: 900, 2560: 1440 };
const pictures = join(root, 'target/layout');

/** @type {Awaited<ReturnType<typeof startSite>>} */
let site;
/** @type {import('playwright-core').Browser} */
let browser;

before(async () => {
  mkdirSync(pictures, { recursive: true });
  site = await startSite('double');
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await site?.close();
});

for (const [width, height] of Object.entries(SCREENS)) {
  for (const lang of ['en', 'zh']) {
    for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
      const name = `${width}-${lang}-${colorScheme}`;
      test(name, async () => {
        // Everything there is to lay out: a reference, methods with their rarer settings, a notice, a whole run.
        const search = query({ model: 'toy', method: 'classifier,ilvr', steps: 25, eta: 7, lang });
        const context = { viewport: { width: Number(width), height }, colorScheme };
        const visit = await open(browser, site.url + search, { context });
        const { page, state, press, trouble } = visit;
        await state('ready');
        assert.deepEqual(await flawsOf(page), [], 'ready');
        await page.setInputFiles('input[name=reference]', {
          name: 'picture.png',
          mimeType: 'image/png',
          buffer: png(halves()),
        });
        await page.waitForSelector('[data-action=remove-reference]');
        for (const summary of await page.locator('summary').all()) await summary.click();
        await press('play');
        await state('done');
        await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
        assert.deepEqual(await flawsOf(page), [], 'done');
        assert.deepEqual(trouble, []);
        await visit.context.close();
      });
    }
  }
}
