// @ts-check
/** The built site and a real browser: what every test here starts from. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { files, previewing } from '../../double/models.js';
import { subject } from '../config.js';
import { root, startBrowser as launch } from '../../support/browser.js';
import { serve } from './server.js';

export { SOFTWARE_WEBGPU } from '../../support/browser.js';

export const shots = fileURLToPath(new URL('../screenshots/', import.meta.url));

/** How long a state may take to come, in ms: a whole run on two slow cores, with others at work on them. */
const PATIENCE = Number(process.env.PATIENCE ?? 180_000);
/** The same for WebGPU in software, which takes minutes to make its kernels. */
export const SOFTWARE_PATIENCE = 4 * PATIENCE;

/**
 * Builds or finds the site and serves it below a sub-path.
 * @param {string} [of] what is served, where a test is not about what `config.js` says
 * @param {Record<string, Uint8Array | string>} [overlay] files by their path, in place of the site's; may change later
 * @returns {Promise<{ url: string, requests: string[], close: () => Promise<void> }>}
 */
export async function startSite(of = subject, overlay = {}) {
  if (of === 'package') return serve(join(root, 'dist'), { overlay });
  const dist = mkdtempSync(join(tmpdir(), 'guidelight-e2e-'));
  execFileSync(join(root, 'www/node_modules/.bin/vite'), ['build', '--logLevel', 'error'], {
    cwd: join(root, 'www'),
    env: { ...process.env, GUIDELIGHT_ENGINE: join(root, 'tests/double/engine.js'), GUIDELIGHT_DIST: dist },
    stdio: 'inherit',
  });
  const models = Object.entries(files).map(([name, bytes]) => [`models/${name}`, bytes]);
  Object.assign(overlay, { 'models/manifest.json': JSON.stringify(previewing), ...Object.fromEntries(models) });
  const site = await serve(dist, { overlay });
  return {
    ...site,
    close: async () => {
      await site.close();
      rmSync(dist, { recursive: true, force: true });
    },
  };
}

/** @param {string[]} [flags] */
export function startBrowser(flags = []) {
  mkdirSync(shots, { recursive: true });
  return launch(flags);
}

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {{ context?: import('playwright-core').BrowserContextOptions, shared?: import('playwright-core').BrowserContext,
 *   prepare?: (page: Page) => Promise<unknown>, patience?: number }} Visit */

/**
 * Opens the page, in a context of its own unless one is shared, with the few questions that tests ask it. What the page
 * writes to the console and what it throws ends up in `trouble`; `prepare` is handed the page before it loads.
 * @param {import('playwright-core').Browser} browser
 * @param {string} address
 * @param {Visit} [visit]
 */
export async function open(browser, address, { context: own, shared, prepare, patience = PATIENCE } = {}) {
  const context =
    shared ?? (await browser.newContext({ viewport: { width: 1280, height: 900 }, colorScheme: 'light', ...own }));
  const page = await context.newPage();
  page.setDefaultTimeout(patience);
  /** @type {string[]} */
  const trouble = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) trouble.push(message.text());
  });
  page.on('pageerror', (error) => trouble.push(error.message));
  await prepare?.(page);
  await page.goto(address);
  return { page, context, trouble, ...questions(page) };
}

/** @param {Page} page */
function questions(page) {
  return {
    /** @param {'loading' | 'ready' | 'running' | 'paused' | 'done' | 'error'} state */
    state: (state) => page.waitForSelector(`html[data-state=${state}]`, { state: 'attached' }),
    /** The pixels of a canvas, as the page shows them: RGBA, row by row. @param {string} name */
    pixels: (name) =>
      page.$eval(`canvas[data-canvas=${name}]`, (canvas) => {
        const { width, height } = /** @type {HTMLCanvasElement} */ (canvas);
        const context = /** @type {HTMLCanvasElement} */ (canvas).getContext('2d');
        return [...(context?.getImageData(0, 0, width, height).data ?? [])];
      }),
    alerts: () => page.locator('[role=alert] p').allTextContents(),
    /** @param {string} key */
    readout: (key) => page.locator(`[data-readout=${key}]`).textContent(),
    /** Sets a slider as a visitor would: the value, then the event. @param {string} name @param {number} value */
    slide: (name, value) =>
      page.$eval(
        `input[name=${name}]`,
        (input, to) => {
          /** @type {HTMLInputElement} */ (input).value = String(to);
          input.dispatchEvent(new Event('input', { bubbles: true }));
        },
        value,
      ),
    /** @param {string} action */
    press: (action) => page.click(`[data-action=${action}]`),
    /** @param {string} name */
    shot: (name) => page.screenshot({ path: `${shots}${name}.png`, fullPage: true }),
  };
}

/** The site's first model, and the small one that is shown until it has arrived. */
const manifest =
  subject === 'package' ? JSON.parse(readFileSync(join(root, 'www/models/manifest.json'), 'utf8')) : previewing;
export const [large] = manifest.models;
export const small = manifest.models.find((/** @type {{ name: string }} */ { name }) => name === large.preview);

/**
 * The query of a short run on the CPU. It names its model, so that no preview comes first.
 * @param {Record<string, string | number>} [more]
 */
export function query(more = {}) {
  const settings = {
    model: large.name,
    class: 'animal',
    method: 'classifier',
    scale: 4,
    sampler: 'ddim',
    steps: 6,
    seed: 7,
    backend: 'cpu',
  };
  return `?${new URLSearchParams(Object.entries({ ...settings, ...more }).map(([key, value]) => [key, String(value)]))}`;
}
