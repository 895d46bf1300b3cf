// @ts-check
/** The same runs on both sides, and how far apart their pictures are. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { serve } from '../e2e/support/server.js';
import { root, SOFTWARE_WEBGPU, startBrowser } from '../support/browser.js';
import { sample } from '../support/native.js';

/** @typedef {import('../support/native.js').Settings} Settings */
/** @typedef {'cpu' | 'cpu-relaxed' | 'webgpu'} BundleName */
/** @typedef {{ values: number, equal: number, within: Record<number, number>, oneSided: number, largest: number }} Agreement */

const CLASSIFIER = 'emoji32-classifier';
const model = (/** @type {string} */ name) => join(root, `www/models/${name}.safetensors`);

/**
 * Opens the package in a browser, with a model and the classifier loaded.
 * @param {BundleName} bundle
 * @param {string} name of the model
 */
export async function openEngine(bundle, name) {
  const overlay = {
    'index.html': '<!doctype html><meta charset="utf-8" /><title>agreement</title><link rel="icon" href="data:," />',
    'unet.safetensors': readFileSync(model(name)),
    'classifier.safetensors': readFileSync(model(CLASSIFIER)),
  };
  const site = await serve(join(root, 'pkg'), { overlay });
  const browser = await startBrowser(bundle === 'webgpu' ? SOFTWARE_WEBGPU : []);
  const page = await browser.newPage();
  await page.goto(site.url);
  const catalogue = await page.evaluate(async (bundle) => {
    const { default: init, catalogue, Engine } = await import(new URL(`${bundle}/guidelight.js`, location.href).href);
    await init();
    const bytes = async (/** @type {string} */ file) => new Uint8Array(await (await fetch(file)).arrayBuffer());
    const engine = await Engine.create(bundle === 'webgpu' ? 'webgpu' : 'cpu');
    engine.loadUnet(await bytes('unet.safetensors'));
    engine.loadClassifier(await bytes('classifier.safetensors'));
    Object.assign(globalThis, { engine });
    return catalogue();
  }, bundle);
  return {
    catalogue,
    /** The last picture of a run: RGBA, row by row. @param {Settings} settings @returns {Promise<number[]>} */
    sample: (settings) =>
      page.evaluate(async (settings) => {
        const session = /** @type {any} */ (globalThis).engine.session(settings);
        let last;
        for (let frame; (frame = await session.step());) last = frame;
        session.free();
        return [...last.xt];
      }, settings),
    close: async () => {
      await browser.close();
      await site.close();
    },
  };
}

/**
 * Each seed once natively and once in the browser.
 * @param {Awaited<ReturnType<typeof openEngine>>} engine
 * @param {string} name of the model
 * @param {Settings} settings
 * @param {number} seeds
 * @returns {Promise<Agreement>}
 */
export async function compare(engine, name, settings, seeds) {
  const differences = [];
  for (let seed = 0; seed < seeds; seed++) {
    const rgb = sample({ model: model(name), classifier: model(CLASSIFIER), ...settings, seed });
    const rgba = await engine.sample({ ...settings, seed });
    differences.push(...differencesOf(rgba, rgb));
  }
  return agreementOf(differences);
}

/**
 * How far the values of a browser's picture are above the command line's.
 * @param {number[]} rgba
 * @param {Uint8Array} rgb
 */
export function differencesOf(rgba, rgb) {
  if (rgba.length / 4 !== rgb.length / 3) throw new Error(`${rgba.length} bytes of RGBA for ${rgb.length} of RGB`);
  return Array.from(rgb, (value, i) => rgba[Math.floor(i / 3) * 4 + (i % 3)] - value);
}

/** @param {number[]} differences @returns {Agreement} */
export function agreementOf(differences) {
  const share = (/** @type {(difference: number) => boolean} */ holds) =>
    differences.filter(holds).length / differences.length;
  return {
    values: differences.length,
    equal: share((d) => d === 0),
    within: { 1: share((d) => Math.abs(d) <= 1), 2: share((d) => Math.abs(d) <= 2) },
    // The command line rounds down, as guided-diffusion saves samples, and the browser to the nearest level, so that a
    // picture survives the way through a canvas: equal numbers are 0 or 1 apart.
    oneSided: share((d) => d === 0 || d === 1),
    largest: differences.reduce((largest, d) => Math.max(largest, Math.abs(d)), 0),
  };
}

/** A line for people. @param {Agreement} agreement */
export function words({ values, equal, within, oneSided, largest }) {
  const percent = (/** @type {number} */ share) => `${(100 * share).toFixed(3)} %`;
  return `| ${values} | ${percent(equal)} | ${percent(oneSided)} | ${percent(within[1])} | ${percent(within[2])} | ${largest} |`;
}
