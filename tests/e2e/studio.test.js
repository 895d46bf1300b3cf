// @ts-check
/** The studio in a real browser: draw, crop, mask, start, galleries. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { subject } from './config.js';
import { large, open, query, small, startBrowser, startSite } from './support/site.js';
import { distance, halves, png } from './support/pictures.js';

/** @typedef {import('./support/site.js').Page} Page */

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

/** The small model: what is drawn here is small, too. @param {Record<string, string | number>} more @param {import('./support/site.js').Visit} [options] */
async function visit(more = {}, options) {
  const visited = await open(browser, site.url + query({ model: small.name, steps: 4, ...more }), options);
  await visited.state('ready');
  return visited;
}

/** @param {Page} page @param {Buffer} buffer @param {string} [name] */
const upload = (page, buffer, name = 'reference') =>
  page.setInputFiles(`input[name=${name}]`, { name: 'picture.png', mimeType: 'image/png', buffer });

/** Drags over a canvas, from and to shares of its sides. @param {Page} page @param {string} selector @param {number[][]} points */
async function drag(page, selector, points) {
  const box = await page.locator(selector).boundingBox();
  assert.ok(box);
  for (const [i, [x, y]] of points.entries()) {
    await page.mouse.move(box.x + x * box.width, box.y + y * box.height, { steps: 4 });
    if (i === 0) await page.mouse.down();
  }
  await page.mouse.up();
}

/** Two fingers that part, from the middle. @param {Page} page @param {string} selector */
async function pinch(page, selector) {
  const box = await page.locator(selector).boundingBox();
  assert.ok(box);
  const session = await page.context().newCDPSession(page);
  const touch = (/** @type {'touchStart' | 'touchMove' | 'touchEnd'} */ type, /** @type {number[]} */ shares) =>
    session.send('Input.dispatchTouchEvent', {
      type,
      touchPoints: shares.map((share, id) => ({ x: box.x + share * box.width, y: box.y + box.height / 2, id })),
    });
  await touch('touchStart', [0.45, 0.55]);
  for (const away of [0.1, 0.2, 0.3]) await touch('touchMove', [0.5 - away, 0.5 + away]);
  await touch('touchEnd', []);
}

/** @param {Page} page @param {string} selector */
const pixelsOf = (page, selector) =>
  page.$eval(selector, (canvas) => {
    const { width, height } = /** @type {HTMLCanvasElement} */ (canvas);
    const context = /** @type {HTMLCanvasElement} */ (canvas).getContext('2d');
    return [...(context?.getImageData(0, 0, width, height).data ?? [])];
  });

test('a drawing is the reference, stroke by stroke, with undo and fill, and steers the run', async () => {
  const { page, state, press, pixels, trouble, shot, context } = await visit({ method: 'none' });
  await press('play');
  await state('done');
  const plain = await pixels('xt');
  await press('draw-reference');
  await page.getByText('Red', { exact: true }).first().waitFor({ state: 'attached' });
  await page.check('input[name=draw-colour][value="#2f78d2"]', { force: true });
  await drag(page, 'canvas[data-pad]', [
    [0.1, 0.5],
    [0.9, 0.5],
  ]);
  await page.waitForSelector('[data-action=remove-reference]', { state: 'attached' });
  const once = await pixelsOf(page, 'canvas[data-pad]');
  const blue = (/** @type {number[]} */ rgba) =>
    rgba.filter((_, i) => i % 4 === 0 && rgba[i] === 0x2f && rgba[i + 2] === 0xd2).length;
  assert.ok(blue(once) >= 48, `${blue(once)} blue pixels`);
  // Above the line, all of it.
  await page.getByText('Fill', { exact: true }).click();
  await page.click('canvas[data-pad]', { position: { x: 20, y: 20 } });
  assert.ok(blue(await pixelsOf(page, 'canvas[data-pad]')) > 900);
  await page.click('dialog [data-action=undo]');
  assert.deepEqual(await pixelsOf(page, 'canvas[data-pad]'), once);
  await page.click('dialog [data-action=redo]');
  await shot('studio-draw');
  await page.keyboard.press('Escape');
  await page.waitForSelector('dialog', { state: 'detached' });
  assert.ok(blue(await pixels('reference')) > 900);

  await page.click('[data-action=use-reference][value=ilvr]');
  await page.waitForSelector('[data-peek=lowpass] canvas');
  await press('restart');
  await state('running');
  await state('done');
  assert.notDeepEqual(await pixels('xt'), plain);
  assert.deepEqual(trouble, []);
  await context.close();
});

test('drawing by keyboard: arrows, Space, undo', async () => {
  const { page, press, trouble, context } = await visit({ method: 'none' });
  await page.focus('[data-action=draw-reference]');
  await page.keyboard.press('Enter');
  await page.focus('canvas[data-pad]');
  const dark = async () =>
    (await pixelsOf(page, 'canvas[data-pad]')).filter((value, i) => i % 4 === 0 && value === 0x22).length;
  assert.equal(await dark(), 0);
  await page.keyboard.press('Shift+ArrowLeft');
  await page.keyboard.press('Space');
  assert.equal(await dark(), 4);
  await page.keyboard.down('Space');
  for (let k = 0; k < 6; k++) await page.keyboard.press('ArrowDown');
  await page.keyboard.up('Space');
  assert.equal(await dark(), 16);
  await page.keyboard.press('Control+z');
  assert.equal(await dark(), 4);
  // None of these were the page's keys.
  assert.equal(await page.getAttribute('html', 'data-state'), 'ready');
  await press('close');
  await page.waitForSelector('dialog', { state: 'detached' });
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('data-action')), 'draw-reference');
  assert.deepEqual(trouble, []);
  await context.close();
});

test('a picture is cropped by drag, wheel and keys, and can be cropped again', async () => {
  const { page, press, pixels, trouble, shot, context } = await visit({ method: 'none' });
  const wide = {
    width: 128,
    height: 64,
    pixel: (/** @type {number} */ x) => (x < 64 ? [200, 0, 0, 255] : [0, 0, 200, 255]),
  };
  await upload(page, png(wide));
  await page.click('[data-action=crop-reference]');
  const red = async () => (await pixels('reference')).filter((value, i) => i % 4 === 0 && value === 200).length / 1024;
  assert.equal(await red(), 0.5);
  await drag(page, 'canvas[data-crop]', [
    [0.5, 0.5],
    [0.98, 0.5],
  ]);
  assert.ok((await red()) > 0.95, `${await red()}`);
  await page.focus('canvas[data-crop]');
  for (let k = 0; k < 16; k++) await page.keyboard.press('ArrowRight');
  assert.equal(await red(), 0);
  await page.click('[data-view=crop]');
  assert.equal(await red(), 0.5);
  await page.hover('canvas[data-crop]', { position: { x: 30, y: 30 } });
  for (let k = 0; k < 8; k++) await page.mouse.wheel(0, -100);
  await page.waitForFunction(() => !document.querySelector('output[for=set-zoom]')?.textContent?.startsWith('1.00'));
  assert.ok((await red()) > 0.5);
  await pinch(page, 'canvas[data-crop]');
  await page.waitForFunction(() => parseFloat(document.querySelector('output[for=set-zoom]')?.textContent ?? '') > 4);
  await shot('studio-crop');
  await press('close');
  await page.getByText('Show it whole').click();
  assert.equal(await red(), 0.25);
  assert.deepEqual(trouble, []);
  await context.close();
});

test('φ follows N beside a finished run, and a start is looked at before it is run', async () => {
  const { page, state, press, slide, trouble, shot, context } = await visit({ method: 'ilvr', kernel: 'box' });
  await upload(page, png(halves()));
  await page.waitForSelector('[data-peek=lowpass] canvas');
  await press('play');
  await state('done');
  const colours = async () =>
    new Set((await pixelsOf(page, '[data-peek=lowpass] canvas')).map((value, i) => value * 4 + (i % 4))).size;
  const fine = await colours();
  await slide('down-n', 5);
  await page.getByText('φ at N = 32').waitFor();
  await page.waitForFunction(() => {
    const canvas = /** @type {HTMLCanvasElement | null} */ (document.querySelector('[data-peek=lowpass] canvas'));
    const data = canvas?.getContext('2d')?.getImageData(0, 0, 32, 32).data ?? [];
    return data[0] === data[4 * 1023] && data[2] === data[4 * 1023 + 2];
  });
  assert.ok((await colours()) < fine);
  await page.selectOption('select[name=start]', 'sdedit');
  await page.waitForSelector('[data-peek=start] canvas');
  const shown = () => pixelsOf(page, '[data-peek=start] canvas');
  await slide('strength', 0.25);
  await page.getByText('Begins here, at 0.25').waitFor();
  await page.waitForTimeout(500);
  const near = await shown();
  await slide('strength', 1);
  await page.getByText('Begins here, at 1').waitFor();
  await page.waitForTimeout(500);
  const reference = await pixelsOf(page, 'canvas[data-canvas=reference]');
  assert.ok(distance(near, reference) < 0.8 * distance(await shown(), reference));
  assert.equal(await page.getAttribute('html', 'data-state'), 'done');
  assert.deepEqual(trouble, []);
  await shot('studio-peek');
  await context.close();
});

test('a painted mask keeps its region and has the rest painted, and is marked on the sample', async () => {
  const { page, state, press, pixels, slide, trouble, shot, context } = await visit({
    method: 'conditional',
    steps: 5,
    // The double does not jump.
    ...(subject === 'package' ? { 'jump-times': 1 } : {}),
  });
  await upload(page, png(halves()));
  await press('paint-mask');
  // The right half is painted anew.
  await page.$eval('input[name=brush]', (input) => {
    /** @type {HTMLInputElement} */ (input).value = '8';
    input.dispatchEvent(new Event('input', { bubbles: true }));
  });
  for (const x of [0.62, 0.76, 0.9, 0.98])
    await drag(page, 'canvas[data-pad]', [
      [x, 0.02],
      [x, 0.98],
    ]);
  assert.match(String(await page.locator('[data-kept]').textContent()), /^Kept: 47/);
  await shot('studio-mask');
  await page.click('dialog [data-action=invert]');
  assert.match(String(await page.locator('[data-kept]').textContent()), /^Kept: 53/);
  await page.click('dialog [data-action=undo]');
  await press('close');
  assert.ok(await page.getByLabel('Inpainting (RePaint)').isChecked());
  assert.ok(String(await page.getAttribute('.at-xt .mask-edge path', 'd')).includes('v1'));
  assert.ok(await page.locator('select[name=keep]').isDisabled(), 'the mask takes its place');
  await press('play');
  await state('done');
  const reference = await pixels('reference');
  const part = (/** @type {number[]} */ rgba, /** @type {boolean} */ kept) =>
    rgba.filter((_, i) => Math.floor(i / 4) % 32 < 15 === kept);
  const apart = async (/** @type {boolean} */ kept) => distance(part(await pixels('xt'), kept), part(reference, kept));
  assert.ok((await apart(true)) < 8, `what is kept is ${await apart(true)} levels of 255 away`);
  assert.ok((await apart(false)) > 25, `the rest is only ${await apart(false)} levels away`);
  // Inverted in the middle of the run, it keeps the other side from there on.
  await slide('timeline', 2);
  await state('paused');
  await press('paint-mask');
  await page.click('dialog [data-action=invert]');
  await press('close');
  await page.getByText('forks the run here, after step 2').waitFor();
  await press('play');
  await state('done');
  assert.ok((await apart(false)) < 8, `what is kept now is ${await apart(false)} levels of 255 away`);
  await press('remove-mask');
  await page.waitForSelector('.mask-edge', { state: 'detached' });
  assert.deepEqual(trouble, []);
  await context.close();
});

test('ILVR follows one picture while the run starts from another', async () => {
  const { page, state, press, pixels, trouble, context } = await visit({
    method: 'ilvr',
    start: 'sdedit',
    strength: 0.5,
  });
  await upload(page, png(halves()));
  await page.getByText('Another picture to start from').waitFor();
  const first = await pixels('xt');
  await upload(page, png({ ...halves(), pixel: () => [255, 255, 255, 255] }), 'init');
  await page.waitForSelector('[data-action=remove-init]');
  await press('play');
  await state('done');
  await page.$eval('input[name=timeline]', (input) => {
    /** @type {HTMLInputElement} */ (input).value = '0';
    input.dispatchEvent(new Event('input', { bubbles: true }));
  });
  await state('ready');
  const mean = (/** @type {number[]} */ rgba) => rgba.reduce((sum, value) => sum + value) / rgba.length;
  assert.ok(mean(await pixels('xt')) > mean(first) + 10);
  assert.deepEqual(trouble, []);
  await context.close();
});

test('a gallery fills while the page lives, is cancelled, and a cell opens in the run', async () => {
  const { page, state, slide, pixels, trouble, shot, context } = await visit({ method: 'ilvr', steps: 2 });
  await upload(page, png(halves()));
  await page.click('[data-gallery=levels]');
  await page.getByText('12 of 12 done').waitFor();
  assert.equal(await page.locator('[data-cell]').count(), 12);
  const cells = await page.$$eval('[data-cell] canvas', (canvases) =>
    canvases.map((canvas) =>
      /** @type {HTMLCanvasElement} */ (canvas).getContext('2d')?.getImageData(0, 0, 32, 32).data.join(),
    ),
  );
  assert.equal(new Set(cells).size, 12);
  await shot('studio-gallery');
  await page.getByLabel('N 8 · seed 8: open in the run').click();
  await state('done');
  await page.waitForURL((url) => url.search.includes('seed=8') && url.search.includes('down-n=8'));
  assert.equal((await pixels('xt')).join(), cells[4 + 2]);

  await page.click('[data-gallery=styles]');
  await page.getByText(`${large.styles.length} of ${large.styles.length} done`).waitFor();
  await shot('studio-styles');
  // A longer one is stopped on its way; the run on show has its state all the while.
  await page.click('[data-action=close]');
  await slide('steps-slider', 100);
  await page.click('[data-gallery=styles]');
  await page.click('[data-action=cancel]');
  await page.waitForSelector('[data-action=again]');
  assert.ok((await page.locator('[data-cell]:enabled').count()) < large.styles.length);
  assert.deepEqual(trouble, []);
  await context.close();
});

test('the studio fits a phone, and the dark', async () => {
  const phone = { viewport: { width: 390, height: 844 }, colorScheme: /** @type {const} */ ('dark') };
  const { page, press, shot, context } = await visit({ method: 'ilvr', steps: 2 }, { context: phone });
  await upload(page, png(halves()));
  for (const [action, name] of [
    ['draw-reference', 'draw'],
    ['crop-reference', 'crop'],
    ['paint-mask', 'mask'],
  ]) {
    await press(action);
    await page.waitForSelector('dialog canvas');
    const wide = await page.$eval('dialog', (dialog) => dialog.scrollWidth > dialog.clientWidth);
    assert.equal(wide, false, name);
    await shot(`studio-${name}-phone`);
    await press('close');
    await page.waitForSelector('dialog', { state: 'detached' });
  }
  await page.click('[data-gallery=levels]');
  await page.getByText('12 of 12 done').waitFor();
  await shot('studio-gallery-phone');
  await context.close();
});
