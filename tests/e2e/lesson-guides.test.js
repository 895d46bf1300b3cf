// @ts-check
/** The lesson's steps about classifiers, each task done on the shipped engine and its smallest model. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { predict } from './support/lesson.js';
import { open, startBrowser, startSite } from './support/site.js';

/** @type {Awaited<ReturnType<typeof startSite>>} */
let site;
/** @type {import('playwright-core').Browser} */
let browser;

before(async () => {
  site = await startSite('package');
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await site?.close();
});

/** @typedef {import('./support/site.js').Page} Page */

/** @param {string} step */
async function at(step) {
  const visit = await open(browser, `${site.url}lesson.html?backend=cpu&steps=5&lang=en#${step}`);
  await visit.state('ready');
  return visit;
}

/** A number of percent. @param {Page} page @param {string} selector */
const percent = async (page, selector) => Number.parseFloat(await page.locator(selector).innerText());

/** @param {Page} page @param {string} selector */
const pixels = (page, selector) =>
  page
    .locator(`${selector} canvas`)
    .first()
    .evaluate((/** @type {HTMLCanvasElement} */ canvas) => {
      const { width, height } = canvas;
      return [...(canvas.getContext('2d')?.getImageData(0, 0, width, height).data ?? [])];
    });

/** @param {Page} page @param {string} step */
const tried = (page, step) =>
  page.waitForFunction((id) => JSON.parse(localStorage.getItem('guidelight.lesson') ?? '{}').tried?.includes(id), step);

test('the clean classifier is sure of pure noise, the noise-aware one is not; as guides they lead elsewhere', async () => {
  const { page, slide, trouble, context } = await at('noisy-classifier');
  await page.waitForSelector('[data-judge]');
  await slide('classifier-t', 999);
  await tried(page, 'noisy-classifier');
  const surest = (/** @type {string} */ which) =>
    page.$$eval(`[data-classifier=${which}] .share`, (shares) =>
      Math.max(...shares.map(({ textContent }) => Number.parseFloat(textContent ?? ''))),
    );
  assert.ok((await surest('clean')) > 50, 'the clean one claims to know');
  assert.ok((await surest('aware')) < 30, 'the noise-aware one does not');
  assert.ok((await page.locator('.charts polyline').count()) >= 4);
  await slide('guide-scale', 12);
  await page.waitForFunction(() => document.querySelectorAll('[data-judge]').length === 6);
  const [none, aware, clean] = await Promise.all(
    [1, 2, 3].map((k) => pixels(page, `section .figures figure:nth-child(${k})`)),
  );
  assert.notDeepEqual(aware, none);
  assert.notDeepEqual(clean, aware);
  const judged = await page.$$eval('[data-judge=aware]', (all) =>
    all.map(({ textContent }) => Number.parseFloat(/[\d.]+/.exec(textContent ?? '')?.[0] ?? '')),
  );
  assert.ok(judged[1] > judged[0] && judged[1] > judged[2], `${judged}`);
  assert.deepEqual(trouble, []);
  await context.close();
});

test('another class at the same x_t has another gradient, and a push raises the belief in it', async () => {
  const { page, readout, press, slide, trouble, context } = await at('gradient');
  const settled = () =>
    page.waitForFunction(() => /%/.test(document.querySelector('[data-belief=pushed] .share')?.textContent ?? ''));
  assert.equal(await page.locator('[data-readout=norm]').count(), 0, 'the length of the gradient answers the question');
  await predict(page);
  await settled();
  const [state, slope] = [await pixels(page, 'figure.term-xt'), await pixels(page, 'figure.term-gradient')];
  const before = await readout('norm');
  for (const moment of ['before', 'plain', 'pushed'])
    assert.match(await page.locator(`[data-belief=${moment}] .line`).innerText(), /surest of \w+, [\d.]+\s%/);
  await page.locator('input[name=gradient-class][value=vehicle]').check({ force: true });
  await page.waitForFunction((old) => document.querySelector('[data-readout=norm]')?.textContent !== old, before);
  assert.deepEqual(await pixels(page, 'figure.term-xt'), state, 'x_t stays');
  assert.notDeepEqual(await pixels(page, 'figure.term-gradient'), slope);
  await slide('gradient-scale', 20);
  await tried(page, 'gradient');
  assert.ok((await percent(page, '[data-belief=pushed] .share')) > (await percent(page, '[data-belief=plain] .share')));
  const rests = () => page.waitForSelector('[data-action=onward]:has-text("Go on")');
  await rests();
  await press('onward');
  await page.waitForFunction(() => document.querySelectorAll('.experiment section small').length === 2);
  await rests();
  const run = (/** @type {number} */ k) => pixels(page, `.experiment section .figures figure:nth-child(${k})`);
  assert.notDeepEqual(await run(1), await run(2));
  assert.deepEqual(trouble, []);
  await context.close();
});

test('a larger scale makes the class surer, seed by seed; the sweep beside it is the measured one', async () => {
  const { page, trouble, context } = await at('scale');
  const done = () =>
    page.waitForFunction(() => document.querySelector('.experiment progress')?.getAttribute('value') === '16');
  await done();
  await page.locator('input[name=scale-class][value=vehicle]').check({ force: true });
  await tried(page, 'scale');
  await done();
  const belief = (/** @type {number} */ scale) => percent(page, `[data-belief="${scale}"]`);
  assert.ok((await belief(8)) > (await belief(0)) + 10);
  for (const scale of [0, 2, 8, 16]) assert.ok((await percent(page, `[data-variety="${scale}"]`)) > 0);
  assert.equal(await page.locator('.charts').count(), 0, 'what was measured answers the question');
  await predict(page);
  assert.equal(await page.locator('.charts polyline').count(), 3);
  assert.deepEqual(trouble, []);
  await context.close();
});
