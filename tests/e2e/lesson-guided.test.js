// @ts-check
/** The steps on classifier-free guidance, references and editing: each task done on the real engine, in runs of a few steps. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { halves, png } from './support/pictures.js';
import { predict } from './support/lesson.js';
import { open, startBrowser, startSite } from './support/site.js';

/** @type {Awaited<ReturnType<typeof startSite>>} */
let site;
/** @type {import('playwright-core').Browser} */
let browser;

before(async () => {
  // The toy engine knows one network with one answer.
  site = await startSite('package');
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await site?.close();
});

const STEPS = 5;

/** Opens a step and waits for what it shows by itself. @param {string} step @param {string} element */
async function visit(step, element) {
  const visited = await open(browser, `${site.url}lesson.html?backend=cpu&steps=${STEPS}#${step}`);
  const { page } = visited;
  await visited.state('ready');
  /** Until the work is done that was begun by now. @param {string} [of] */
  const settled = (of = element) =>
    page.waitForFunction((name) => {
      const experiment = /** @type {any} */ (document.querySelector(name));
      return experiment?.cells.length > 0 && !experiment.busy && !experiment.isUpdatePending;
    }, of);
  const pixels = (/** @type {string} */ key) =>
    page.$eval(`[data-tile="${key}"] canvas`, (canvas) => {
      const { width, height } = /** @type {HTMLCanvasElement} */ (canvas);
      return [.../** @type {any} */ (canvas).getContext('2d').getImageData(0, 0, width, height).data];
    });
  await settled();
  return { ...visited, settled, pixels };
}

/** @param {import('playwright-core').Page} page */
const tried = (page) => page.evaluate(() => JSON.parse(localStorage.getItem('guidelight.lesson') ?? '{}').tried ?? []);

/** @param {number[]} a @param {number[]} b @param {(pixel: number) => boolean} [where] */
function apart(a, b, where = () => true) {
  const squares = a.map((value, i) => (value - b[i]) ** 2).filter((_, i) => where(Math.floor(i / 4)));
  return Math.sqrt(squares.reduce((sum, value) => sum + value, 0) / squares.length);
}

test('the weight of classifier-free guidance changes the sample, and the calls and times are counted', async () => {
  const { page, slide, pixels, settled, readout, trouble, context } = await visit(
    'classifier-free',
    'gl-step-classifier-free',
  );
  assert.equal(await page.locator('[data-readout=calls], [data-readout=cost]').count(), 0, 'the cost is the question');
  assert.doesNotMatch(await page.locator('[data-tile="3"] figcaption').innerText(), /call|ms/);
  await predict(page);
  assert.match(await page.locator('[data-tile="3"] figcaption').innerText(), /2 calls.*ms/s);
  assert.match(await readout('calls'), /twice/);
  assert.match(await readout('cost'), /67 million multiply-adds.*\d ms at s = 1.*\d ms at s = 3/s);
  assert.deepEqual(await pixels('result'), await pixels('3'), 'the same seed and weight are the same picture');
  assert.deepEqual(await tried(page), [], 'what the page shows by itself is not tried');

  const made = () =>
    page.$eval('gl-step-classifier-free', (/** @type {any} */ { cells }) => {
      const all = /** @type {any} */ (window);
      all.kept ??= cells.map((/** @type {any} */ { last }) => last);
      return cells.map(
        (/** @type {any} */ { last, before }, /** @type {number} */ i) => last === all.kept[i] && !before,
      );
    });
  await made();
  await slide('weight', 7);
  await settled();
  assert.deepEqual(await made(), [true, true, true, true, true], 'another weight is no other row');
  assert.deepEqual(await pixels('result'), await pixels('7'));
  assert.notDeepEqual(await pixels('7'), await pixels('3'));
  assert.ok(apart(await pixels('difference'), new Array(4096).fill(128)) > 10, 'what the label adds is seen');

  await slide('weight', 1);
  await settled();
  assert.match(await readout('calls'), /once/);
  assert.deepEqual(await pixels('result'), await pixels('1'));
  assert.ok(
    (await pixels('alone')).every((value) => value === 0),
    'what was not asked for is not shown',
  );
  assert.notDeepEqual(await pixels('classifier'), await pixels('1'));
  assert.deepEqual(await tried(page), ['classifier-free']);
  const before = await pixels('3');
  await page.selectOption('select[name=told]', 'heart');
  await page.waitForSelector('[data-tile="3"] .old');
  assert.deepEqual(await pixels('3'), before, 'the old picture stays until there is a new one');
  await settled();
  assert.equal(await page.locator('.old').count(), 0);
  assert.notDeepEqual(await pixels('3'), before);
  assert.deepEqual(trouble, []);
  await context.close();
});

test('a larger N holds less of the reference, also of one’s own', async () => {
  const { page, pixels, settled, trouble, context } = await visit('reference', 'gl-step-reference');
  const held = await pixels('lowpass');
  for (const n of [2, 16]) {
    await page.check(`input[name=down-n][value="${n}"]`, { force: true });
    await settled();
  }
  assert.notDeepEqual(await pixels('lowpass'), held);
  const rows = await page.$$eval('.found tbody tr', (all) =>
    all.map((row) => [...row.querySelectorAll('th, td')].map(({ textContent }) => textContent ?? '')),
  );
  assert.deepEqual(
    rows.map(([n, numbers]) => [n, numbers]),
    [
      ['2', '256 of 1024'],
      ['4', '64 of 1024'],
      ['16', '4 of 1024'],
    ],
  );
  const [fine, , coarse] = rows.map((row) => row.slice(2).map(Number));
  assert.ok(coarse[0] > fine[0] && coarse[1] > fine[1], `${fine} and ${coarse}`);

  const given = await pixels('reference');
  await page.setInputFiles('input[type=file][name=reference]', {
    name: 'mine.png',
    mimeType: 'image/png',
    buffer: png(halves()),
  });
  await page.waitForSelector('input[name=lesson-picture][value=own]:checked', { state: 'attached' });
  await settled();
  assert.notDeepEqual(await pixels('reference'), given);
  assert.equal(await page.locator('.found tbody tr').count(), 1, 'what was found is about one reference');
  assert.deepEqual(trouble, []);
  await context.close();
});

test('a hole is filled and the rest is kept; the mask is painted by keyboard', async () => {
  const { page, pixels, settled, trouble, context } = await visit('editing', 'gl-inpainting');
  const kept = () => page.locator('[data-kept]').textContent();
  const before = await kept();
  await page.locator('canvas[data-pad]').focus();
  for (const key of ['Shift+ArrowUp', 'Shift+ArrowUp', 'Shift+ArrowUp', 'Space']) await page.keyboard.press(key);
  await settled('gl-inpainting');
  assert.notEqual(await kept(), before);
  const { mask, source } = await page.$eval('gl-inpainting', (/** @type {any} */ { mask, source }) => ({
    mask: [...mask],
    source: [...source.rgba],
  }));
  for (const key of ['straight', 'jumping']) {
    const result = await pixels(key);
    const inside = apart(result, source, (pixel) => mask[pixel * 4] === 0);
    const outside = apart(result, source, (pixel) => mask[pixel * 4] === 255);
    assert.ok(inside > 2 * outside, `${key}: ${inside} in the hole, ${outside} around it`);
  }
  assert.deepEqual(trouble, []);
  await context.close();
});

test('strength decides how much of a picture is left, and every style draws it in its own way', async () => {
  const { page, pixels, settled, slide, trouble, context } = await visit('editing', 'gl-inpainting');
  await page.check('input[name=way][value=sdedit]', { force: true });
  await settled('gl-sdedit');
  const away = [];
  for (const strength of [0.2, 1]) {
    await slide('strength', strength);
    await settled('gl-sdedit');
    away.push(apart(await pixels('seed-0'), await pixels('source')));
  }
  assert.ok(away[1] > 2 * away[0], String(away));
  const led = await pixels('seed-0');
  await page.check('input[name=lesson-picture][value=heart]', { force: true });
  await page.selectOption('select[name=told]', 'face');
  await settled('gl-sdedit');
  // ᾱ is almost 0 up there, not 0: a trace of the picture is left.
  assert.ok(apart(await pixels('seed-0'), led) < 8, 'from noise the picture has next to no say');

  await page.check('input[name=way][value=styles]', { force: true });
  await settled('gl-styles');
  const styles = await page.$$eval('gl-styles [data-tile]', (tiles) =>
    tiles.map((tile) => tile.getAttribute('data-tile')),
  );
  assert.equal(styles.length, 8);
  const drawn = await Promise.all(styles.map((style) => pixels(String(style))));
  assert.equal(new Set(drawn.map((picture) => picture.join())).size, 8);
  assert.deepEqual(trouble, []);
  await context.close();
});
