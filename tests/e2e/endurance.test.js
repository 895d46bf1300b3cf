// @ts-check
/** Two hundred runs in a row in a real browser: what they leave behind is bounded, and bounded long before the last. */
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

const STEPS = 5;
/** Runs after which the engine has all the memory that it needs. */
const FEW = 40;
/** Runs that fill the history: a frame is about 85 kB, so that 64 MB hold some 150 of them. */
const FULL = 165;
const ALL = 200;

/** What `www/tree.js` allows the history, and what pictures there may be beside it, in bytes. */
const HISTORY = 64e6;
const BESIDE = 2e6;
/** Bytes of heap that code may still take while it is being optimised; runs that were kept would take six times as much. */
const SLACK = 0.5e6;
/** DOM nodes by which texts of the page may differ; one that each run leaves would be more. */
const FEW_NODES = 10;
/** Collections after which the least is what is really held. */
const COLLECTIONS = 8;
/**
 * Makes runs one after the other, as a visitor would: types another seed, and starts over.
 * @param {Page} page
 * @param {number} from
 * @param {number} to
 */
const runs = (page, from, to) =>
  page.evaluate(
    async ([from, to]) => {
      const find = (/** @type {string} */ selector) =>
        /** @type {HTMLInputElement} */ (document.querySelector(selector));
      const state = (/** @type {string} */ wanted) =>
        new Promise((resolve) => {
          const look = () => {
            if (document.documentElement.dataset.state !== wanted) return;
            observer.disconnect();
            resolve(undefined);
          };
          const observer = new MutationObserver(look);
          observer.observe(document.documentElement, { attributeFilter: ['data-state'] });
          look();
        });
      for (let run = from; run < to; run += 1) {
        const seed = find('input[name=seed]');
        seed.value = String(run);
        seed.dispatchEvent(new Event('change', { bubbles: true }));
        find('[data-action=restart]').click();
        await state('running');
        await state('done');
      }
    },
    [from, to],
  );

/**
 * What the page holds when all that can go has gone. A collection spares whatever an old address on the stack happens
 * to point at, so that one of two may leave a detached row or two behind: a leak is in all of them, the least counts.
 * @param {Page} page
 */
async function held(page) {
  // What the last run still had to write and draw is written and drawn.
  await page.evaluate(() => new Promise((resolve) => setTimeout(() => requestIdleCallback(resolve), 500)));
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const readings = [];
  for (let collection = 0; collection < COLLECTIONS; collection += 1) {
    await session.send('HeapProfiler.collectGarbage');
    // The protocol's types do not know yet that buffers are counted.
    const { usedSize, backingStorageSize } = /** @type {{ usedSize: number, backingStorageSize: number }} */ (
      await session.send('Runtime.getHeapUsage')
    );
    const { metrics } = await session.send('Performance.getMetrics');
    const metric = (/** @type {string} */ wanted) => metrics.find(({ name }) => name === wanted)?.value ?? NaN;
    readings.push({
      heap: usedSize,
      buffers: backingStorageSize,
      nodes: metric('Nodes'),
      listeners: metric('JSEventListeners'),
    });
  }
  await session.detach();
  const least = (/** @type {keyof typeof readings[number]} */ what) =>
    Math.min(...readings.map((reading) => reading[what]));
  return {
    heap: least('heap'),
    buffers: least('buffers'),
    nodes: least('nodes'),
    listeners: least('listeners'),
    branches: await page.locator('gl-tree [role=treeitem]').count(),
  };
}

/** Bytes of wasm memory, as the doctor says them. @param {Page} page */
async function engineMemory(page) {
  await page.click('[data-action=doctor]');
  await page.click('[data-action=copy-report]:enabled');
  await page.getByText('Copied.').waitFor();
  const report = await page.evaluate(() => navigator.clipboard.readText());
  await page.click('[data-action=close]');
  return /\| Memory of the engine \| ([\d.]+ MiB) \|/.exec(report)?.[1];
}

test('200 runs in a row leave no more behind than the history may hold', async () => {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const { page, state } = await open(
    browser,
    site.url + query({ model: small.name, steps: STEPS, seed: 0, autoplay: 1 }),
    { shared: context },
  );
  await state('done');
  // The page makes itself fit for being offline when it comes to rest, which listens to things: on a busy machine that
  // would fall among the runs.
  await page.evaluate(() => navigator.serviceWorker.ready);
  await runs(page, 1, FEW);
  const memory = await engineMemory(page);
  assert.ok(memory);
  await runs(page, FEW, FULL);
  const full = await held(page);
  await runs(page, FULL, ALL);
  const all = await held(page);

  // The history is full, or growth would not show.
  assert.ok(full.branches < FULL, `${full.branches} branches`);
  assert.ok(all.buffers <= HISTORY + BESIDE, `${all.buffers} bytes of buffers`);
  assert.equal(all.branches, full.branches);
  assert.ok(all.heap - full.heap < SLACK, `the heap grew from ${full.heap} to ${all.heap} bytes`);
  assert.ok(all.nodes - full.nodes < FEW_NODES, `${full.nodes} nodes became ${all.nodes}`);
  assert.ok(all.listeners <= full.listeners, `${full.listeners} listeners became ${all.listeners}`);
  assert.equal(await engineMemory(page), memory);
  await context.close();
});
