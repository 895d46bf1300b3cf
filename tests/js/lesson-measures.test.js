// @ts-check
/** What the lesson's measures compute: distances of Gaussians, inception scores, calls, and the numbers it quotes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { numberIn, readFacts, tableBelow } from '../../www/lesson/build/facts.js';
import { callsOf, stepsWithin } from '../../www/lesson/calls.js';
import { estimate, frechet, momentsOf, normalPairs, pointsOf } from '../../www/lesson/frechet.js';
import { drawn, gripAt, GRIPS, nudged } from '../../www/lesson/grips.js';
import { inceptionScore } from '../../www/lesson/inception.js';
import { plusMinus, pointOf } from '../../www/lesson/words/figures.js';

/** @typedef {import('../../www/lesson/frechet.js').Gaussian} Gaussian */

/** @param {number} a @param {number} b @param {number} within */
const near = (a, b, within) => assert.ok(Math.abs(a - b) < within, `${a} is not ${b}`);

/** @param {Gaussian} p @param {Gaussian} q */
const apart = (p, q) => frechet(momentsOf(p), momentsOf(q));

test('the Fréchet distance has its closed forms', () => {
  const one = { x: 1, y: -2, a: 1.5, b: 0.4, angle: 0.3 };
  near(apart(one, one).total, 0, 1e-9);
  near(apart(one, { ...one, x: 4, y: 2 }).mean, 25, 1e-12);
  near(apart(one, { ...one, x: 4, y: 2 }).covariance, 0, 1e-9);
  // Along common axes the standard deviations differ, and nothing else.
  near(apart(one, { ...one, a: 0.5, b: 1 }).covariance, 1 + 0.36, 1e-9);
  near(apart(one, { ...one, angle: one.angle + Math.PI }).covariance, 0, 1e-9);
});

test('a tilt counts, though each feature has the same variance', () => {
  const [left, right] = [Math.PI / 4, -Math.PI / 4].map((angle) => ({ x: 0, y: 0, a: 1, b: 0.2, angle }));
  const [p, q] = [momentsOf(left), momentsOf(right)];
  near(p.xx, q.xx, 1e-12);
  near(p.yy, q.yy, 1e-12);
  // A quarter turn: the axes change places, so tr(Σ₁Σ₂) = 2a²b² and the root's trace is 2ab.
  near(frechet(p, q).covariance, 2 * (1 - 0.2) ** 2, 1e-9);
  near(frechet(p, q).total, frechet(q, p).total, 1e-12);
});

test('few points find a distance where there is none', () => {
  const gaussian = { x: 0, y: 0, a: 1, b: 0.5, angle: 0.7 };
  const average = (/** @type {number} */ count) => {
    const totals = Array.from({ length: 40 }, (_, k) => {
      const [p, q] = [2 * k, 2 * k + 1].map((seed) => estimate(pointsOf(gaussian, normalPairs(count, seed))));
      return frechet(p, q).total;
    });
    return totals.reduce((sum, total) => sum + total) / totals.length;
  };
  assert.ok(average(5) > 5 * average(100));
  const seen = estimate(pointsOf(gaussian, normalPairs(20_000, 3)));
  const exact = momentsOf(gaussian);
  for (const key of /** @type {const} */ (['x', 'y', 'xx', 'xy', 'yy'])) near(seen[key], exact[key], 0.03);
});

test('a grip that is drawn lies where it was drawn to, and arrow keys do the same', () => {
  const gaussian = { x: 0.5, y: -0.5, a: 1, b: 0.6, angle: 0.4 };
  for (const grip of GRIPS) {
    const [x, y] = gripAt(gaussian, grip);
    const same = drawn(gaussian, grip, x, y);
    gripAt(same, grip).forEach((value, i) => near(value, [x, y][i], 1e-9));
  }
  assert.deepEqual(gripAt(drawn(gaussian, 'centre', -1, 2), 'centre'), [-1, 2]);
  near(drawn(gaussian, 'long', 0.5, 1.5).angle, Math.PI / 2, 1e-9);
  assert.ok(drawn(gaussian, 'short', 0.5, -0.5).b > 0, 'no Gaussian becomes a line');
  assert.equal(nudged(gaussian, 'centre', 'ArrowUp')?.y, -0.4);
  assert.ok((nudged(gaussian, 'long', 'ArrowRight')?.a ?? 0) > 1);
  assert.ok((nudged(gaussian, 'long', 'ArrowUp')?.angle ?? 0) > 0.4);
  assert.equal(nudged(gaussian, 'short', 'a'), undefined);
});

test('the inception score is 1 for pictures all alike, and the number of classes at best', () => {
  const sure = [0, 1, 2].map((k) => [0, 1, 2].map((j) => Number(j === k)));
  near(inceptionScore(sure).score, 3, 1e-12);
  near(inceptionScore([sure[0], sure[0]]).score, 1, 1e-12);
  near(inceptionScore([1, 2, 3].map(() => [1 / 3, 1 / 3, 1 / 3])).score, 1, 1e-12);
  const { variety, doubt, score } = inceptionScore([
    [0.8, 0.2],
    [0.3, 0.7],
  ]);
  near(Math.exp(variety - doubt), score, 1e-12);
});

test('no solver gets more calls than it may have', () => {
  const even = (/** @type {number} */ total) =>
    Array.from({ length: total }, (_, k) => ({ step: k + 1, total, abar: k === 0 ? 2e-9 : 0.5 }));
  const karras = (/** @type {number} */ total) => even(total).map((frame) => ({ ...frame, abar: 0.5 }));
  const made = (/** @type {string} */ solver, /** @type {ReturnType<typeof even>} */ frames) =>
    frames.reduce((sum, frame) => sum + callsOf(solver, frame), 0);
  for (const calls of [5, 8, 10]) {
    assert.equal(made('unipc', even(stepsWithin('unipc', '', calls))), calls);
    for (const [spacing, chain] of /** @type {const} */ ([
      ['', even],
      ['karras', karras],
    ])) {
      const asked = made('heun', chain(stepsWithin('heun', spacing, calls)));
      assert.ok(asked <= calls && asked >= calls - 1, `Heun asks ${asked} of ${calls}`);
    }
  }
});

test('a table of the results is read, and missed where it is not', () => {
  const page = '# Page\n\n## One\n\nText.\n\n| a | b |\n| --- | --- |\n| x | 1,234 (two) |\n\n## Two\n\nNone.\n';
  assert.deepEqual(tableBelow(page, 'One'), [['x', '1,234 (two)']]);
  assert.equal(numberIn(tableBelow(page, 'One'), ['x']), 1234);
  assert.throws(() => tableBelow(page, 'Two'), /a table below "Two"/);
  assert.throws(() => numberIn(tableBelow(page, 'One'), ['y']), /a row "y"/);
});

test('what the texts say of the measurements holds', () => {
  const facts = readFacts();
  const at = (/** @type {string} */ sweep, /** @type {string | number} */ label) => pointOf(facts, sweep, label);
  assert.throws(() => at('eta', 7), /no point 7/);
  assert.equal(plusMinus({ mean: 1.26, within: 0.04 }, 1), '1.3 ± 0.0');

  for (const steps of [10, 25])
    for (const solver of ['dpmpp', 'unipc', 'heun'])
      for (const key of /** @type {const} */ (['fid', 'fidClean'])) {
        const [ddim, other] = ['ddim', solver].map((label) => at(`ode-${steps}`, label)[key]);
        const gap = Math.abs(ddim.mean - other.mean);
        assert.ok(gap < ddim.within + other.within, `${solver} and DDIM can be told apart in ${steps} steps`);
      }
  const [none, two, sixteen] = [0, 2, 16].map((scale) => at('classifier-scale', scale));
  assert.ok(none.fidClean.mean > two.fidClean.mean && two.fidClean.mean < sixteen.fidClean.mean, 'FID is a U');
  assert.ok(at('classifier-scale', 8).inceptionScore > facts.sweeps['classifier-scale'].real.inceptionScore);
  assert.ok(at('classifier-scale', 8).recall.mean < none.recall.mean);
  for (const { nearest } of facts.sweeps['classifier-scale'].points)
    assert.ok(nearest > facts.sweeps['classifier-scale'].real.nearest, 'samples are farther than held-out emoji');
  assert.ok(at('steps-ddpm', 10).fidClean.mean > 1.5 * at('steps-ddpm', 25).fidClean.mean);
  assert.ok(facts.heldOut.count > 384 && facts.heldOut.fid < facts.sweeps['classifier-scale'].real.fid.mean);
  for (const { told, guided } of Object.values(facts.asked)) assert.ok(told > 0 && told < guided && guided < 1);
});
