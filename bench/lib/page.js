// @ts-check
/** What a visitor notices beside the time of a step: how long until the first picture, and memory. */
import { join } from 'node:path';
import { serve } from '../../tests/e2e/support/server.js';
import { root } from '../../tests/support/browser.js';
import { runtimeArguments } from './cases.js';
import { interleave, ratio, spread } from './rounds.js';

/** @typedef {import('./cases.js').Arena} Arena */
/** @typedef {import('./cases.js').Backend} Backend */
/** @typedef {import('./models.js').Networks} Networks */

/**
 * Milliseconds from the start of a worker's script to its first finished frame, each time in a profile of its own:
 * fetch from this machine, compile, open, load, one pass.
 * @param {Arena} arena
 * @param {Networks} networks
 * @param {Backend} backend
 * @param {string} bundle
 * @param {Parameters<typeof interleave>[1]} limit
 */
export async function coldStarts(arena, { unet, onnx }, backend, bundle, limit) {
  /** @param {'ours' | 'onnxruntime'} kind @param {unknown[]} args */
  const first =
    (kind, ...args) =>
    async () => {
      const contender = await arena.contender('cold', kind, true);
      const ms = await contender.call('firstFrame', ...args);
      await contender.close();
      return { ms };
    };
  const results = await interleave(
    new Map([
      ['ours', first('ours', arena.script(bundle, backend), backend, arena.model(unet))],
      ['theirs', first('onnxruntime', { ...onnx, onnx: arena.model(onnx.file) }, ...runtimeArguments(backend))],
    ]),
    limit,
  );
  const [ours, theirs] = ['ours', 'theirs'].map((name) => (results.get(name) ?? []).map(({ ms }) => ms));
  return { backend, ours: spread(ours), onnxruntime: spread(theirs), ratio: ratio(ours, theirs) };
}

/** The run of a first visit: guided by the classifier, on the CPU. */
export const VISIT =
  '?backend=cpu&model=emoji32&autoplay=1&class=animal&method=classifier&scale=4&sampler=ddim&steps=25&seed=7';

/**
 * Milliseconds from a visit to its first finished guided picture: the built page, nothing cached, files from this
 * machine as they are, not compressed.
 * @param {Arena} arena
 * @param {number} count
 */
export async function visits({ browser }, count) {
  const site = await serve(join(root, 'dist'));
  /** @type {{ ready: number, done: number }[]} */
  const times = [];
  for (let visit = 0; visit < count; visit += 1) {
    const context = await browser.newContext();
    const page = await context.newPage();
    page.setDefaultTimeout(0);
    await page.addInitScript(() => {
      const html = () => document.documentElement;
      const seen = (globalThis.seen = {});
      new MutationObserver(() => {
        const state = html()?.dataset.state;
        if (state) seen[state] ??= performance.now();
      }).observe(document, { attributes: true, subtree: true, attributeFilter: ['data-state'] });
    });
    await page.goto(`${site.url}${VISIT}`);
    await page.waitForSelector('html[data-state=done]', { state: 'attached' });
    const { running = NaN, done } = await page.evaluate(() => globalThis.seen);
    times.push({ ready: running, done });
    await context.close();
  }
  await site.close();
  return { firstStepAsked: spread(times.map(({ ready }) => ready)), done: spread(times.map(({ done }) => done)) };
}

/** Images after which memory must not have grown any more. */
export const IMAGES = 200;
const STEPS = 2;

/**
 * Bytes of wasm memory and of GPU buffers: with models loaded, after a guided step, and after many images.
 * @param {Arena} arena
 * @param {{ large: Networks, small: Networks }} models
 * @param {Backend} backend
 * @param {string} bundle
 * @param {number} ms that the images may take
 */
export async function memory(arena, { large, small }, backend, bundle, ms) {
  const ours = await arena.contender('memory', 'ours');
  await ours.call('open', arena.script(bundle, backend), backend);
  const files = { unet: arena.model(large.unet), classifier: large.classifier && arena.model(large.classifier) };
  await ours.call('load', files);
  const rest = await ours.call('watched');
  await ours.call('time', 'guided', 1);
  const peak = await ours.call('watched');
  await ours.close();

  const many = await arena.contender('images', 'ours');
  await many.call('open', arena.script(bundle, backend), backend);
  await many.call('load', { unet: arena.model(small.unet) });
  const few = await many.call('draw', IMAGES / 10, STEPS, ms / 4);
  const all = await many.call('draw', IMAGES - few.drawn, STEPS, ms);
  await many.close();

  const theirs = await arena.contender('memory', 'onnxruntime');
  await theirs.call('open', ...runtimeArguments(backend));
  await theirs.call('load', { ...large.onnx, onnx: arena.model(large.onnx.file) });
  const theirRest = await theirs.call('watched');
  await theirs.call('time', 'unet', 1);
  const theirPeak = await theirs.call('watched');
  await theirs.close();
  const bytes = (/** @type {any} */ { wasm, gpu, gpuPeak }) => ({ wasm, gpu, gpuPeak });
  return {
    backend,
    large: large.name,
    small: small.name,
    steps: STEPS,
    rest: bytes(rest),
    peak: bytes(peak),
    few: { images: few.drawn, ...bytes(few) },
    all: { images: few.drawn + all.drawn, ...bytes(all) },
    onnxruntime: { rest: bytes(theirRest), peak: bytes(theirPeak) },
  };
}
