// @ts-check
/** The page at three widths, in both languages, in light and dark: nothing sticks out, nothing is cut, and a picture of each. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { root } from '../support/browser.js';
import { flawsOf } from './support/flaws.js';
import { tabTo } from './support/keyboard.js';
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

/** @param {import('playwright-core').Page} page @param {string} selector */
const boxOf = async (page, selector) => {
  const box = await page.locator(selector).first().boundingBox();
  assert.ok(box, selector);
  return { ...box, right: box.x + box.width, bottom: box.y + box.height };
};

test('on a phone the sample is seen while the run is scrubbed, and what is set follows the timeline', async () => {
  const [width, height] = [390, SCREENS[390]];
  const visit = await open(browser, site.url + query({ model: 'toy', steps: 4, autoplay: 1 }), {
    context: { viewport: { width, height } },
  });
  const { page, state } = visit;
  await state('done');
  const [sample, bar, slider] = await Promise.all(
    ['canvas[data-canvas=xt]', 'gl-transport', 'input[name=timeline]'].map((selector) => boxOf(page, selector)),
  );
  assert.ok(sample.bottom < bar.y, 'the sample is above the buttons');
  assert.ok(
    slider.y > bar.y && slider.bottom <= bar.bottom && bar.bottom <= height + 0.5,
    'the slider is in their bar',
  );
  await tabTo(page, '[data-action=save]');
  await page.keyboard.press('Tab');
  assert.ok(await page.evaluate(() => document.activeElement?.matches('[name=timeline]')), 'and comes after them');
  await page.keyboard.press('Home');
  await page.waitForFunction(() => document.querySelector('[data-readout=step]')?.textContent === '0 / 4');
  const parts = ['gl-stage', 'gl-timeline', 'gl-controls', 'gl-tree', 'gl-lanes'];
  const tops = await Promise.all(parts.map(async (part) => (await boxOf(page, part)).y));
  assert.deepEqual(
    tops,
    tops.toSorted((a, b) => a - b),
    parts.join(', '),
  );
  const inDocument = await page.$$eval(parts.join(), (found) => found.map(({ localName }) => localName));
  assert.deepEqual(inDocument, parts);
  await visit.context.close();
});

test('pictures beside the sample are of one size, and the switches in the header stand in line', async () => {
  const search = query({ model: 'toy', method: 'autoguidance,ilvr', steps: 4 });
  const { page, state, context } = await open(browser, site.url + search);
  await state('ready');
  const boxes = (/** @type {string} */ selector) =>
    page.$$eval(selector, (found) => found.map((element) => element.getBoundingClientRect().toJSON()));
  const widths = (await boxes('gl-picture:not(.at-xt)')).map(({ width }) => width);
  assert.equal(widths.length, 7);
  assert.ok(Math.max(...widths) - Math.min(...widths) < 1, `${widths}`);
  for (const width of [390, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    const [button, ...options] = await boxes('gl-preferences > button, gl-preferences .options');
    for (const { top, height } of options)
      assert.ok(Math.abs(top - button.top) < 1 && Math.abs(height - button.height) < 1, `at ${width} px`);
  }
  await context.close();
});

test('in a frame of the usual height the sample and its buttons are seen without scrolling', async () => {
  for (const width of [390, 800, 1280]) {
    const height = 640;
    for (const method of ['classifier', 'autoguidance,ilvr']) {
      const search = query({ model: 'toy', method, steps: 4, embed: 1 });
      const visit = await open(browser, site.url + search, { context: { viewport: { width, height } } });
      const { page, state } = visit;
      await state('ready');
      const sample = await boxOf(page, 'canvas[data-canvas=xt]');
      const play = await boxOf(page, '[data-action=play]');
      assert.ok(sample.bottom < height && play.bottom < height, `${method} at ${width} px`);
      assert.deepEqual(await flawsOf(page), [], `${method} at ${width} px`);
      await visit.context.close();
    }
  }
});

test('colours that the system forces leave sliders, choices and lines to be seen', async () => {
  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    const visit = await open(browser, site.url + query({ model: 'toy', steps: 4, autoplay: 1 }), {
      context: { colorScheme, forcedColors: 'active' },
    });
    const { page, state } = visit;
    await state('done');
    const blank = await visit.context.newPage();
    /** How much of what is drawn has each colour, the commonest first. @param {string} selector */
    const shares = async (selector) => {
      const shot = await page.locator(selector).first().screenshot();
      return blank.evaluate(async (base64) => {
        const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${base64}`)).blob());
        const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
        context?.drawImage(bitmap, 0, 0);
        const pixels = new Uint32Array(context?.getImageData(0, 0, bitmap.width, bitmap.height).data.buffer ?? []);
        /** @type {Map<number, number>} */
        const counts = new Map();
        for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
        return [...counts]
          .sort(([, a], [, b]) => b - a)
          .map(([colour, count]) => ({ colour, share: count / pixels.length }));
      }, shot.toString('base64'));
    };
    const commonest = async (/** @type {string} */ selector) => (await shares(selector))[0]?.colour;
    for (const drawn of ['input[name=scale]', 'input[name=timeline]', 'gl-trace svg']) {
      const [, second] = await shares(drawn);
      assert.ok(second && second.share > 0.005, `${drawn} is seen, ${colorScheme}`);
    }
    for (const name of ['class', 'theme', 'lang', 'sampler']) {
      const [on, off] = ['input:checked', 'input:not(:checked)'].map((input) => `${input}[name=${name}] + span`);
      assert.notEqual(await commonest(String(on)), await commonest(String(off)), `${name}, ${colorScheme}`);
    }
    await visit.context.close();
  }
});
