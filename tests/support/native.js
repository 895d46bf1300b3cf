// @ts-check
/** The command line as the reference that a browser is held against. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, tool } from './browser.js';

const { unzipSync } = tool('fflate');

/** @typedef {Record<string, string | number>} Settings a run's settings, or the command line's flags */

/**
 * One image by `guidelight sample`: RGB, row by row. Each seed is a run of its own, because a batch has one seed and
 * tells its images apart by their index.
 * @param {Settings} flags without `--`
 * @returns {Uint8Array}
 */
export function sample(flags) {
  const out = mkdtempSync(join(tmpdir(), 'guidelight-sample-'));
  try {
    const all = Object.entries({ ...flags, count: 1, out }).flatMap(([key, value]) => [`--${key}`, String(value)]);
    execFileSync(join(root, 'target/release/guidelight'), ['sample', ...all], { cwd: root, stdio: 'pipe' });
    const name = readdirSync(out).find((file) => file.endsWith('.npz'));
    return array(unzipSync(readFileSync(join(out, String(name))))['arr_0.npy']);
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

/** `guidelight convert`. @param {...string} args */
export function convert(...args) {
  execFileSync(join(root, 'target/release/guidelight'), ['convert', ...args], { cwd: root, stdio: 'pipe' });
}

/** The bytes of a uint8 `.npy`: what comes after its header. @param {Uint8Array} npy */
function array(npy) {
  const HEADER_LENGTH_AT = 8;
  return npy.subarray(
    HEADER_LENGTH_AT + 2 + new DataView(npy.buffer, npy.byteOffset).getUint16(HEADER_LENGTH_AT, true),
  );
}
