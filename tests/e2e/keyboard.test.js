// @ts-check
/** The way through the page by keyboard alone: nothing here touches the mouse, but to see whose the arrows are after it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { tabTo } from './support/keyboard.js';
import { halves, png } from './support/pictures.js';
import { open, query, startBrowser, startSite } from './support/site.js';

/** @typedef {import('playwright-core').Page} Page */

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

/** Where the Chinese texts come from. */
const TEXTS = /\/zh-[\w-]+\.js$/;

/** @param {Page} page @param {string} text */
const stepIs = (page, text) =>
  page.waitForFunction((wanted) => document.querySelector('[data-readout=step]')?.textContent === wanted, text);

/** @param {Page} page */
const cursorOf = (page) => page.inputValue('input[name=timeline]').then(Number);

test('class, play, pause, step, back, scrub, save', async () => {
  const { page, state, context, trouble } = await open(browser, site.url + query({ model: 'toy', steps: 40 }));
  await state('ready');

  await tabTo(page, 'input[name=class]');
  await page.keyboard.press('ArrowRight');
  await page.waitForFunction(() => location.search.includes('class=plant'));

  await tabTo(page, '[data-action=play]', 'Shift+Tab');
  await page.keyboard.press('Enter');
  await state('running');
  await page.keyboard.press('Space');
  await state('paused');
  assert.ok(
    await page.evaluate(() => document.activeElement?.matches('[data-action=play]')),
    'the focus stays on the button',
  );

  const at = await cursorOf(page);
  assert.ok(at < 40, 'paused on the way');
  await tabTo(page, '[data-action=step]');
  await page.keyboard.press('Enter');
  await stepIs(page, `${at + 1} / 40`);
  await tabTo(page, '[data-action=back]', 'Shift+Tab');
  await page.keyboard.press('Enter');
  await stepIs(page, `${at} / 40`);

  await tabTo(page, 'input[name=timeline]');
  await page.keyboard.press('Home');
  await stepIs(page, '0 / 40');
  await page.keyboard.press('ArrowRight');
  await stepIs(page, '1 / 40');
  await page.keyboard.press('End');
  await stepIs(page, `${at + 1} / 40`);

  await tabTo(page, '[data-action=save]', 'Shift+Tab');
  await page.keyboard.press('Enter');
  await tabTo(page, '[data-action=save-picture]');
  const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
  assert.match(download.suggestedFilename(), /^guidelight-plant-seed7-step\d+\.png$/);
  assert.deepEqual([...readFileSync(await download.path()).subarray(1, 4)], [...Buffer.from('PNG')]);
  assert.deepEqual(trouble, []);
  await context.close();
});

test('space, arrows and R, from anywhere on the page', async () => {
  const { page, state, context } = await open(browser, site.url + query({ model: 'toy', steps: 40 }));
  await state('ready');
  await page.keyboard.press('Space');
  await state('running');
  await page.keyboard.press('Space');
  await state('paused');
  const at = await cursorOf(page);
  await page.keyboard.press('ArrowRight');
  await stepIs(page, `${at + 1} / 40`);
  await page.keyboard.press('ArrowLeft');
  await stepIs(page, `${at} / 40`);
  await page.keyboard.press('r');
  await state('done');
  await context.close();
});

test('arrows choose a class for those who came by keyboard, and step for those who clicked on one', async () => {
  const { page, state, context } = await open(browser, site.url + query({ model: 'toy', steps: 40, class: 'food' }));
  await state('ready');
  await page.click('label:has(input[name=class][value=heart])');
  await page.keyboard.press('ArrowRight');
  await stepIs(page, '1 / 40');
  await page.keyboard.press('ArrowLeft');
  await stepIs(page, '0 / 40');
  assert.ok(await page.isChecked('input[name=class][value=heart]'));
  await page.keyboard.press('Tab');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('ArrowLeft');
  await page.waitForFunction(() => !location.search.includes('class=heart'));
  await context.close();
});

test('a reference through its button, and what it is used for', async () => {
  const { page, state, context } = await open(browser, site.url + query({ model: 'toy' }));
  await state('ready');
  // Listened for well before: the browser must know by then that no dialog is to open.
  const choosing = page.waitForEvent('filechooser');
  await tabTo(page, 'input[name=reference]');
  await page.keyboard.press('Space');
  const chooser = await choosing;
  await chooser.setFiles({ name: 'picture.png', mimeType: 'image/png', buffer: png(halves()) });
  await page.waitForSelector('[data-action=remove-reference]');
  assert.ok(
    await page.evaluate(() => document.activeElement?.matches('input[name=reference]')),
    'the focus stays on the field',
  );
  await tabTo(page, '[data-action=use-reference][value=ilvr]');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => location.search.includes('ilvr'));
  await tabTo(page, '[data-action=remove-reference]', 'Shift+Tab');
  await page.keyboard.press('Enter');
  await page.waitForSelector('[data-action=remove-reference]', { state: 'detached' });
  await context.close();
});

test('another language and other colours in the middle of a run, which goes on; both are remembered', async () => {
  const asked = query({ model: 'toy', steps: 400, warp: 9 });
  const { page, state, alerts, context, press } = await open(browser, site.url + asked, {
    context: { locale: 'en-GB' },
  });
  await state('ready');
  assert.equal(await page.getAttribute('html', 'lang'), 'en');
  assert.match((await alerts())[0], /^The address has a parameter “warp”/);
  await page.keyboard.press('Space');
  await state('running');
  await tabTo(page, 'input[name=theme]');
  await page.keyboard.press('ArrowLeft');
  await page.waitForSelector('html[data-theme=dark]');
  await tabTo(page, 'input[name=lang]');
  await page.keyboard.press('ArrowRight');
  await page.waitForSelector('html[lang=zh-Hans]');
  await page.waitForFunction(() => /正在运行/.test(document.querySelector('gl-status')?.textContent ?? ''));
  await state('running');
  assert.match(await page.title(), /引导扩散/);
  assert.match((await alerts())[0], /“warp”/);
  assert.match((await alerts())[0], /[一-鿿]/);
  assert.equal(await page.locator('[data-action=pause]').textContent(), '暂停');
  assert.equal(await page.locator('[data-class=animal] .name').textContent(), '动物');
  assert.match(String(await page.locator('canvas[data-canvas=xt]').getAttribute('aria-label')), /^样本/);
  await page.waitForFunction(() => location.search.includes('lang=zh'));
  assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme), 'dark');
  assert.equal(await page.locator('meta[name=theme-color][media=all]').getAttribute('data-scheme'), 'dark');
  await page.keyboard.press('Space');
  await state('paused');
  await press('back');

  // A new visit with a bare address finds both choices again, and the address is not made to carry them.
  const again = await open(browser, site.url + query({ model: 'toy' }), { shared: context });
  await again.state('ready');
  assert.equal(await again.page.getAttribute('html', 'lang'), 'zh-Hans');
  assert.equal(await again.page.getAttribute('html', 'data-theme'), 'dark');
  await again.press('step');
  await again.state('paused');
  assert.doesNotMatch(again.page.url(), /lang=/);
  await context.close();
});

test('the first load brings one language, the one the browser asks for', async () => {
  const { page, state, context } = await open(browser, site.url + query({ model: 'toy' }), {
    context: { locale: 'zh-CN' },
  });
  await state('ready');
  assert.equal(await page.getAttribute('html', 'lang'), 'zh-Hans');
  const texts = await page.evaluate(() =>
    performance.getEntriesByType('resource').flatMap(({ name }) => /\/(en|zh)-[\w-]+\.js$/.exec(name)?.[1] ?? []),
  );
  assert.deepEqual([...new Set(texts)], ['zh']);
  await context.close();
});

test('texts that cannot be fetched are one sentence, and the page stays as it is', async () => {
  const { page, state, alerts, context } = await open(browser, site.url + query({ model: 'toy', lang: 'en' }), {
    prepare: (opened) => opened.route(TEXTS, (route) => route.abort()),
  });
  await state('ready');
  await tabTo(page, 'input[name=lang]');
  await page.keyboard.press('ArrowRight');
  await page.waitForSelector('[role=alert]');
  assert.match(
    (await alerts())[0],
    /^The page’s texts in 中文 could not be fetched \(.+\), so it stays in English; .+\.$/,
  );
  assert.equal(await page.getAttribute('html', 'lang'), 'en');
  // The switch is back, with the focus where it was: space asks again.
  await page.waitForFunction(() => document.querySelector('input[name=lang][value=en]')?.matches(':checked'));
  await page.unroute(TEXTS);
  await page.keyboard.press('Space');
  await page.waitForSelector('html[lang=zh-Hans]');
  assert.deepEqual(await alerts(), []);
  await context.close();
});
