// @ts-check
/** The command line's side: what things cost natively, and how that grows. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../tests/support/browser.js';
import { guidelight, folder } from './models.js';

/** @typedef {import('./models.js').Networks} Networks */

const BATCHES = '1,2,4,8,16';
const ROUNDS = '5';
/** What is changed in the frozen network, one thing at a time. */
const GROWTH = {
  channels: [32, 64, 96, 128].map((value) => ({ value, set: `network.model_channels=${value}` })),
  side: [16, 32, 64].map((value) => ({ value, set: `network.image_size=${value}` })),
};
const STEPS = [5, 10, 25, 50];

/** @param {Networks[]} networks */
export function native(networks) {
  const models = networks.map(({ unet, classifier }) => {
    const guide = classifier ? ['--classifier', join(folder, classifier)] : [];
    return measure(join(folder, unet), '--batch', BATCHES, ...guide);
  });
  return { models, channels: grown('channels'), side: grown('side'), steps: STEPS.map(run) };
}

/** @param {string} file @param {...string} more */
const measure = (file, ...more) =>
  JSON.parse(guidelight('bench', '--model', file, '--rounds', ROUNDS, '--json', ...more));

/** @param {keyof typeof GROWTH} what */
function grown(what) {
  const scratch = mkdtempSync(join(tmpdir(), 'guidelight-grown-'));
  const rows = GROWTH[what].map(({ value, set }) => {
    const file = join(scratch, `${value}.safetensors`);
    guidelight('init', join(root, 'bench/frozen.json'), file, '--set', set);
    const [row] = measure(file, '--case', 'unet').rows;
    return { value, ...row };
  });
  rmSync(scratch, { recursive: true });
  return rows;
}

/** Seconds of a whole run, loading aside. @param {number} steps */
function run(steps) {
  const out = mkdtempSync(join(tmpdir(), 'guidelight-run-'));
  const flags = ['--class', 'animal', '--steps', String(steps), '--count', '1', '--seed', '7', '--json', '--out', out];
  const { seconds } = JSON.parse(guidelight('sample', ...flags));
  rmSync(out, { recursive: true });
  return { steps, seconds };
}
