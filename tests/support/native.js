// @ts-check
/** The command line as the reference that a browser is held against. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root, tool } from './browser.js';

const { unzipSync } = tool('fflate');

const program = join(root, 'target/release/guidelight');

/** @typedef {Record<string, string | number>} Settings a run's settings, or the command line's flags */

/**
 * One image by `guidelight sample`: RGB, row by row. Each seed is a run of its own, because a batch has one seed and
 * tells its images apart by their index.
 * @param {Settings} flags without `--`
 * @returns {Uint8Array}
 */
export function sample(flags) {
  return inFolder((out) => {
    const all = Object.entries({ ...flags, count: 1, out }).flatMap(([key, value]) => [`--${key}`, String(value)]);
    execFileSync(program, ['sample', ...all], { cwd: root, stdio: 'pipe' });
    return pictureIn(out);
  });
}

/**
 * The same by a line that the page copied, run as somebody would: in a shell, where the models are at hand.
 * @param {string} line
 */
export function runLine(line) {
  return inFolder((folder) => {
    symlinkSync(join(root, 'www'), join(folder, 'www'));
    const PATH = `${dirname(program)}:${process.env.PATH}`;
    execFileSync('sh', ['-c', line], { cwd: folder, env: { ...process.env, PATH }, stdio: 'pipe' });
    const samples = join(folder, 'samples');
    return pictureIn(join(samples, readdirSync(samples)[0]));
  });
}

/**
 * @template T
 * @param {(folder: string) => T} use a folder that is gone afterwards
 */
function inFolder(use) {
  const folder = mkdtempSync(join(tmpdir(), 'guidelight-sample-'));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string} out what `guidelight sample` has written to */
function pictureIn(out) {
  const name = readdirSync(out).find((file) => file.endsWith('.npz'));
  return array(unzipSync(readFileSync(join(out, String(name))))['arr_0.npy']);
}

/** `guidelight convert`. @param {...string} args */
export function convert(...args) {
  execFileSync(program, ['convert', ...args], { cwd: root, stdio: 'pipe' });
}

/** The bytes of a uint8 `.npy`: what comes after its header. @param {Uint8Array} npy */
function array(npy) {
  const HEADER_LENGTH_AT = 8;
  return npy.subarray(
    HEADER_LENGTH_AT + 2 + new DataView(npy.buffer, npy.byteOffset).getUint16(HEADER_LENGTH_AT, true),
  );
}
