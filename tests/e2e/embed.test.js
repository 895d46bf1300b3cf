// @ts-check
/** The run in a frame of another page, by the custom element of the package. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { root } from '../support/browser.js';
import { query, small, startBrowser, startSite } from './support/site.js';

/** @type {import('playwright-core').Browser} */
let browser;
/** @type {Awaited<ReturnType<typeof startSite>>} */
let site;

const settings = query({ model: small.name, steps: 3, autoplay: 1 });
const host = (/** @type {string} */ attributes) =>
  `<!doctype html><title>Host</title><link rel="icon" href="data:," /><script type="module" src="./demo.js"></script><guidelight-demo ${attributes}></guidelight-demo>`;

before(async () => {
  site = await startSite(undefined, {
    'host.html': host(`src="./" settings="${settings.slice(1).replaceAll('&', '&amp;')}" lang="zh" title="Denoising"`),
    'broken.html': host(''),
    'demo.js': readFileSync(join(root, 'tools/package/demo.js'), 'utf8'),
  });
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await site?.close();
});

test('the element runs the site in a frame, without controls, and leads to the whole page', async () => {
  const page = await browser.newPage();
  await page.goto(`${site.url}host.html`);
  const frame = page.frameLocator('guidelight-demo iframe');
  await frame.locator('html[data-state=done]').waitFor({ state: 'attached' });
  assert.equal(await page.locator('guidelight-demo iframe').getAttribute('title'), 'Denoising');
  assert.equal(await frame.locator('html').getAttribute('lang'), 'zh-Hans');
  for (const part of ['gl-stage', 'gl-transport', 'gl-timeline'])
    assert.ok(await frame.locator(part).isVisible(), part);
  for (const part of ['gl-controls', 'gl-lanes', 'footer']) assert.ok(!(await frame.locator(part).isVisible()), part);
  const whole = frame.locator('a.whole');
  await whole.waitFor();
  const address = String(await whole.getAttribute('href'));
  assert.match(address, /steps=3/);
  assert.doesNotMatch(address, /embed/);
  await page.close();
});

test('an element without a site says what is missing', async () => {
  const page = await browser.newPage();
  await page.goto(`${site.url}broken.html`);
  await page.getByText('src: expected the address of a guidelight site, got none.').waitFor();
  await page.close();
});
