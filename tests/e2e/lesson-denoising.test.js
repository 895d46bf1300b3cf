// @ts-check
/** The lesson from noise to DDPM, each task done for real. It needs the real networks: only they can be told a wrong timestep. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
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

/** A step of the lesson, with something on show. @param {string} step */
async function visit(step) {
  const seen = await open(browser, `${site.url}lesson.html?backend=cpu&steps=5#${step}`);
  const { page } = seen;
  await seen.state('ready');
  const drawn = (/** @type {string} */ key) =>
    page.waitForFunction((name) => {
      const canvas = document.querySelector(`[data-tile=${name}] canvas`);
      if (!(canvas instanceof HTMLCanvasElement)) return false;
      const { width, height } = canvas;
      return canvas
        .getContext('2d')
        ?.getImageData(0, 0, width, height)
        .data.some((byte) => byte > 0);
    }, key);
  return {
    ...seen,
    drawn,
    /** The pixels of a picture of the experiment. @param {string} key */
    async pixels(key) {
      await drawn(key);
      return page.$eval(`[data-tile=${key}] canvas`, (canvas) => {
        const { width, height } = /** @type {HTMLCanvasElement} */ (canvas);
        const context = /** @type {HTMLCanvasElement} */ (canvas).getContext('2d');
        return [...(context?.getImageData(0, 0, width, height).data ?? [])];
      });
    },
    /** The numbers of a line, when it has come to say what is awaited. @param {string} key @param {RegExp} says */
    async line(key, says) {
      await page.waitForFunction(
        ([name, pattern]) =>
          new RegExp(pattern).test(document.querySelector(`[data-readout=${name}]`)?.textContent ?? ''),
        [key, says.source],
      );
      const text = (await page.locator(`[data-readout=${key}]`).textContent()) ?? '';
      return (text.match(/\d+(\.\d+)?/g) ?? []).map(Number);
    },
    async close() {
      assert.deepEqual(seen.trouble, []);
      await seen.context.close();
    },
  };
}

test('noise: the jump and the small steps add noise of the same mean and deviation', async () => {
  const { slide, line, pixels, press, close } = await visit('noise');
  await slide('noise-t', 600);
  const [steps, mean, deviation] = await line('added', /601 small steps/);
  assert.equal(steps, 601);
  assert.ok(mean < 0.1 && Math.abs(deviation - 1) < 0.1);
  const [jump, chain] = [await pixels('jump'), await pixels('chain')];
  assert.notDeepEqual(jump, chain, 'they are other draws');
  await press('noise-play');
  await line('added', /1000 small steps/);
  await close();
});

test('prediction: the error of the noise is largest near 0, and a sweep draws the curves', async () => {
  const { page, slide, line, press, pixels, close } = await visit('prediction');
  const errors = [];
  for (const t of [10, 500, 990]) {
    await slide('prediction-t', t);
    errors.push((await line('error', new RegExp(`t = ${t} `)))[1]);
  }
  assert.ok(errors[0] > 3 * errors[1] && errors[1] > 3 * errors[2], `${errors}`);
  assert.notDeepEqual(await pixels('eps'), await pixels('noise'));
  await press('sweep');
  await page.waitForSelector('[data-action=sweep]:has-text("Ask")');
  await page.waitForFunction(
    () => (document.querySelector('polyline.error')?.getAttribute('points')?.split(' ').length ?? 0) >= 20,
  );
  await close();
});

test('timestep: a network that is told too little leaves the noise in', async () => {
  const { page, slide, line, press, pixels, close } = await visit('timestep');
  const [honest] = await line('error', /Told the truth/);
  await slide('timestep-told', 100);
  const [off, told, truth] = await line('error', /400 too little/);
  assert.equal(off, 400);
  assert.equal(truth, honest);
  assert.ok(told > 3 * honest, `${told} is not much more than ${honest}`);
  assert.notDeepEqual(await pixels('told'), await pixels('honest'));
  await press('sweep');
  await page.waitForFunction(
    () => (document.querySelector('polyline.belief')?.getAttribute('points')?.split(' ').length ?? 0) >= 20,
  );
  const label = await page.locator('gl-step-timestep svg').getAttribute('aria-label');
  const best = Number(/smallest at (\d+)/.exec(label ?? '')?.[1]);
  assert.ok(Math.abs(best - 500) < 200, `the best timestep to tell is ${best}`);
  await close();
});

test('ddpm: steps by hand and back, and the same way with other noise from the middle on', async () => {
  const { page, line, press, pixels, close } = await visit('ddpm');
  await line('at', /Step 1 of 5/);
  const first = await pixels('next');
  await press('step');
  await line('at', /Step 2 of 5/);
  assert.notDeepEqual(await pixels('next'), first);
  assert.deepEqual(await pixels('xt'), first, 'a step begins where the one before has ended');
  const [guess, before_, noise] = await line('update', /fresh noise/);
  assert.ok(guess > 0 && before_ > 0 && noise > 0);
  await press('back');
  await line('at', /Step 1 of 5/);
  assert.deepEqual(await pixels('next'), first);
  await press('branch');
  const [, , early] = await line('branched', /after step 1 of 5/);
  const [way, other] = [await pixels('end'), await pixels('branch-0')];
  assert.notDeepEqual(way, other);
  await press('step');
  await press('step');
  await line('at', /Step 3 of 5/);
  await press('branch');
  const [, , late] = await line('branched', /after step 3 of 5/);
  assert.ok(late < early, `${late} is not less than ${early}`);
  assert.deepEqual(await pixels('end'), way, 'the way itself is as it was');
  await page.locator('gl-step-ddpm [data-action=play]').click();
  await line('at', /Step 5 of 5/);
  assert.deepEqual(await pixels('next'), way);
  await close();
});
