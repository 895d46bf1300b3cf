// @ts-check
/**
 * The npm package as a stranger uses it: packed, installed in a fresh Vite app, with the lines of its README, a model that
 * was converted from a checkpoint, and nothing else. What the page shows is held against the command line.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { LEVELS } from '../agreement/cases.js';
import { serve } from '../e2e/support/server.js';
import { root, startBrowser, tool } from '../support/browser.js';
import { writeCheckpoint } from '../support/checkpoint.js';
import { convert, sample } from '../support/native.js';

const MOST_LINES = 15;
/** What the documented lines ask for; the file that they fetch. */
const [SETTINGS, FILE] = [{ steps: 25, seed: 7 }, 'my-model.safetensors'];

/** @type {typeof import('vite')} */
const { build, createServer } = await import(tool.resolve('vite'));

/** The first JavaScript block after `heading`. @param {string} file @param {string} heading */
function documented(file, heading) {
  const text = readFileSync(join(root, file), 'utf8');
  const block = /^```js\n([\s\S]*?)^```$/m.exec(text.slice(text.indexOf(heading)));
  assert.ok(text.includes(heading) && block, `${file}: expected a JavaScript block after "${heading}"`);
  return block[1];
}

/** A folder that only these tests know. */
const app = mkdtempSync(join(tmpdir(), 'guidelight-app-'));
/** The stranger's model, once it is converted. */
const model = join(app, 'public', FILE);
/** @type {import('playwright-core').Browser} */
let browser;

before(async () => {
  const npm = (/** @type {string[]} */ ...args) =>
    execFileSync('npm', args, { cwd: app, encoding: 'utf8', stdio: 'pipe' });
  const packed = JSON.parse(npm('pack', join(root, 'pkg'), '--json'))[0].filename;
  mkdirSync(join(app, 'src'));
  mkdirSync(join(app, 'public'));
  writeCheckpoint(join(app, 'checkpoint'));
  convert('--from', 'diffusers', join(app, 'checkpoint'), model);
  writeFileSync(join(app, 'package.json'), '{ "name": "app", "private": true, "type": "module" }');
  writeFileSync(join(app, 'src/main.js'), documented('tools/package/README.md', '# guidelight'));
  // Its own module, so that the documented one has run to its end before the page says so.
  writeFileSync(join(app, 'src/done.js'), "import './main.js';\ndocument.documentElement.dataset.state = 'done';\n");
  writeFileSync(
    join(app, 'index.html'),
    '<!doctype html><link rel="icon" href="data:," /><body><script type="module" src="/src/done.js"></script></body>',
  );
  npm('install', packed, '--prefer-offline', '--no-audit', '--no-fund');
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  rmSync(app, { recursive: true, force: true });
});

/** Opens the app, waits for its end and compares its canvas with the command line. @param {string} url */
async function check(url) {
  const page = await browser.newPage();
  /** @type {string[]} */
  const trouble = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) trouble.push(message.text());
  });
  page.on('pageerror', (error) => trouble.push(error.message));
  await page.goto(url);
  await page.waitForSelector('html[data-state=done]', { state: 'attached', timeout: 60_000 }).catch((error) => {
    throw new Error(`the app did not come to its end: ${trouble.join('; ')}`, { cause: error });
  });
  const rgba = await page.$eval('canvas', (canvas) => [
    .../** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d')).getImageData(0, 0, canvas.width, canvas.height)
      .data,
  ]);
  await page.close();
  assert.deepEqual(trouble, []);
  const rgb = sample({ model, method: 'none', ...SETTINGS });
  assert.equal(rgba.length / 4, rgb.length / 3);
  const apart = rgb.reduce(
    (most, value, i) => Math.max(most, Math.abs(value - rgba[Math.floor(i / 3) * 4 + (i % 3)])),
    0,
  );
  assert.ok(apart <= LEVELS.cpu, `the app's picture and the command line's differ by ${apart} levels of 255`);
}

test('the documented lines are few, and the same everywhere', () => {
  const lines = documented('tools/package/README.md', '# guidelight');
  assert.ok(lines.trimEnd().split('\n').length <= MOST_LINES, lines);
  assert.equal(documented('README.md', '## Bring your own model'), lines);
});

test('the package holds what its exports name, and no build leftovers', () => {
  const inside = join(app, 'node_modules/guidelight');
  const { exports } = JSON.parse(readFileSync(join(inside, 'package.json'), 'utf8'));
  const named = Object.values(exports).flatMap((entry) => (typeof entry === 'string' ? entry : Object.values(entry)));
  for (const file of named) assert.ok(readFileSync(join(inside, file)).length > 0, file);
  assert.throws(() => readFileSync(join(inside, 'cpu/.built-from')), /ENOENT/);
});

test('samples in a built Vite app, on a host without special headers', async () => {
  // Below a path, as on many static hosts.
  await build({ root: app, configFile: false, base: './', logLevel: 'warn' });
  const site = await serve(join(app, 'dist'));
  try {
    await check(site.url);
  } finally {
    await site.close();
  }
});

test('samples in Vite’s development server', async () => {
  const server = await createServer({
    root: app,
    configFile: false,
    logLevel: 'warn',
    server: { host: '127.0.0.1', port: 0 },
  });
  try {
    await server.listen();
    await check(String(server.resolvedUrls?.local[0]));
  } finally {
    await server.close();
  }
});
