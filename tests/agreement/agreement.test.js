// @ts-check
/**
 * The same settings and seed give the same picture natively and in a browser. Here on the small model and few steps;
 * docs/results/agreement.md has the full measurement.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { commandLine } from '../../www/export/command.js';
import { readManifest } from '../../www/manifest.js';
import { runSettings, settingSpecs } from '../../www/settings.js';
import { fitToModel, parseUrl } from '../../www/url.js';
import { root } from '../support/browser.js';
import { runLine } from '../support/native.js';
import { cases, LEVELS, SEEDS, SHARE } from './cases.js';
import { agreementOf, compare, differencesOf, openEngine, words } from './sides.js';

const MODEL = 'emoji32-nano';
const STEPS = 4;

/** @param {import('./sides.js').Agreement} agreement @param {number} share @param {number} levels */
function require(agreement, share, levels) {
  assert.ok(share >= SHARE, `at least ${100 * SHARE} % within ${levels}: ${words(agreement)}`);
}

for (const bundle of /** @type {const} */ (['cpu', 'cpu-relaxed']))
  test(`the CPU in a browser agrees with the command line: ${bundle}`, async (t) => {
    const engine = await openEngine(bundle, MODEL);
    t.after(engine.close);
    for (const [what, settings] of Object.entries(cases)) {
      const agreement = await compare(engine, MODEL, { ...settings, steps: STEPS }, SEEDS);
      t.diagnostic(`${what} ${words(agreement)}`);
      require(agreement, agreement.within[LEVELS.cpu], LEVELS.cpu);
    }
  });

/** What a visitor has set, as in the page's address. @type {Record<string, string>} */
const COPIED = {
  guided: 'method=classifier&class=animal&scale=4&steps=4&seed=7',
  'classifier-free': 'method=conditional,classifier-free&class=food&cfg-weight=3&eta=1&steps=4&seed=3',
  'a chain of its own': 'method=conditional,classifier&class=plant&steps=at0-120-400-760-999&seed=5',
};

test('a copied command line makes the picture that the page shows', async (t) => {
  const engine = await openEngine('cpu', MODEL);
  t.after(engine.close);
  const specs = settingSpecs(engine.catalogue);
  const models = readManifest(readFileSync(join(root, 'www/models/manifest.json'), 'utf8'));
  for (const [what, search] of Object.entries(COPIED)) {
    const asked = parseUrl(`model=${MODEL}&${search}`, specs);
    assert.deepEqual(asked.problems, []);
    const { settings, model } = fitToModel(asked, models, specs);
    const line = commandLine(settings, engine.catalogue, specs, { model });
    const agreement = agreementOf(differencesOf(await engine.sample(runSettings(settings, specs)), runLine(line)));
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
