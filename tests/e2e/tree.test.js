// @ts-check
/** The history in a real browser: forks and their thumbnails, back to an old branch by mouse and by keyboard, on from it. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { strings } from '../../www/i18n/en.js';
import { open, query, small, startBrowser, startSite } from './support/site.js';

/** @type {Awaited<ReturnType<typeof startSite>>} */
let site;
/** @type {import('playwright-core').Browser} */
let browser;

before(async () => {
  site = await startSite();
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await site?.close();
});

const RUN = { model: small.name, steps: 5 };

/** A finished run. @param {Record<string, string | number>} [more] */
async function finished(more) {
  const visited = await open(browser, site.url + query({ ...RUN, autoplay: 1, ...more }));
  await visited.state('done');
  const { page } = visited;
  return {
    ...visited,
    items: page.locator('gl-tree [role=treeitem]'),
    /** @param {string} step */
    reads: (step) =>
      page.waitForFunction((wanted) => document.querySelector('[data-readout=step]')?.textContent === wanted, step),
    /** Goes back to a step and chooses another class there. @param {number} step @param {string} label */
    turn: async (step, label) => {
      await visited.slide('timeline', step);
      await visited.state('paused');
      await page.getByText(label, { exact: true }).first().click();
    },
  };
}

test('forks are kept beside what they leave, with thumbnails and words, and can be shown again', async () => {
  const { page, state, press, pixels, items, reads, turn, trouble, shot, context } = await finished();
  const straight = await pixels('xt');
  await turn(2, 'vehicle');
  await press('play');
  await state('done');
  const vehicle = await pixels('xt');
  await turn(3, 'heart');
  await press('play');
  await state('done');
  assert.equal(await items.count(), 3);
  const texts = await items.locator('p').allInnerTexts();
  assert.match(texts[0], /Class: animal, Seed: 7\s+5 of 5 steps/);
  assert.match(texts[1], /Class: vehicle\s+from step 2, 5 of 5 steps/);
  assert.match(texts[2], /Class: heart\s+from step 3, 5 of 5 steps/);
  assert.deepEqual(await items.evaluateAll((all) => all.map((item) => item.getAttribute('aria-level'))), [
    '1',
    '2',
    '3',
  ]);
  const drawn = await page.$$eval('gl-tree canvas', (canvases) =>
    canvases.map((canvas) => {
      const { data } = /** @type {CanvasRenderingContext2D} */ (
        /** @type {HTMLCanvasElement} */ (canvas).getContext('2d')
      ).getImageData(0, 0, 32, 32);
      return data.every((value, i) => i % 4 < 3 || value === 255);
    }),
  );
  assert.deepEqual(drawn, new Array(6).fill(true));
  await shot('tree');

  await items.nth(0).click();
  await page.locator('[role=treeitem][aria-selected=true]').filter({ hasText: 'animal' }).waitFor();
  assert.deepEqual(await pixels('xt'), straight);
  assert.ok(await page.getByRole('radio', { name: 'animal' }).isChecked());
  await items.nth(1).locator('[data-thumb=fork]').click();
  await reads('2 / 5');
  await items.nth(1).click();
  await reads('5 / 5');
  assert.deepEqual(await pixels('xt'), vehicle);
  assert.deepEqual(trouble, []);
  await context.close();
});

test('the tree by keyboard: move, show, remove, bring back', async () => {
  const { page, state, press, pixels, items, reads, turn, context } = await finished();
  const straight = await pixels('xt');
  await turn(2, 'vehicle');
  await press('play');
  await state('done');
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-branch'));
  // Tab stops once in the tree: at what is on show.
  assert.equal(await items.and(page.locator('[tabindex="0"]')).count(), 1);
  await items.nth(1).focus();
  await page.keyboard.press('ArrowLeft');
  assert.equal(await focused(), '1');
  await page.keyboard.press('ArrowRight');
  assert.equal(await focused(), '2');
  await page.keyboard.press('Shift+Enter');
  await reads('2 / 5');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await reads('5 / 5');
  assert.deepEqual(await pixels('xt'), straight);
  await page.keyboard.press('End');
  await page.keyboard.press('Delete');
  await page.waitForFunction(() => document.querySelectorAll('[role=treeitem]').length === 1);
  assert.equal(await focused(), '1');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelectorAll('[role=treeitem]').length === 2);
  assert.equal(await page.locator('[data-action=bring-back]').count(), 0);
  await context.close();
});

test('an old branch that was left on the way is gone on with, as if it had never been left', async () => {
  // Fresh noise in every step.
  const whole = await finished({ eta: 1 });
  const wanted = await whole.pixels('xt');
  await whole.context.close();

  const { page, state, press, pixels, slide, items, reads, turn, trouble, context } = await finished({
    eta: 1,
    steps: 5,
    seed: 8,
  });
  await slide('timeline', 1);
  await state('paused');
  await page.fill('input[name=seed]', '7');
  await page.press('input[name=seed]', 'Enter');
  await press('step');
  await items.nth(1).waitFor();
  await press('step');
  await reads('2 / 5');
  await press('step');
  await reads('3 / 5');
  const left = await pixels('xt');
  await turn(1, 'heart');
  await press('play');
  await state('done');
  await items.filter({ hasText: '3 of 5' }).locator('p').click();
  await reads('3 / 5');
  assert.deepEqual(await pixels('xt'), left);
  // What the page says while it makes the steps again, watched from inside.
  const told = page.evaluate(
    (part) =>
      new Promise((resolve) => {
        const observer = new MutationObserver(() => {
          const text = document.querySelector('gl-status')?.textContent ?? '';
          if (text.includes(part)) resolve(text);
        });
        observer.observe(document.body, { subtree: true, childList: true, characterData: true });
      }),
    strings.status.replaying(3),
  );
  await press('play');
  assert.ok(await told);
  await state('done');
  assert.deepEqual(await pixels('xt'), wanted);
  assert.equal(await items.count(), 3);
  assert.deepEqual(trouble, []);
  await context.close();
});
