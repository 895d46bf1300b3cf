// @ts-check
/** The lesson's steps on DDIM, quality, solvers and limits, done as a learner does them. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { subject } from './config.js';
import { predict } from './support/lesson.js';
import { open, startBrowser, startSite } from './support/site.js';

/** The toy engine knows neither the solvers nor composed classes. */
const skip = subject === 'double';

/** @type {Awaited<ReturnType<typeof startSite>>} */
let site;
/** @type {import('playwright-core').Browser} */
let browser;

before(async () => {
  if (skip) return;
  site = await startSite();
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await site?.close();
});

/** @typedef {import('./support/site.js').Page} Page */

/** A step, in runs of at most five steps. @param {string} step */
async function visit(step) {
  const visited = await open(browser, `${site.url}lesson.html?backend=cpu&lang=en&steps=5#${step}`);
  await visited.page.locator(`article[data-step=${step}] .experiment > *`).waitFor();
  return visited;
}

/** The number in a text. @param {Page} page @param {string} selector */
const number = async (page, selector) =>
  Number(/-?\d+\.\d+/.exec(String(await page.locator(selector).textContent()))?.[0]);

/** Waits until an element says something. @param {Page} page @param {string} selector */
const says = (page, selector) =>
  page.waitForFunction((found) => document.querySelector(found)?.textContent?.trim(), selector);

/** @param {Page} page @param {string} selector */
const pixels = (page, selector) =>
  page.$$eval(selector, (canvases) =>
    canvases.map((canvas) => {
      const { width, height } = /** @type {HTMLCanvasElement} */ (canvas);
      const context = /** @type {HTMLCanvasElement} */ (canvas).getContext('2d');
      return [...(context?.getImageData(0, 0, width, height).data ?? [])];
    }),
  );

/** Whether the contents say that the experiment was used. @param {Page} page */
const begun = (page) => page.locator('gl-contents [aria-current=step] .mark[aria-label=begun]').waitFor();

test('DDIM: fewer steps keep the picture without fresh noise and lose it with it', { skip }, async () => {
  const { page, trouble, context } = await visit('ddim');
  assert.equal(await page.locator('.experiment .multiples').count(), 0, 'the table answers the question');
  await predict(page);
  // A control that is moved meanwhile ends nothing for good.
  await page.locator('input[name=ddim-eta]').focus();
  for (const key of ['ArrowRight', 'ArrowRight', 'ArrowLeft', 'ArrowLeft']) await page.keyboard.press(key);
  await says(page, '[data-readout=verdict]');
  const moved = (/** @type {string} */ row) => number(page, `[data-moved="${row} 5"]`);
  assert.ok((await moved('eta-0')) < (await moved('eta-1')));
  assert.ok((await moved('eta-1')) < (await moved('ddpm')));

  await page.waitForFunction(() => /\d/.test(document.querySelector('[data-readout=away]')?.textContent ?? ''));
  const half = await number(page, '[data-readout=away]');
  await page.locator('input[name=ddim-eta]').focus();
  await page.keyboard.press('Home');
  await page.waitForFunction(() => /0\.000/.test(document.querySelector('[data-readout=away]')?.textContent ?? ''));
  const [plain, same] = await pixels(page, 'gl-step-ddim .figures canvas');
  assert.deepEqual(plain, same);
  await page.keyboard.press('End');
  await page.waitForFunction(() =>
    /0\.[1-9]|0\.0[1-9]/.test(document.querySelector('[data-readout=away]')?.textContent ?? ''),
  );
  assert.ok((await number(page, '[data-readout=away]')) > half);
  await page.locator('gl-contents [aria-current=step] .mark[aria-label=done]').waitFor();

  const [first] = await pixels(page, 'gl-step-ddim .multiples canvas');
  await page.locator('gl-step-ddim [data-action=again]:has-text("other noise")').click();
  await page.waitForSelector('.multiples .old');
  assert.deepEqual((await pixels(page, 'gl-step-ddim .multiples canvas'))[0], first, 'the old picture stays a while');
  await says(page, '[data-readout=verdict]');
  assert.notDeepEqual((await pixels(page, 'gl-step-ddim .multiples canvas'))[0], first, 'other noise, other picture');
  assert.deepEqual(trouble, []);
  await context.close();
});

test(
  'quality: Gaussians are dragged by pointer and by keyboard until nothing lies between them',
  { skip },
  async () => {
    const { page, trouble, context } = await visit('quality');
    const total = () => number(page, '[data-readout=total]');
    const [far, spread] = [await total(), await number(page, '[data-readout=covariance]')];
    const grip = page.locator('[data-grip="made centre"]');
    await page.locator('.gaussians').scrollIntoViewIfNeeded();
    const [from, to] = await Promise.all(
      ['made', 'real'].map((which) => page.locator(`[data-grip="${which} centre"] .dot`).boundingBox()),
    );
    await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
    await page.mouse.down();
    await page.mouse.move(to.x + to.width / 2, to.y + to.height / 2, { steps: 4 });
    await page.mouse.up();
    assert.ok((await number(page, '[data-readout=mean]')) < 0.02);
    assert.equal(await number(page, '[data-readout=covariance]'), spread, 'the covariances are as they were');
    const closer = await total();
    assert.ok(closer < far);

    await page.locator('[data-grip="made long"]').focus();
    for (let press = 0; press < 5; press++) await page.keyboard.press('ArrowUp');
    assert.ok((await number(page, '[data-readout=covariance]')) < spread, 'turned towards the other');
    await grip.focus();
    await page.keyboard.press('ArrowRight');
    assert.ok((await number(page, '[data-readout=mean]')) > 0);
    await page.locator('[data-action=same]').click();
    assert.equal(await total(), 0);
    await page.locator('input[name=quality-count]').focus();
    await page.keyboard.press('Home');
    const few = await number(page, '[data-readout=seen]');
    await page.keyboard.press('End');
    assert.ok((await number(page, '[data-readout=seen]')) < few);
    await begun(page);

    await page.locator('[data-readout=score] b').waitFor();
    const each = await number(page, '[data-readout=score] b');
    await page.locator('input[name=quality-mix][value=one]').check();
    await page.locator('[data-readout=score] b').waitFor({ state: 'detached' });
    await page.locator('[data-readout=score] b').waitFor();
    assert.ok((await number(page, '[data-readout=score] b')) < each, 'one class alone has no variety');
    await page.locator('input[name=quality-measure][value=recall]').check();
    await page.locator('[role=img][aria-label^=Recall]').waitFor();
    assert.deepEqual(trouble, []);
    await context.close();
  },
);

test('solvers: more calls come closer, and Karras’s steps bring the second order closer', { skip }, async () => {
  const { page, trouble, context } = await visit('solvers');
  const distance = (/** @type {string} */ cell) => number(page, `[data-cell="${cell}"] b`);
  await says(page, '[data-readout=nearest]');
  assert.match(String(await page.locator('[data-readout=reference-even]').textContent()), /20 of 20/);
  for (const solver of ['ddim', 'dpmpp', 'unipc', 'heun'])
    assert.ok((await distance(`${solver} 10`)) < (await distance(`${solver} 5`)), `${solver} comes closer`);
  const even = await distance('dpmpp 10');
  for (const budget of [5, 8, 10]) {
    assert.equal(await page.getAttribute(`[data-cell="unipc ${budget}"]`, 'data-calls'), String(budget));
    assert.ok(Number(await page.getAttribute(`[data-cell="heun ${budget}"]`, 'data-calls')) <= budget);
  }
  await page.locator('input[name=solvers-spacing][value=karras]').check();
  await page.waitForFunction(() => document.querySelector('[data-readout=nearest]')?.textContent === '');
  assert.match(String(await page.locator('[data-readout=reference-even]').textContent()), /20 of 20/, 'it is kept');
  await page.waitForFunction(() =>
    /\d\.\d{3}/.test(document.querySelector('[data-readout=references]')?.textContent ?? ''),
  );
  await says(page, '[data-readout=nearest]');
  assert.ok((await distance('dpmpp 10')) < even);
  assert.ok((await distance('dpmpp 10')) < (await distance('ddim 10')));
  await begun(page);
  assert.deepEqual(trouble, []);
  await context.close();
});

test('limits: two classes at once make another picture, and the large network another still', { skip }, async () => {
  const { page, trouble, context } = await visit('limits');
  await page.locator('[data-cell="small both"]').waitFor();
  const [face, heart, both] = await pixels(page, 'gl-step-limits canvas');
  assert.notDeepEqual(both, face);
  assert.notDeepEqual(both, heart);
  await page.locator('select[name=limits-second]').selectOption('plant');
  await begun(page);
  const other = await pixels(page, 'gl-step-limits canvas');
  assert.deepEqual(other[0], face, 'the first class is asked as before');
  assert.notDeepEqual(other[2], both);
  await page.locator('[data-action=with-large]').click();
  await page.locator('[data-cell="large both"]').waitFor();
  const all = await pixels(page, 'gl-step-limits canvas');
  assert.deepEqual(all.slice(0, 3), other, 'the small network’s pictures stay');
  assert.notDeepEqual(all[5], all[2]);
  assert.deepEqual(trouble, []);
  await context.close();
});
