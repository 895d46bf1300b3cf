// @ts-check
/** Runs beside the page's own: in step, compared, swept, scrubbed, removed; all of it on the live engine. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { open, query, small, startBrowser, startSite } from './support/site.js';

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

const STEPS = 4;

/** @param {Record<string, string | number>} [more] @param {import('./support/site.js').Visit} [options] */
async function visit(more = {}, options) {
  const visited = await open(browser, site.url + query({ model: small.name, steps: STEPS, ...more }), options);
  const { page } = visited;
  return {
    ...visited,
    /** The pixels of a lane's canvas. @param {string} name */
    lane: (name) =>
      page.$eval(`canvas[data-lane-canvas="${name}"]`, (canvas) => {
        const { width, height } = /** @type {HTMLCanvasElement} */ (canvas);
        const context = /** @type {HTMLCanvasElement} */ (canvas).getContext('2d');
        return [...(context?.getImageData(0, 0, width, height).data ?? [])];
      }),
    /** Waits until lanes say these steps. @param {string[]} steps */
    level: (steps) =>
      page.waitForFunction(
        (wanted) =>
          [...document.querySelectorAll('[data-lane-step]')].map((node) => node.textContent).join() === wanted,
        steps.join(),
      ),
    lanes: () => page.locator('canvas[data-lane-canvas$=":xt"]').count(),
  };
}
const all = (/** @type {number} */ count, /** @type {number} */ step) =>
  Array.from({ length: count }, () => `${step} / ${STEPS}`);

test('lanes of the address run along: the same settings give the same pixels, others give others', async () => {
  const { page, state, pixels, lane, level, trouble, alerts, context } = await visit({
    autoplay: 1,
    lanes: 'scale:4;method:none;steps:2',
  });
  await state('done');
  await level([`4 / 4`, `4 / 4`, `4 / 4`, `2 / 2`]);
  const main = await pixels('xt');
  assert.deepEqual(await lane('1:xt'), main);
  assert.notDeepEqual(await lane('2:xt'), main);
  assert.notDeepEqual(await lane('3:xt'), main);
  assert.equal(await page.locator('canvas[data-canvas=xt]').count(), 1);
  // The picture of all lanes is chosen once.
  await page.check('input[name=lane-picture][value=x0]', { force: true });
  assert.deepEqual(await lane('1:x0'), await pixels('x0'));
  assert.deepEqual([await alerts(), trouble], [[], []]);
  await context.close();
});

test('a sweep is one click: six runs, in the address, and one slider moves them all', async () => {
  const { page, state, press, slide, lane, lanes, level, pixels, shot, trouble, context } = await visit();
  await state('ready');
  await press('sweep');
  assert.equal(await page.locator('gl-lane').count(), 6);
  assert.equal(await lanes(), 5);
  await page.waitForFunction(() => location.search.includes('lanes=scale:0;scale:1;scale:2;scale:8;scale:16'));
  const order = await page.$$eval('gl-lane article', (cards) => cards.map((card) => card.getAttribute('data-lane')));
  assert.deepEqual(order, ['1', '2', '3', '0', '4', '5']);
  await press('play');
  await state('done');
  await level(all(6, STEPS));
  const shown = await Promise.all([1, 2, 3, 4, 5].map((index) => lane(`${index}:xt`)));
  const different = new Set([await pixels('xt'), ...shown].map(String));
  assert.equal(different.size, 6);

  await slide('timeline', 1);
  await level(all(6, 1));
  const early = await lane('5:xt');
  assert.notDeepEqual(early, shown[4]);
  await slide('timeline', STEPS);
  await level(all(6, STEPS));
  assert.deepEqual(await lane('5:xt'), shown[4]);

  // The address alone brings them back.
  const again = await open(browser, page.url());
  await again.state('ready');
  assert.equal(await again.page.locator('gl-lane').count(), 6);
  await again.context.close();
  await shot('lanes-sweep');
  assert.deepEqual(trouble, []);
  await context.close();
});

test('difference maps: black against itself, coloured against others, with a number', async () => {
  const { page, state, lane, level, shot, context } = await visit({ autoplay: 1, lanes: 'scale:4;method:none' });
  await state('done');
  await level(all(3, STEPS));
  const rms = async (/** @type {number} */ index) =>
    Number(await page.locator(`[data-lane-rms="${index}"]`).textContent());
  const colours = async (/** @type {number} */ index) => {
    const map = await lane(`${index}:difference`);
    return map.filter((value, i) => i % 4 < 3 && value > 0).length;
  };
  for (const kind of ['absolute', 'signed']) {
    await page.check(`input[name=lane-difference][value=${kind}]`, { force: true });
    await page.waitForSelector('canvas[data-lane-canvas="2:difference"]');
    assert.deepEqual([await rms(1), await colours(1)], [0, 0], kind);
    assert.ok((await rms(2)) > 0 && (await colours(2)) > 0, kind);
  }
  await shot('lanes-difference');
  await page.check('input[name=lane-difference][value=off]', { force: true });
  await page.waitForSelector('canvas[data-lane-canvas="2:difference"]', { state: 'detached' });
  await context.close();
});

test('lanes are added, removed and made the main run', async () => {
  const { page, state, press, lane, level, pixels, lanes, context } = await visit({ autoplay: 1 });
  await state('done');
  await page.click('[data-action=add-lane][value=none]');
  await page.selectOption('select[name=lane-setting]', 'scale');
  await page.fill('input[name=lane-value]', '9');
  await press('add-custom');
  // The run is over: they catch up all the same.
  await level(all(3, STEPS));
  const [plain, strong, main] = [await lane('1:xt'), await lane('2:xt'), await pixels('xt')];
  assert.equal(new Set([plain, strong, main].map(String)).size, 3);

  await page.locator('[data-action=remove-lane]').first().click();
  assert.equal(await lanes(), 1);
  assert.deepEqual(await lane('1:xt'), strong);
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('data-action')), 'remove-lane');

  await press('adopt-lane');
  await page.waitForFunction(() => location.search.includes('&scale=9'));
  await state('done');
  await level(all(2, STEPS));
  assert.deepEqual(await pixels('xt'), strong);
  assert.deepEqual(await lane('1:xt'), main);
  await press('clear-lanes');
  assert.equal(await lanes(), 0);
  await press('undo-lanes');
  assert.equal(await lanes(), 1);
  await press('clear-lanes');
  await page.waitForFunction(() => !location.search.includes('lanes='));
  await context.close();
});

test('what cannot be is told where it belongs, and stops nothing else', async () => {
  const { page, state, level, alerts, press, context } = await visit({
    lanes: 'scale:much;method:ilvr;seed:5',
    autoplay: 1,
  });
  await state('done');
  await level([`4 / 4`, `–`, `4 / 4`]);
  const told = (await page.locator('[role=alert]').allTextContents()).join(' ');
  assert.match(told, /scale:much in compared run 1, expected a number/);
  assert.match(told, /needs a reference picture/);
  assert.equal(await page.locator('article[data-lane="1"] [role=alert]').count(), 1);
  assert.equal(await page.locator('article[data-lane="2"] [role=alert]').count(), 0);
  await page.selectOption('select[name=lane-setting]', 'scale');
  await page.fill('input[name=lane-value]', 'a lot');
  await press('add-custom');
  assert.match((await alerts()).join(' '), /cannot have “a lot” for Scale s: expected a number from 0 to 1000/);
  assert.equal(await page.locator('gl-lane').count(), 3);
  await context.close();
});

test('another model runs beside this one', async () => {
  const { page, state, lane, level, pixels, trouble, context } = await visit({ autoplay: 1 });
  await state('done');
  await page.locator('[data-action=add-lane]').last().click();
  await level(all(2, STEPS));
  assert.notDeepEqual(await lane('1:xt'), await pixels('xt'));
  await page.waitForFunction(() => location.search.includes('lanes=model:'));
  assert.deepEqual(trouble, []);
  await context.close();
});

test('the keyboard alone adds, shows and removes; a phone has two in a row', async () => {
  const { page, state, level, shot, lanes, context } = await visit(
    { autoplay: 1 },
    { context: { viewport: { width: 390, height: 844 }, colorScheme: 'dark' } },
  );
  await state('done');
  await page.focus('[data-action=sweep]');
  await page.keyboard.press('Enter');
  await level(all(6, STEPS));
  await page.focus('input[name=lane-difference]:checked');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await page.waitForSelector('.ramp.signed');
  const tops = await page.$$eval('gl-lane', (cards) =>
    cards.map((card) => Math.round(card.getBoundingClientRect().top)),
  );
  assert.ok(tops[0] === tops[1] && tops[1] < tops[2] && tops[2] === tops[3]);
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390);
  await shot('lanes-phone');
  await page.locator('[data-action=remove-lane]').last().focus();
  await page.keyboard.press('Enter');
  assert.equal(await lanes(), 4);
  await context.close();
});
