// @ts-check
/** The recorded run: it plays with no wasm at all, gives way to the live run, and is still what the engine computes. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { inflateSync } from 'node:zlib';
import { strings } from '../../www/i18n/en.js';
import { unpack } from '../../www/recording.js';
import { root } from '../support/browser.js';
import { recordedRun } from '../support/recorded.js';
import { subject } from './config.js';
import { open, query, startBrowser, startSite } from './support/site.js';

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

/** The engine's own file: the double has no wasm, but a worker like everybody. */
const ENGINE = subject === 'package' ? /\.wasm$/ : /\/worker[^/]*\.js$/;

/** Waits until the step in the readout is as asked. @param {import('./support/site.js').Page} page @param {string} step */
const reads = (page, step) =>
  page.waitForFunction((wanted) => document.querySelector('[data-readout=step]')?.textContent === wanted, step);

test('without any wasm a run plays, labelled as recorded, and can be scrubbed', async () => {
  const { page, state, pixels, press, slide, readout, shot, context } = await open(browser, site.url, {
    prepare: (page) => page.route(ENGINE, () => {}),
  });
  await page.getByText(strings.recorded, { exact: true }).waitFor();
  await page.getByText(strings.status.recorded).waitFor();
  await reads(page, '3 / 25');
  const early = await pixels('xt');
  await reads(page, '7 / 25');
  await press('pause');
  assert.notDeepEqual(await pixels('xt'), early);
  const at = Number((await readout('step'))?.split(' ')[0]);
  await press('step');
  await reads(page, `${at + 1} / 25`);
  await slide('timeline', 25);
  await reads(page, '25 / 25');
  assert.match(String(await readout('probability')), /%/);
  await shot('recorded');
  await page.keyboard.press('Space');
  await reads(page, '2 / 25');
  await state('loading');
  await context.close();
});

test('where wasm cannot be had the recording is what is left, and the page says so', async () => {
  const { page, state, press, context } = await open(browser, site.url, {
    prepare: (page) => page.route(ENGINE, (route) => route.abort()),
  });
  await state('error');
  await page.getByText(strings.status.onlyRecorded).waitFor();
  await press('pause');
  await press('restart');
  await reads(page, '4 / 25');
  await context.close();
});

test('those who want no motion see its end', async () => {
  const { page, context } = await open(browser, site.url, {
    context: { reducedMotion: 'reduce' },
    prepare: (page) => page.route(ENGINE, () => {}),
  });
  await reads(page, '25 / 25');
  assert.equal(await page.locator('[data-action=play]').count(), 1);
  await context.close();
});

test('the live run takes its place, at the step where the visitor was, and the page says on what', async () => {
  /** @type {(value?: unknown) => void} */
  let release = () => {};
  const held = new Promise((resolve) => (release = resolve));
  const prepare = (/** @type {import('./support/site.js').Page} */ page) =>
    page.route(ENGINE, async (route) => {
      await held;
      await route.continue();
    });
  const { page, state, pixels, slide, trouble, context } = await open(browser, `${site.url}?backend=cpu`, { prepare });
  await reads(page, '2 / 25');
  await slide('timeline', 3);
  await reads(page, '3 / 25');
  release();
  await state('paused');
  await reads(page, '3 / 25');
  assert.equal(await page.getByText(strings.recorded, { exact: true }).count(), 0);
  assert.equal((await pixels('eps'))[3], 255);
  // The frames are a branch of the history now: a recording is none.
  assert.equal(await page.locator('gl-tree [role=treeitem]').count(), 1);
  assert.deepEqual(trouble, []);
  await context.close();

  const untouched = await open(browser, `${site.url}?backend=cpu`);
  await untouched.state('ready');
  if (subject === 'package') {
    // The end of what was watched stays until the live run is asked for; the double has models of its own to run.
    await untouched.page.getByText(strings.status.recordedReady).waitFor();
    await reads(untouched.page, '25 / 25');
    await untouched.press('restart');
  }
  await untouched.page.getByText('Live', { exact: false }).first().waitFor();
  const said = await untouched.page.locator('gl-status [role=status]').innerText();
  assert.match(said, /Live.* on the CPU because you chose it\./);
  if (subject !== 'package') await reads(untouched.page, '0 / 25');
  await untouched.context.close();
});

test('who asks for other settings sees no recording', async () => {
  const from = site.requests.length;
  const { state, context } = await open(browser, site.url + query({ steps: 5 }));
  await state('ready');
  assert.deepEqual(
    site.requests.slice(from).filter((path) => path.endsWith('.bin')),
    [],
  );
  await context.close();
});

test('the recording is what the engine computes', { skip: subject !== 'package' }, async () => {
  const read = (/** @type {string} */ name) => readFileSync(join(root, 'www/recorded', name));
  const recording = JSON.parse(read('emoji32.json').toString());
  const packed = read('emoji32.bin');
  assert.ok(packed.length < 60_000, `${packed.length} bytes`);
  const run = await recordedRun();
  assert.deepEqual([recording.settings, recording.models], [run.settings, run.models]);
  const { start, frames } = unpack(recording, inflateSync(packed));
  assert.equal(frames.length, run.frames.length);
  /** As far as its levels can tell, and one level of 255 more. */
  const within = (
    /** @type {Uint8ClampedArray} */ got,
    /** @type {Uint8ClampedArray} */ wanted,
    /** @type {number} */ levels,
    /** @type {string} */ what,
  ) => {
    const most = 255 / (levels - 1) / 2 + 1;
    const worst = got.reduce((worst, value, i) => Math.max(worst, Math.abs(value - wanted[i])), 0);
    assert.ok(worst <= most, `${what} is ${worst} levels of 255 away, expected at most ${most}`);
  };
  within(start.xt, run.start, recording.levels.xt[0], 'the start');
  frames.forEach((frame, k) => {
    const made = run.frames[k];
    assert.deepEqual([frame.t, frame.step, frame.total], [made.t, made.step, made.total]);
    within(frame.xt, made.xt, recording.levels.xt[k + 1], `x_t after step ${k + 1}`);
    within(frame.x0, made.x0, recording.levels.x0, `x̂₀ of step ${k + 1}`);
    frame.probabilities?.forEach((share, i) => assert.ok(Math.abs(share - made.probabilities[i]) < 2e-3));
  });
});
