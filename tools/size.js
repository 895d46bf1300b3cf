// @ts-check
/**
 * Prints what a visitor downloads, as it is and under brotli, and fails above the budget; MB are 10⁶ bytes. With
 * `--json` the same as data.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

/**
 * Largest compressed size of each part, in bytes; of models, of each one: a visit needs one of a kind. Raise one only
 * together with the reason in the changelog.
 */
const BUDGET = {
  'WebGPU bundle': 1_600_000,
  'CPU bundle': 600_000,
  'CPU bundle, relaxed SIMD': 600_000,
  // Before any wasm: what index.html names and what that imports, the worker, one language.
  'page': 150_000,
  'page, on use': 100_000,
  // The second page, beyond what it shares with the first: all steps, both languages.
  'lesson': 150_000,
  'recording': 65_000,
  'UNet': 8_000_000,
  'preview': 1_200_000,
  'classifier': 2_500_000,
};

/** @typedef {keyof typeof BUDGET} Part */

/** @type {{ name: string, kind: 'unet' | 'classifier', file: string, preview?: string }[]} */
const { models } = JSON.parse(readFileSync('dist/models/manifest.json', 'utf8'));

/** @param {string} folder @returns {string[]} */
const filesIn = (folder) => readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name));

/** @param {string} path @returns {number} */
function compressed(path) {
  // Weights do not compress; hosts send them as they are.
  if (path.endsWith('.safetensors')) return readFileSync(path).length;
  const bytes = readFileSync(path);
  return brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }).length;
}

/** Files of the recorded run. */
const RECORDING = /assets\/[\w-]+\.(bin|json)$/;

/** What the page asks for by itself, whatever a script imports statically included. */
const first = new Set(['index.html']);
/** What the page may ever ask for. */
const ever = new Set(['index.html']);
const asked = /["'`](?:\.\/)?(?:assets\/)?([\w.-]+\.(?:js|css|svg|webmanifest))["'`]/g;
const imported = /(?:from|import)["']\.\/([\w.-]+\.js)["']/g;
/** @param {string} path @param {RegExp} names @param {Set<string>} found @param {RegExp} further */
const follow = (path, names, found = first, further = imported) => {
  for (const [, name] of readFileSync(path, 'utf8').matchAll(names)) {
    // Glue of wasm names files that are nowhere, and the service worker all there are.
    if (found.has(name) || name === 'sw.js' || !existsSync(join('dist/assets', name)) && !existsSync(join('dist', name))) continue;
    found.add(name);
    if (name.endsWith('.js')) follow(join('dist/assets', name), further, found, further);
  }
};
follow('dist/index.html', asked);
follow('dist/index.html', asked, ever, asked);
for (const name of readdirSync('dist/assets').filter((file) => /^(?:worker|en)-[\w-]+\.js$/.test(file))) {
  first.add(name);
  follow(join('dist/assets', name), imported);
}

/** Whose wasm it is. @param {string} path @returns {Part} */
function bundleOf(path) {
  const bytes = readFileSync(path);
  const is = (/** @type {string} */ bundle) => bytes.equals(readFileSync(`pkg/${bundle}/guidelight_bg.wasm`));
  if (is('webgpu')) return 'WebGPU bundle';
  return is('cpu') ? 'CPU bundle' : 'CPU bundle, relaxed SIMD';
}

/** @param {string} path @returns {Part} */
function partOf(path) {
  if (path.endsWith('.wasm')) return bundleOf(path);
  const model = models.find(({ file }) => basename(path) === file);
  if (!model) {
    if (RECORDING.test(path)) return 'recording';
    if (first.has(basename(path))) return 'page';
    return ever.has(basename(path)) || !/assets\/|lesson\.html$/.test(path) ? 'page, on use' : 'lesson';
  }
  if (model.kind === 'classifier') return 'classifier';
  return models.some(({ preview }) => preview === model.name) ? 'preview' : 'UNet';
}

const files = filesIn('dist').filter((path) => !path.endsWith('.built-from'));

const rows = files.map((path) => ({ path, part: partOf(path), raw: readFileSync(path).length, sent: compressed(path) }));
const kB = (/** @type {number} */ bytes) => `${(bytes / 1000).toFixed(1)} kB`.padStart(12);
const json = process.argv.includes('--json');
/** @type {{ part: string, raw: number, brotli: number }[]} */
const report = [];
if (!json) console.log(`${'part'.padEnd(26)}${'raw'.padStart(12)}${'brotli'.padStart(12)}${'budget'.padStart(12)}`);
for (const part of /** @type {Part[]} */ (Object.keys(BUDGET))) {
  const own = rows.filter((row) => row.part === part);
  const isModel = own.some(({ path }) => path.endsWith('.safetensors'));
  for (const group of isModel ? own.map((row) => [row]) : [own]) {
    const sum = (/** @type {'raw' | 'sent'} */ key) => group.reduce((total, row) => total + row[key], 0);
    const over = sum('sent') > BUDGET[part];
    const name = isModel ? basename(group[0].path, '.safetensors') : part;
    const line = `${name.padEnd(26)}${kB(sum('raw'))}${kB(sum('sent'))}${kB(BUDGET[part])}${over ? '  over budget' : ''}`;
    if (!json) console.log(line);
    report.push({ part: name, raw: sum('raw'), brotli: sum('sent') });
    if (over) process.exitCode = 1;
  }
}
if (json) console.log(JSON.stringify(report));
