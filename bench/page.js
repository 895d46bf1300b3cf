// @ts-check
/** What a visitor of the page sees and feels, in the real page with an empty cache → docs/results/page.md. usage: node bench/page.js >docs/results/page.md */
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { serve } from '../tests/e2e/support/server.js';
import { root, SOFTWARE_WEBGPU, startBrowser } from '../tests/support/browser.js';
import { machine } from './lib/machine.js';
import { VISIT } from './lib/page.js';
import { spread } from './lib/rounds.js';
import { range, table } from './lib/table.js';

/** Visits of each kind. On WebGPU in software one takes minutes. */
const VISITS = { cpu: 5, webgpu: 1 };
/** A whole run on two slow cores, or the making of all kernels in software, in ms. */
const PATIENCE = 400_000;

/** The address of somebody who asks for nothing but the CPU, for which the recorded run is played. */
const PLAIN = '?backend=cpu';

/** @typedef {import('playwright-core').Browser} Browser */
/** @typedef {import('playwright-core').Page} Page */

/** Written down inside the page from its first moment on; `frames` are the times of animation frames. */
function watch() {
  /** @type {{ states: Record<string, number>, moves: number[], tasks: { at: number, ms: number }[], largest: number, frames: number[] }} */
  const seen = { states: {}, moves: [], tasks: [], largest: NaN, frames: [] };
  globalThis.seen = /** @type {any} */ (seen);
  let step = '';
  new MutationObserver(() => {
    const state = document.documentElement?.dataset.state;
    if (state) seen.states[state] ??= performance.now();
    const shown = document.querySelector('[data-readout=step]')?.textContent ?? '';
    if (shown !== step && !shown.startsWith('0')) seen.moves.push(performance.now());
    step = shown;
  }).observe(document, { attributes: true, childList: true, characterData: true, subtree: true });
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) seen.tasks.push({ at: startTime, ms: duration });
  }).observe({ type: 'longtask', buffered: true });
  new PerformanceObserver((list) => {
    for (const { startTime } of list.getEntries()) seen.largest = startTime;
  }).observe({ type: 'largest-contentful-paint', buffered: true });
  const frame = (/** @type {number} */ now) => {
    seen.frames.push(now);
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

/** @param {Browser} browser @param {string} address @param {(page: Page) => Promise<unknown>} act */
async function visit(browser, address, act) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  await page.addInitScript(watch);
  await page.goto(address);
  await act(page);
  const result = await page.evaluate(() => ({
    .../** @type {any} */ (globalThis.seen),
    paints: Object.fromEntries(performance.getEntriesByType('paint').map(({ name, startTime }) => [name, startTime])),
  }));
  await context.close();
  return result;
}

const done = (/** @type {Page} */ page) => page.waitForSelector('html[data-state=done]', { state: 'attached' });

/** Milliseconds between animation frames from one moment to another. @param {number[]} frames @param {number} from @param {number} to */
const gaps = (frames, from, to) =>
  frames.flatMap((at, k) => (k > 0 && at > from && at <= to ? [at - /** @type {number} */ (frames[k - 1])] : []));

/** @param {number[]} times */
function frameRow(times) {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (/** @type {number} */ share) => (sorted[Math.floor((sorted.length - 1) * share)] ?? NaN).toFixed(1);
  return [at(0.5), at(0.95), at(1), sorted.length];
}

/** What blocks for longer than 50 ms counts with what is beyond. @param {{ tasks: { at: number, ms: number }[] }} seen */
const blocked = ({ tasks }) => tasks.reduce((sum, { ms }) => sum + ms - 50, 0);

/** What else goes on: a time is worth less the more that is. */
const [load = NaN] = loadavg();
const site = await serve(join(root, 'dist'));
const times = /** @type {(string | number)[][]} */ ([]);
const frames = /** @type {(string | number)[][]} */ ([]);
const rows = (
  /** @type {string} */ kind,
  /** @type {any[]} */ seen,
  /** @type {Record<string, (seen: any) => number>} */ facts,
) => {
  for (const [what, of] of Object.entries(facts)) times.push([kind, what, range(spread(seen.map(of)))]);
};
const PAINTS = {
  'first paint': (/** @type {any} */ { paints }) => paints['first-paint'],
  'first contentful paint': (/** @type {any} */ { paints }) => paints['first-contentful-paint'],
  'largest contentful paint': (/** @type {any} */ { largest }) => largest,
};
const RUN = {
  'engine and models ready': (/** @type {any} */ { states }) => states.running,
  'first finished guided picture': (/** @type {any} */ { states }) => states.done,
  'long tasks, number': (/** @type {any} */ { tasks }) => tasks.length,
  'longest task': (/** @type {any} */ { tasks }) => Math.max(0, ...tasks.map((/** @type {any} */ { ms }) => ms)),
  'total blocking time': blocked,
};

/** @param {string} name @param {Browser} browser @param {string} query @param {number} count */
async function guided(name, browser, query, count) {
  const seen = [];
  for (let k = 0; k < count; k += 1) seen.push(await visit(browser, site.url + query, done));
  rows(name, seen, { ...PAINTS, ...RUN });
  frames.push([
    `${name}, guided run`,
    ...frameRow(seen.flatMap((one) => gaps(one.frames, one.states.running, one.states.done))),
  ]);
}

const plain = await startBrowser();
const opened = /** @type {any[]} */ ([]);
const swept = /** @type {any[]} */ ([]);
for (let k = 0; k < VISITS.cpu; k += 1)
  opened.push(
    await visit(plain, site.url + PLAIN, (page) =>
      page.waitForSelector('html[data-state=ready]', { state: 'attached' }),
    ),
  );
rows('nothing asked for, CPU', opened, {
  ...PAINTS,
  'recorded run moves': ({ moves }) => moves[0],
  'engine and preview ready': ({ states }) => states.ready,
  'total blocking time': blocked,
});
await guided('CPU', plain, VISIT, VISITS.cpu);
for (let k = 0; k < 2; k += 1)
  swept.push(
    await visit(plain, site.url + VISIT.replace('&autoplay=1', ''), async (page) => {
      await page.waitForSelector('html[data-state=ready]', { state: 'attached' });
      await page.click('[data-action=sweep]');
      await page.click('[data-action=play]');
      await done(page);
    }),
  );
frames.push([
  'CPU, six runs side by side',
  ...frameRow(swept.flatMap((one) => gaps(one.frames, one.states.running, one.states.done))),
]);
const browserVersion = plain.version();
await plain.close();
const software = await startBrowser(SOFTWARE_WEBGPU);
/** @type {string | undefined} */
let missing;
await guided('WebGPU in software', software, VISIT.replace('backend=cpu', 'backend=webgpu'), VISITS.webgpu).catch(
  (error) => {
    missing = String(error.message).split('\n')[0];
  },
);
await software.close();
await site.close();

const { date, commit, cpu, memory, system } = machine();
console.log(`# The page

Measured and written by \`node bench/page.js >docs/results/page.md\` on the built site (\`./build.sh build\`): ${date}, commit
${commit}, on ${cpu}, ${memory}, ${system}; Chromium ${browserVersion}, headless, 1280 × 900. Each visit has an empty cache;
files come from this machine, sent without compression. A time is the median of the visits, in ms since the navigation
began, with the shortest and the longest in brackets. The guided run is \`emoji32\` with its classifier, 25 steps of DDIM.
The page, the engine, V8's compiler and the browser's own processes share the cores, with others: the machine's load was
${load.toFixed(1)} before this began. Nothing here is asserted.

## Visits

${table(['visit', 'what', 'ms'], times)}
${missing ? `\nWebGPU in software: not measured (${missing}).\n` : ''}
Total blocking time is what tasks of the main thread took beyond 50 ms each.

## Animation frames, in ms

${table(['while', 'median', '95th percentile', 'worst', 'frames'], frames)}`);
process.exit();
