// @ts-check
/** axe-core finds nothing wrong, in both languages, in light and dark, in every state of the page. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { findings } from './support/axe.js';
import { halves, png } from './support/pictures.js';
import { open, query, startBrowser, startSite } from './support/site.js';

/** @typedef {Awaited<ReturnType<typeof open>>} Visit */

/** @type {Awaited<ReturnType<typeof startSite>>} */
let site;
/** @type {import('playwright-core').Browser} */
let browser;

before(async () => {
  site = await startSite('double');
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await site?.close();
});

/** How the page gets into each state. @type {Record<string, { search?: string, prepare?: Parameters<typeof open>[2]['prepare'], reach: (visit: Visit) => Promise<unknown> }>} */
const STATES = {
  loading: {
    // The weights never arrive.
    prepare: (page) => page.route('**/*.safetensors', () => {}),
    reach: ({ page }) => page.waitForSelector('progress'),
  },
  ready: { reach: ({ state }) => state('ready') },
  paused: {
    reach: async ({ page, state, press }) => {
      await state('ready');
      await page.setInputFiles('input[name=reference]', {
        name: 'picture.png',
        mimeType: 'image/png',
        buffer: png(halves()),
      });
      await page.waitForSelector('[data-action=remove-reference]');
      for (const summary of await page.locator('summary').all()) await summary.click();
      await press('step');
      await state('paused');
      await press('step');
      await state('paused');
    },
  },
  done: { search: query({ model: 'toy', autoplay: 1, scale: -1 }), reach: ({ state }) => state('done') },
  error: {
    prepare: (page) => page.route('**/*.safetensors', (route) => route.fulfill({ status: 404 })),
    reach: ({ state }) => state('error'),
  },
};

for (const [name, { search = query({ model: 'toy', method: 'classifier,ilvr' }), prepare, reach }] of Object.entries(
  STATES,
)) {
  for (const lang of ['en', 'zh']) {
    for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
      test(`${name}, ${lang}, ${colorScheme}`, async () => {
        const context = {
          viewport: { width: 1280, height: 900 },
          colorScheme,
          reducedMotion: /** @type {const} */ ('reduce'),
        };
        const visit = await open(browser, `${site.url}${search}&lang=${lang}`, { context, prepare });
        await reach(visit);
        assert.deepEqual(await findings(visit.page), []);
        await visit.context.close();
      });
    }
  }
}

test('a phone, and a flaw that is put there is found', async () => {
  const context = { viewport: { width: 390, height: 844 }, colorScheme: /** @type {const} */ ('light') };
  const visit = await open(browser, site.url + query({ model: 'toy' }), { context });
  await visit.state('ready');
  assert.deepEqual(await findings(visit.page), []);
  await visit.page.evaluate(() => document.querySelector('label[for=set-model]')?.remove());
  assert.match((await findings(visit.page)).join(), /select-name/);
  await visit.context.close();
});
