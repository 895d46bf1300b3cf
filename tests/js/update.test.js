// @ts-check
/** The step as a sum, the chain as numbers, and the forward process: what the lab's panels compute and ask for. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  abarAt,
  everywhere,
  halfway,
  intervalKeys,
  limitsOf,
  movedStep,
  nearestStep,
  respaced,
  spacingOf,
  stairs,
  stepsAt,
} from '../../www/chain.js';
import { stops, sweepTimesteps, topOf, withFinding } from '../../www/forward.js';
import { countSteps, ownTimesteps } from '../../www/respacing.js';
import { runSettings } from '../../www/settings.js';
import {
  atPixel,
  epsAtPixel,
  isCorrected,
  magnitudes,
  partsOfEps,
  presentParts,
  sumOfParts,
  switchTerm,
  termsOff,
} from '../../www/update.js';
import { cropped } from '../../www/view.js';
import { previewing } from '../double/models.js';
import { catalogue, page, specs, until } from './support/page.js';

/** Float32 rounds each of a handful of products. */
const ROUNDING = 1e-5;

const manifestFetch = async () => new Response(JSON.stringify(previewing));

const GREY = new Uint8Array(32 * 32 * 4).fill(128);
const reference = /** @type {const} */ ({
  rgba: GREY,
  size: 32,
  name: 'grey',
  source: /** @type {any} */ (undefined),
  view: cropped(),
});

/** @param {string} more of the address */
async function played(more) {
  const made = page(`?model=toy&class=animal&steps=4&seed=3&backend=cpu&scale=4&${more}`, { manifestFetch });
  made.store.set({ reference });
  await made.boot.start();
  await until(made.store, ({ phase }) => phase === 'ready');
  await made.run.play();
  return made;
}

/** @param {ArrayLike<number>} a @param {ArrayLike<number>} b */
const largestDifference = (a, b) => Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);

for (const settings of [
  'method=classifier&sampler=ddim&eta=0',
  'method=classifier&sampler=ddim&eta=0.7',
  'method=classifier&sampler=ddpm',
  'method=conditional,autoguidance&sampler=ddim&eta=0.5',
]) {
  test(`every step is the sum of its parts: ${settings}`, async () => {
    const { store } = await played(settings);
    const { frames } = store.get();
    assert.equal(frames.length, 4);
    for (const frame of frames) {
      assert.ok(presentParts(frame).length >= 2);
      assert.ok(largestDifference(sumOfParts(frame, []), frame.values.next) < ROUNDING, `step ${frame.step}`);
      assert.equal(isCorrected(frame, []), false);
    }
    assert.equal(Boolean(frames[1].values.gradient), settings.includes('classifier'));
    assert.equal(Boolean(frames[1].steered), settings.includes('autoguidance'));
  });
}

test('ILVR changes the state after the sum, and shows the detail it leaves', async () => {
  const { store } = await played('method=ilvr&sampler=ddim');
  const [, frame] = store.get().frames;
  assert.ok(isCorrected(frame, []));
  assert.equal(frame.detail?.length, 32 * 32 * 4);
  const read = atPixel(frame, [], { x: 4, y: 9 }, 32);
  read.next.forEach((value, c) => assert.ok(Math.abs(read.sum[c] + read.correction[c] - value) < ROUNDING));
});

test('one pixel: products add up to the sum, without those that are off', async () => {
  const { store } = await played('method=none&sampler=ddim&eta=1');
  const [frame] = store.get().frames;
  const [x, y] = [5, 20];
  const { rows, sum, next } = atPixel(frame, [], { x, y }, 32);
  assert.deepEqual(
    rows.map(({ term }) => term),
    ['x0', 'eps', 'noise'],
  );
  for (const c of [0, 1, 2]) {
    assert.equal(next[c], frame.values.next[(c * 32 + y) * 32 + x]);
    const added = rows.reduce((total, { products }) => total + products[c], 0);
    assert.ok(Math.abs(added - next[c]) < ROUNDING);
    const less = atPixel(frame, ['noise'], { x, y }, 32).sum[c];
    assert.ok(Math.abs(less - (sum[c] - rows[2].products[c])) < ROUNDING);
  }
});

test('a term that is switched off is left out from this step on; put back, the run is as it was', async () => {
  const { store, run, set } = await played('method=none&sampler=ddim&eta=1');
  await run.seek(2);
  const before = store.get().frames[1];
  set({ without: 'noise' });
  await run.redo();
  const { frames, cursor, phase } = store.get();
  assert.deepEqual([frames.length, cursor, phase], [2, 2, 'paused']);
  assert.ok(frames[1].forked);
  assert.ok(largestDifference(sumOfParts(frames[1], ['noise']), frames[1].values.next) < ROUNDING);
  assert.ok(largestDifference(before.values.next, frames[1].values.next) > 0.01);
  set({ without: '' });
  await run.redo();
  assert.deepEqual(store.get().frames[1].values.next, before.values.next);
});

for (const [method, term] of /** @type {const} */ ([
  ['method=conditional,classifier', 'gradient'],
  ['method=conditional,autoguidance', 'steered'],
]))
  test(`what guidance adds to ε can be read, and left out: ${term}`, async () => {
    const { store, run, set } = await played(`${method}&sampler=ddim`);
    const size = (/** @type {import('../../www/protocol.js').Frame} */ { values }) =>
      Math.hypot(.../** @type {Float32Array} */ (values[term]));
    const { frames } = store.get();
    const frame = frames.reduce((a, b) => (size(b) > size(a) ? b : a));
    await run.seek(frame.step);
    const strongest = magnitudes(/** @type {Float32Array} */ (frame.values[term])).indexOf(1);
    const pixel = { x: strongest % 32, y: Math.floor(strongest / 32) };
    const { network, rows, eps } = epsAtPixel(frame, [], pixel, 32);
    assert.deepEqual(
      rows.map((row) => row.term),
      [term],
    );
    assert.ok(rows[0].products.some((product) => Math.abs(product) > 1e-3));

    set({ without: term });
    await run.redo();
    const bare = store.get().frames[frame.step - 1];
    const left = epsAtPixel(bare, [term], pixel, 32);
    left.eps.forEach((value, c) => assert.ok(Math.abs(network[c] - value) < ROUNDING));
    assert.deepEqual(left.network, left.eps);
    assert.ok(largestDifference(bare.values.next, frame.values.next) > 1e-3);
    // Nothing of it was added, and it is still there to be looked at.
    assert.deepEqual(left.rows, rows);
    assert.ok(largestDifference(eps, network) > 1e-3);
  });

test('an update that weighs the gradient has none of it in ε', async () => {
  const [frame] = (await played('method=classifier&sampler=ddpm')).store.get().frames;
  assert.ok(frame.values.gradient);
  assert.deepEqual(partsOfEps(frame), []);
});

test('the list of terms that are off', () => {
  const off = (/** @type {string} */ without) => termsOff(/** @type {any} */ ({ without }));
  assert.deepEqual(off(''), []);
  assert.deepEqual(off(' noise, x0'), ['noise', 'x0']);
  assert.deepEqual(termsOff(/** @type {any} */ ({})), []);
  assert.equal(switchTerm(['noise'], 'x0', false), 'noise,x0');
  assert.equal(switchTerm(['noise', 'x0'], 'noise', true), 'x0');
  assert.equal(switchTerm(['noise'], 'noise', false), 'noise');
});

test('a gradient with a weight and no numbers is no part', () => {
  const next = new Float32Array(3);
  /** @type {any} */
  const frame = { parts: [{ term: 'gradient', weight: 2 }], values: { next } };
  assert.deepEqual([presentParts(frame), [...sumOfParts(frame, [])]], [[], [0, 0, 0]]);
});

test('magnitudes are lengths over the channels, the largest being 1', () => {
  assert.deepEqual([...magnitudes([3, 0, 4, 0, 0, 10])], [0.5, 1]);
  assert.deepEqual([...magnitudes([0, 0, 0])], [0]);
});

test('the signal between two timesteps, and beyond the last', () => {
  assert.equal(abarAt([1, 0.5, 0], 1), 0.5);
  assert.equal(abarAt([1, 0.5, 0], 0.5), 0.75);
  assert.equal(abarAt([1, 0.5, 0], 9), 0);
});

test('the step nearest to a timestep is the latest of equals', () => {
  const frames = [900, 600, 900, 600, 300].map((t) => ({ t }));
  assert.deepEqual(
    [999, 610, 0].map((t) => nearestStep(frames, t)),
    [3, 4, 5],
  );
  assert.equal(nearestStep([], 500), 0);
});

test('spacings are read and written, and every one of them is a respacing', () => {
  assert.deepEqual(['25', 'ddim25', 'karras10', '10,15', 'fast27', 'quad20', 'at9-0', 'at9'].map(spacingOf), [
    'even',
    'ddim',
    'karras',
    undefined,
    undefined,
    undefined,
    'own',
    undefined,
  ]);
  assert.deepEqual([respaced('even', 12), respaced('karras', 12), respaced('ddim', 25)], ['12', 'karras12', 'ddim25']);
  // No stride gives 51 steps: onwards from where the slider came, and never stuck there.
  assert.deepEqual([respaced('ddim', 51, 50), respaced('ddim', 52, 53)], ['ddim53', 'ddim50']);
  for (const spacing of /** @type {const} */ (['even', 'ddim', 'karras']))
    for (let count = 2; count <= 100; count++)
      assert.ok(countSteps(respaced(spacing, count)) !== undefined, `${spacing} ${count}`);
});

test("timesteps of one's own stay in order and apart, and Even puts them back", () => {
  const chain = [0, 400, 500, 999];
  assert.deepEqual(movedStep(chain, 1, 320.4), [0, 320, 500, 999]);
  assert.deepEqual(movedStep(chain, 1, 800), [0, 499, 500, 999]);
  assert.deepEqual(movedStep(chain, 0, -7), [0, 400, 500, 999]);
  assert.deepEqual(movedStep(chain, 3, 2000), [0, 400, 500, 999]);
  assert.deepEqual(ownTimesteps(stepsAt(chain)), chain);
  assert.deepEqual(ownTimesteps('at999-0-7'), [0, 7, 999]);
  assert.equal(respaced('own', 4), '4');
  // Downwards, or upwards where there is no room below.
  assert.deepEqual(
    [0, 1, 2, 3].map((index) => halfway(chain, index)),
    [200, 200, 450, 750],
  );
  assert.equal(halfway([3, 4, 8], 1), 6);
  assert.equal(halfway([3, 4, 5], 1), undefined);
});

test('a method says with which settings it acts when', () => {
  const of = (/** @type {string} */ name) => {
    const entry = catalogue.guidance.find((method) => method.name === name);
    return entry && intervalKeys(entry);
  };
  assert.deepEqual(of('classifier'), { from: 'scale-from', to: 'scale-to' });
  assert.equal(of('ilvr'), undefined);
});

test('a strength holds from its timestep to the next, and the last one stands where the chain ends', () => {
  assert.deepEqual(stairs([999, 500, 0], [0, 4, 8]), [
    [999, 0],
    [500, 0],
    [500, 4],
    [0, 4],
    [0, 8],
  ]);
});

test('how far the model lets a method act is seen from where it acts when it may act everywhere', () => {
  const change = everywhere(catalogue);
  assert.deepEqual([change.steps, change['scale-from'], change['scale-to']], ['1000', 0, 1]);
  assert.deepEqual(
    Object.keys(change).filter((key) => !specs.has(key)),
    [],
  );
  const outlook = {
    timesteps: [999, 980, 0],
    strengths: { classifier: [0, 4, 4], 'classifier-free': [1, 1, 1], palette: [0, 0, 0] },
  };
  assert.deepEqual(limitsOf(outlook), { classifier: 980, 'classifier-free': 999, palette: undefined });
});

test('an outlook is of the settings that are asked about, and disturbs no run', async () => {
  const { engine, store, run } = await played('method=classifier');
  const { settings } = store.get();
  await run.seek(2);
  const asked = { ...settings, 'scale-from': 0.5, steps: '5' };
  const { abar, timesteps, strengths } = await engine.outlook(runSettings(asked, specs), undefined);
  assert.equal(abar.length, 1000);
  assert.deepEqual(timesteps, [999, 749, 500, 250, 0]);
  assert.deepEqual(strengths.classifier, [4, 4, 4, 0, 0]);
  await run.play();
  assert.equal(store.get().frames.length, 4);
});

test('a picture under noise: its signal, the loss and the belief', async () => {
  const { engine, store } = await played('method=none');
  const picture = new Uint8Array(store.get().frames[3].x0);
  const [clear, lost] = [await engine.noised(picture, 100, 3), await engine.noised(picture, 999, 3)];
  assert.ok(clear.abar > 0.8 && lost.abar < 1e-3);
  const certainty = (/** @type {any} */ { probabilities }) => probabilities[topOf(probabilities)];
  assert.ok(certainty(clear) > certainty(lost) + 0.2, `${certainty(clear)} ${certainty(lost)}`);
  assert.ok(lost.error < clear.error);
  await assert.rejects(engine.noised(picture, 1000, 3), { name: 'EngineError', message: /expected 0 to 999/ });
});

test('findings are one a timestep, in order; a sweep reaches both ends', () => {
  const noised = (/** @type {number} */ error) => /** @type {any} */ ({ error });
  const findings = [500, 100, 500].reduce((all, t, i) => withFinding(all, t, noised(i)), /** @type {any[]} */ ([]));
  assert.deepEqual(
    findings.map(({ t, error }) => [t, error]),
    [
      [100, 1],
      [500, 2],
    ],
  );
  const timesteps = sweepTimesteps(999);
  assert.deepEqual([timesteps.length, timesteps[0], timesteps.at(-1)], [20, 0, 999]);
  assert.deepEqual([stops(0, 10, 5), stops(10, 0, 4), stops(7, 7, 4)], [[5, 10], [7, 3, 0], []]);
  assert.equal(topOf([0.1, 0.7, 0.2]), 1);
});
