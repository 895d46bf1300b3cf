// @ts-check
/** What has to be downloaded, under brotli: ours by kind, and onnxruntime-web's. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { root } from '../../tests/support/browser.js';

const package_ = join(root, 'bench/node_modules/onnxruntime-web');
/** The files that each backend loads. */
const FILES = {
  cpu: ['ort.wasm.min.mjs', 'ort-wasm-simd-threaded.mjs', 'ort-wasm-simd-threaded.wasm'],
  webgpu: ['ort.webgpu.min.mjs', 'ort-wasm-simd-threaded.asyncify.mjs', 'ort-wasm-simd-threaded.asyncify.wasm'],
};

/** @typedef {{ part: string, raw: number, brotli: number }} Size */

/** @returns {{ ours: Size[], onnxruntime: Size[] }} */
export function bytes() {
  // Its exit code says whether that is within the budget, which is not this bench's affair.
  const { stdout, stderr } = spawnSync('node', ['tools/size.js', '--json'], { cwd: root, encoding: 'utf8' });
  if (!stdout) throw new Error(`tools/size.js: ${stderr}`);
  return { ours: JSON.parse(stdout), onnxruntime: runtime() };
}

/** Kept, because brotli at its best takes a minute for them. @returns {Size[]} */
function runtime() {
  const { version } = JSON.parse(readFileSync(join(package_, 'package.json'), 'utf8'));
  const kept = join(root, `target/bench/onnxruntime-web-${version}.json`);
  if (existsSync(kept)) return JSON.parse(readFileSync(kept, 'utf8'));
  const sizes = Object.entries(FILES).map(([backend, names]) => {
    const files = names.map((name) => readFileSync(join(package_, 'dist', name)));
    const sum = (/** @type {Buffer[]} */ parts) => parts.reduce((total, { length }) => total + length, 0);
    const params = (/** @type {Buffer} */ { length }) => ({ [constants.BROTLI_PARAM_SIZE_HINT]: length });
    const small = files.map((file) => brotliCompressSync(file, { params: params(file) }));
    return { part: `onnxruntime-web, ${backend}`, raw: sum(files), brotli: sum(small) };
  });
  mkdirSync(join(root, 'target/bench'), { recursive: true });
  writeFileSync(kept, JSON.stringify(sizes));
  return sizes;
}
