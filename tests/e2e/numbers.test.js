// @ts-check
/** The step taken apart in a real browser: numbers, overlay, schedule, forward process. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { open, query, startBrowser, startSite } from './support/site.js';
import { strings } from '../../www/i18n/en.js';

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

/** @typedef {import('./support/site.js').Page} Page */

/** A finished run of four steps. @param {Record<string, string | number>} [more] */
async function done(more) {
  const visit = await open(browser, site.url + query({ autoplay: 1, steps: 4, ...more }));
  await visit.state('done');
  return visit;
}

/** The numbers of a row, the products where there are two in a cell. @param {Page} page @param {string} selector */
const numbers = (page, selector) =>
  page.$eval(`gl-numbers ${selector}`, (row) =>
    [...row.querySelectorAll('td')]
      .slice(1)
      .map((cell) => Number(cell.textContent?.trim().split(/\s+/).at(-1)?.replace('−', '-'))),
  );

/** @param {Page} page */
async function addsUp(page) {
  const rows = 'gl-numbers tbody:not([data-sum]) tr';
  const terms = await page.$$eval(rows, (rows) => rows.map((row) => row.getAttribute('data-term')));
  const products = await Promise.all(
    terms.map((term) => numbers(page, `tr[data-term=${term}]:not(.off)`).catch(() => [0, 0, 0])),
  );
  const corrected = await page.locator('gl-numbers tr[data-total=correction]').count();
  if (corrected > 0) products.push(await numbers(page, 'tr[data-total=correction]'));
  const next = await numbers(page, 'tr[data-total=next]');
  areSum(products, next);
  return next;
}

/** Whether what the network says and what guidance adds make ε. @param {import('./support/site.js').Page} page */
async function epsAddsUp(page) {
  const rows = await page.locator('gl-numbers tbody[data-sum=eps] tr:not(.off):not([data-total=eps])').count();
  const parts = Array.from({ length: rows }, (_, k) =>
    numbers(page, `tbody[data-sum=eps] tr:not(.off):not([data-total=eps]) >> nth=${k}`),
  );
  const eps = await numbers(page, 'tr[data-total=eps]');
  areSum(await Promise.all(parts), eps);
  return { parts: rows, eps };
}

/** Each number is rounded to three places. @param {number[][]} products @param {number[]} wanted */
function areSum(products, wanted) {
  for (const c of [0, 1, 2]) {
    const sum = products.reduce((total, product) => total + product[c], 0);
    assert.ok(Math.abs(sum - wanted[c]) < 2.5e-3, `${products.map((product) => product[c])} is not ${wanted[c]}`);
  }
}

test('a pixel is picked by pointer and by keyboard; its numbers add up to the state on show', async () => {
  const { page, pixels, slide, trouble, context } = await done({ eta: 0.5 });
  await slide('timeline', 2);
  const canvas = page.locator('canvas[data-canvas=x0]');
  const box = await canvas.boundingBox();
  await canvas.click({ position: { x: (box.width * 10.5) / 32, y: (box.height * 20.5) / 32 } });
  await page.waitForFunction(() => document.querySelector('[data-pixel]')?.textContent === 'Column 11, row 21');
  assert.ok((await page.locator('gl-stage .cross').count()) >= 4, 'the pixel is marked on every picture');
  const next = await addsUp(page);
  const shown = (await pixels('xt')).slice((20 * 32 + 10) * 4, (20 * 32 + 10) * 4 + 3);
  shown.forEach((byte, c) => {
    const wanted = Math.max(0, Math.min(255, (next[c] + 1) * 127.5));
    assert.ok(Math.abs(byte - wanted) <= 1, `${byte} is not ${wanted}`);
  });

  const picker = page.getByRole('slider', { name: 'Pixel' });
  await picker.focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Shift+ArrowUp');
  assert.equal(await picker.getAttribute('aria-valuetext'), 'Column 12, row 13');
  assert.equal(await page.locator('[data-readout=step]').textContent(), '2 / 4');
  await addsUp(page);
  assert.deepEqual(trouble, []);
  await context.close();
});

test('a term that is switched off changes the picture, is struck out, and can be put back', async () => {
  const { page, pixels, slide, state, context } = await done({ eta: 1 });
  await slide('timeline', 2);
  await state('paused');
  await page.locator('canvas[data-canvas=xt]').click();
  const before = await pixels('xt');
  const noise = page.locator('gl-numbers input[value=noise]');
  await noise.uncheck();
  await page.waitForSelector('gl-numbers tr.off[data-term=noise]');
  assert.notDeepEqual(await pixels('xt'), before);
  assert.equal(await page.locator('[data-readout=step]').textContent(), '2 / 4');
  assert.equal(await page.locator('gl-equation math .off').count(), 1);
  await addsUp(page);
  await page.waitForFunction(() => location.search.includes('without=noise'));
  await page.locator('[data-action=put-back]').click();
  // On the way there the step before is on show.
  await page.waitForFunction(
    () =>
      document.querySelector('gl-numbers tr[data-term=noise]:not(.off)') &&
      document.querySelector('[data-readout=step]')?.textContent === '2 / 4',
  );
  assert.deepEqual(await pixels('xt'), before);
  assert.equal(await page.locator('input[name=without]').count(), 0, 'there is one control for it');
  await context.close();
});

test('what guidance adds to ε can be read and left out', async () => {
  const { page, pixels, slide, state, context } = await done({ method: 'conditional,classifier', scale: 8 });
  await slide('timeline', 2);
  await state('paused');
  await page.locator('canvas[data-canvas=xt]').click();
  const before = await pixels('xt');
  const guided = await epsAddsUp(page);
  assert.equal(guided.parts, 2, 'the network and the gradient');
  await page.locator('gl-numbers input[value=gradient]').uncheck();
  await page.waitForSelector('gl-numbers tr.off[data-term=gradient]');
  const plain = await epsAddsUp(page);
  assert.equal(plain.parts, 1);
  assert.notDeepEqual(plain.eps, guided.eps);
  assert.notDeepEqual(await pixels('xt'), before);
  assert.equal(await page.locator('gl-equation math .off').count(), 1);
  await addsUp(page);
  await context.close();
});

test('guidance lies over the sample at the press of a button or a key', async () => {
  const { page, pixels, slide, context } = await done();
  await slide('timeline', 2);
  const frame = page.locator('.at-xt .frame');
  const before = await frame.screenshot();
  const button = page.locator('[data-action=overlay]');
  assert.equal(await button.getAttribute('aria-pressed'), 'false');
  await button.click();
  assert.equal(await button.getAttribute('aria-pressed'), 'true');
  assert.notDeepEqual(await frame.screenshot(), before);
  const alphas = (await pixels('overlay')).filter((_, i) => i % 4 === 3);
  assert.equal(Math.max(...alphas), 255);
  assert.ok(Math.min(...alphas) < 128);
  await page.keyboard.press('g');
  await page.waitForSelector('canvas[data-canvas=overlay]', { state: 'detached' });
  await context.close();
});

test('the schedule: steps, spacing and interval by keyboard, the run by pointer', async () => {
  const { page, trouble, context } = await done();
  await page.locator('[data-section=schedule] summary').click();
  const drawing = page.locator('gl-schedule svg.trace');
  await drawing.waitFor();
  const box = await drawing.boundingBox();
  await page.mouse.move(box.x + box.width * 0.33, box.y + box.height / 2);
  await page.mouse.down();
  await page.waitForFunction(() => document.querySelector('[data-readout=step]')?.textContent === '2 / 4');
  await page.mouse.up();

  const curve = () => page.locator('gl-schedule polyline.strength').getAttribute('points');
  const before = await curve();
  await page.locator('[name=interval-scale-to]').focus();
  for (let press = 0; press < 8; press++) await page.keyboard.press('ArrowRight');
  await page.waitForFunction(() => location.search.includes('scale-to=0.6'));
  await page.waitForFunction(
    (old) => document.querySelector('gl-schedule polyline.strength')?.getAttribute('points') !== old,
    before,
  );

  await page.locator('input[name=spacing][value=ddim]').check();
  await page.waitForFunction(() => location.search.includes('steps=ddim4'));
  await page.locator('[name=chain-steps]').focus();
  await page.keyboard.press('ArrowRight');
  await page.waitForFunction(() => location.search.includes('steps=ddim5'));
  assert.deepEqual(trouble, []);
  await context.close();
});

/** The timesteps of the run on show, by its frames. @param {Awaited<ReturnType<typeof done>>} visit */
async function visited({ page, slide, readout }) {
  /** @type {number[]} */
  const timesteps = [];
  const steps = Number(await page.getAttribute('input[name=timeline]', 'max'));
  for (let step = 1; step <= steps; step++) {
    await slide('timeline', step);
    await page.waitForFunction(
      (text) => document.querySelector('[data-readout=step]')?.textContent === text,
      `${step} / ${steps}`,
    );
    timesteps.push(Number(await readout('t')));
  }
  return timesteps;
}

test('visited timesteps are moved, added and removed on the plot, and the run follows', async () => {
  const visit = await done();
  const { page, pixels, press, slide, state, trouble, context } = visit;
  assert.deepEqual(await visited(visit), [999, 666, 333, 0]);
  const even = await pixels('xt');
  await page.locator('[data-section=schedule] summary').click();
  const chosen = page.locator('gl-schedule .handles [tabindex="0"]');
  const steps = (/** @type {string} */ text) =>
    page.waitForFunction((wanted) => new URLSearchParams(location.search).get('steps') === wanted, text);
  await chosen.focus();
  await page.keyboard.press('PageDown');
  await page.keyboard.press('Shift+ArrowLeft');
  await page.keyboard.press('ArrowDown');
  await steps('at0-333-675-999');
  assert.equal(await chosen.getAttribute('aria-label'), strings.schedule.timestepOf(2, 4));
  assert.match(String(await chosen.getAttribute('aria-valuetext')), /^t = 675, /);
  await page.keyboard.press('+');
  await steps('at0-333-504-675-999');
  await page.keyboard.press('PageDown');
  await page.keyboard.press('Delete');
  await steps('at0-504-675-999');
  assert.equal(await page.locator('input[name=spacing][value=own]').isChecked(), true);
  const again = async () => {
    await slide('timeline', 1);
    await state('paused');
    await press('restart');
    await state('done');
  };
  await again();
  assert.deepEqual(await visited(visit), [999, 675, 504, 0]);
  assert.notDeepEqual(await pixels('xt'), even);

  const handle = page.locator('gl-schedule .handles > span').nth(2);
  await handle.scrollIntoViewIfNeeded();
  const box = await handle.boundingBox();
  const drawing = await page.locator('gl-schedule .handles').boundingBox();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + drawing.width * 0.1, y, { steps: 4 });
  await page.mouse.up();
  await page.waitForFunction(() => {
    const t = Number(/^at0-(\d+)-675-999$/.exec(new URLSearchParams(location.search).get('steps') ?? '')?.[1]);
    return Math.abs(t - 404) < 5;
  });
  assert.equal(await page.locator('[data-readout=step]').textContent(), '4 / 4', 'the run was not scrubbed');
  await page.mouse.dblclick(drawing.x + drawing.width * 0.1, drawing.y + drawing.height * 0.3);
  await page.waitForFunction(() => {
    const t = Number(/-(\d+)-999$/.exec(new URLSearchParams(location.search).get('steps') ?? '')?.[1]);
    return Math.abs(t - 899) < 5;
  });
  await page.locator('[data-action=remove-timestep]').click();
  await page.locator('input[name=spacing][value=even]').check();
  await steps('4');
  assert.equal(await page.locator('input[name=spacing][value=own]').count(), 0);
  await again();
  assert.deepEqual(await visited(visit), [999, 666, 333, 0]);
  assert.deepEqual(await pixels('xt'), even);
  assert.deepEqual(trouble, []);
  await context.close();
});

test('a picture that drowns in noise loses the classifier', async () => {
  const { page, slide, trouble, context } = await done();
  await page.locator('[data-section=forward] summary').click();
  const read = async (/** @type {string} */ key) =>
    String(await page.locator(`[data-forward-readout=${key}]`).textContent());
  const share = async () => Number(/([\d.]+)\u00a0%/.exec(await read('top'))?.[1]);
  await page.waitForFunction(() => document.querySelector('[data-forward-readout=abar]')?.textContent === '1.000');
  const clear = await share();
  await slide('forward-t', 999);
  await page.waitForFunction(() => document.querySelector('[data-forward-readout=abar]')?.textContent === '0.000');
  const lost = await share();
  assert.ok(lost < clear - 10, `${clear} %, then ${lost} %`);
  await page.locator('[data-action=forward-sweep]').click();
  await page.waitForFunction(
    () => (document.querySelector('gl-forward polyline.error')?.getAttribute('points')?.split(' ').length ?? 0) >= 20,
  );
  await page.locator('[data-action=invert]').click();
  await page.waitForFunction(() =>
    ['start=inversion', 'eta=0', 'method=none'].every((part) => location.search.includes(part)),
  );
  await page.locator('[data-action=remove-reference]').waitFor();
  await page.locator('[data-action=undo-invert]').click();
  await page.waitForFunction(() => location.search.includes('method=classifier'));
  assert.equal(await page.locator('[data-action=remove-reference]').count(), 0);
  assert.deepEqual(trouble, []);
  await context.close();
});
