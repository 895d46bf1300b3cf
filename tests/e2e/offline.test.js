// @ts-check
/** After the first visit the page needs no network, keeps no more than it uses, and never mixes two versions. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { subject } from './config.js';
import { open, query, small, startBrowser, startSite } from './support/site.js';
import { strings } from '../../www/i18n/en.js';

/** @typedef {import('./support/site.js').Page} Page */

/** @type {import('playwright-core').Browser} */
let browser;
before(async () => {
  browser = await startBrowser();
});
after(() => browser?.close());

/** Addresses by the name of their cache. @param {Page} page @returns {Promise<Record<string, string[]>>} */
const kept = (page) =>
  page.evaluate(async () => {
    const names = await caches.keys();
    const all = await Promise.all(
      names.map(async (name) => (await (await caches.open(name)).keys()).map(({ url }) => url)),
    );
    return Object.fromEntries(names.map((name, k) => [name, all[k]]));
  });

/** The files of an engine: glue and wasm; the double is one. */
const ENGINE_FILES = subject === 'package' ? 2 : 1;

/** Until the page could do without a network. @param {Page} page */
async function settled(page) {
  await page.evaluate(async (wanted) => {
    await navigator.serviceWorker.ready;
    const stored = async () => (await (await caches.open('guidelight-engine-cpu-relaxed')).keys()).length;
    while ((await stored()) < wanted) await new Promise((resolve) => setTimeout(resolve, 50));
  }, ENGINE_FILES);
}

const short = query({ model: small.name, steps: 5, autoplay: 1 });

test('the second visit needs no server, and only what is in use was stored', async () => {
  const site = await startSite();
  const { page, state, pixels, alerts, trouble, context } = await open(browser, site.url + short);
  await state('done');
  const first = await pixels('xt');
  await settled(page);
  const caches = await kept(page);
  const all = Object.values(caches).flat();
  assert.ok(all.some((url) => url.includes('index.html')));
  assert.ok(all.some((url) => url.includes('models/manifest.json')));
  // Weights are kept once, by their hash; of the engines the one in use: Chromium has relaxed SIMD.
  assert.equal(all.filter((url) => url.endsWith('.safetensors')).length, 0);
  assert.ok(caches['guidelight-weights'].length > 0);
  for (const other of ['webgpu', 'cpu']) assert.equal(`guidelight-engine-${other}` in caches, false);
  assert.equal(all.filter((url) => url.endsWith('.wasm')).length, ENGINE_FILES - 1);

  // The host says nothing about caching, and what computes still came once.
  const engine = caches['guidelight-engine-cpu-relaxed'].map((url) => new URL(url).pathname);
  assert.deepEqual(
    engine.map((path) => site.requests.filter((request) => request === path).length),
    engine.map(() => 1),
  );

  await site.close();
  await page.goto(site.url + short);
  await state('done');
  assert.deepEqual(await pixels('xt'), first);
  assert.deepEqual(await alerts(), []);
  // What is fetched when it is asked for is there too.
  await page.click('[data-action=save]');
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('[data-action=save-gif]')]);
  assert.match(download.suggestedFilename(), /\.gif$/);
  assert.deepEqual(trouble, []);
  await context.close();
});

test('a new version waits until it is taken, and is taken whole', async () => {
  /** @type {Record<string, Uint8Array | string>} */
  const overlay = {};
  const site = await startSite(undefined, overlay);
  const { page, state, context } = await open(browser, site.url + short);
  await state('done');
  await settled(page);
  const fetched = async (/** @type {string} */ file) => (await fetch(site.url + file)).text();
  const [html, worker] = [await fetched('index.html'), await fetched('sw.js')];
  const hash = (/** @type {string} */ text) => createHash('sha256').update(text);
  const newer = html.replace('<html ', '<html data-newer ');
  const renewed = worker.replace(hash(html).digest('hex'), hash(newer).digest('hex'));
  assert.notEqual(renewed, worker);
  const isNewer = () => page.evaluate(() => document.documentElement.dataset.newer !== undefined);

  // A host in the middle of an update: the list is new and the page is not the one that it names.
  overlay['index.html'] = newer;
  overlay['sw.js'] = renewed;
  await page.reload();
  await state('done');
  const refused = page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    const installing = registration?.installing;
    if (installing)
      await new Promise((resolve) => installing.addEventListener('statechange', () => resolve(undefined)));
    return registration?.waiting === null;
  });
  assert.equal(await refused, true);
  assert.equal(await isNewer(), false);
  assert.equal(await page.locator('[data-action=reload]').count(), 0);

  // The update is complete.
  overlay['sw.js'] = renewed.replace(hash(html).digest('base64'), hash(newer).digest('base64'));
  await page.reload();
  await state('done');
  await page.waitForSelector('[data-action=reload]');
  assert.equal(await page.locator('.notice p').textContent(), strings.newVersion);
  assert.equal(await isNewer(), false);
  await page.click('[data-action=reload]');
  await page.waitForFunction(() => document.documentElement.dataset.newer !== undefined);
  await state('done');
  assert.equal(await page.locator('[data-action=reload]').count(), 0);
  await context.close();
  await site.close();
});

test('can be installed', async () => {
  const site = await startSite();
  const { page, context, trouble } = await open(browser, site.url);
  const address = await page.getAttribute('link[rel=manifest]', 'href');
  const manifest = await (await fetch(new URL(String(address), site.url))).json();
  assert.equal(manifest.display, 'standalone');
  for (const { src, sizes } of manifest.icons) {
    const icon = Buffer.from(await (await fetch(new URL(src, site.url))).arrayBuffer());
    const IHDR = 16;
    assert.equal(`${icon.readUInt32BE(IHDR)}x${icon.readUInt32BE(IHDR + 4)}`, sizes, src);
  }
  const session = await context.newCDPSession(page);
  const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
  assert.deepEqual(
    installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito'),
    [],
  );
  assert.deepEqual(trouble, []);
  await context.close();
  await site.close();
});
