// @ts-check
/**
 * The same settings and seed give the same picture natively and in a browser. Here on the small model and few steps;
 * docs/results/agreement.md has the full measurement.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cases, LEVELS, SEEDS, SHARE } from './cases.js';
import { compare, openEngine, words } from './sides.js';

const MODEL = 'emoji32-nano';
const STEPS = 4;

/** @param {import('./sides.js').Agreement} agreement @param {number} share @param {number} levels */
function require(agreement, share, levels) {
  assert.ok(share >= SHARE, `at least ${100 * SHARE} % within ${levels}: ${words(agreement)}`);
}

test('the CPU in a browser agrees with the command line', async (t) => {
  const engine = await openEngine('cpu', MODEL);
  t.after(engine.close);
  for (const [what, settings] of Object.entries(cases)) {
    const agreement = await compare(engine, MODEL, { ...settings, steps: STEPS }, SEEDS);
    t.diagnostic(`${what} ${words(agreement)}`);
    require(agreement, agreement.within[LEVELS.cpu], LEVELS.cpu);
  }
});

test('WebGPU, in software, agrees with the command line', async (t) => {
  const engine = await openEngine('webgpu', MODEL);
  t.after(engine.close);
  // One short run, because a graphics card in software is slow; the one in which most is computed.
  const [what, settings] = Object.entries(cases)[Object.keys(cases).length - 1];
  const agreement = await compare(engine, MODEL, { ...settings, steps: 2 }, 1);
  t.diagnostic(`${what} ${words(agreement)}`);
  require(agreement, agreement.within[LEVELS.webgpu], LEVELS.webgpu);
});

test('a picture of another seed does not agree', async (t) => {
  const engine = await openEngine('cpu', MODEL);
  t.after(engine.close);
  const settings = { ...cases.conditional, steps: STEPS };
  const shifted = {
    ...engine,
    sample: (/** @type {import('./sides.js').Settings} */ asked) => engine.sample({ ...asked, seed: 99 }),
  };
  const agreement = await compare(shifted, MODEL, settings, 1);
  assert.ok(agreement.within[LEVELS.webgpu] < 0.5, words(agreement));
});
