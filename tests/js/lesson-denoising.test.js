// @ts-check
/** The arithmetic of the lesson's first steps: the chain of small noises, the three errors, the posterior of a step. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorsOf, leastOf } from '../../www/lesson/errors.js';
import { bell, densityOf, momentsOf, NoiseChain, noiseIn } from '../../www/lesson/noise-chain.js';
import { noiseSquares, NOISE_RANGE, planesOf, rgbaOf } from '../../www/lesson/planes.js';
import { posteriorOf, posteriorsOf } from '../../www/lesson/posterior.js';

/** A schedule of any kind will do: this one falls from almost 1 to almost 0. */
const abar = Array.from({ length: 200 }, (_, t) => Math.cos(((t + 1) / 201) * (Math.PI / 2)) ** 2);

/** Numbers in a moment of that many: five standard errors. @param {number} n */
const five = (n) => 5 / Math.sqrt(n);

test('bytes of a picture come back as they were', () => {
  const rgba = Uint8ClampedArray.from([0, 128, 255, 255, 7, 77, 177, 255]);
  assert.deepEqual(rgbaOf(planesOf(rgba)), rgba);
  assert.deepEqual([...planesOf(rgba)].slice(0, 2), [-1, Math.fround(7 / 127.5 - 1)]);
});

test('a squared error of one variance is white, and of none black', () => {
  const [a, b] = [rgbaOf([0, 0, 0], NOISE_RANGE), rgbaOf([1, 1, 1], NOISE_RANGE)];
  assert.deepEqual([...noiseSquares(a, a)], [0, 0, 0, 255]);
  assert.ok(noiseSquares(a, b)[0] > 245);
});

test('small steps end where one jump does: the noise in them is a standard normal at every timestep', () => {
  const picture = Float32Array.from({ length: 3072 }, (_, i) => Math.sin(i));
  const chain = new NoiseChain(picture, abar, 1);
  for (const t of [0, 60, 199, 120]) {
    const added = noiseIn(chain.at(t), picture, abar[t]);
    const { mean, deviation } = momentsOf(added);
    assert.ok(Math.abs(mean) < five(added.length), `mean ${mean} at ${t}`);
    assert.ok(Math.abs(deviation - 1) < five(added.length), `standard deviation ${deviation} at ${t}`);
    for (const [z, density] of densityOf(added, 3, 12)) {
      const expected = bell(z);
      assert.ok(Math.abs(density - expected) < 0.06, `density ${density} at ${z}, not ${expected}`);
    }
  }
});

test('a chain is a function of its seed, however it is looked at', () => {
  const picture = new Float32Array(12);
  const [there, back] = [new NoiseChain(picture, abar, 3), new NoiseChain(picture, abar, 3)];
  back.at(180);
  assert.deepEqual(back.at(70), there.at(70));
  assert.deepEqual(there.at(180), back.at(180));
  assert.notDeepEqual(new NoiseChain(picture, abar, 4).at(70), there.at(70));
});

test('the error of v is the sum of those of noise and picture, and they are equal where both weigh the same', () => {
  const { eps, x0, v } = errorsOf(10, { error: 0.3, abar: 0.2 });
  assert.ok(Math.abs(eps + x0 - v) < 1e-12);
  const middle = errorsOf(10, { error: 0.3, abar: 0.5 });
  assert.equal(middle.eps, middle.x0);
  assert.equal(leastOf([{ t: 1 }, { t: 0 }, { t: 2 }], ({ t }) => -t)?.t, 2);
  assert.equal(
    leastOf([], () => 0),
    undefined,
  );
});

test('the mean and the small variance of a step lead from x_t to the noise level of the next', () => {
  const [now, prev] = [0.3, 0.6];
  const { x0, xt, small, large } = posteriorOf(now, prev);
  // q(x_{t−1} | x_0) again, when x_t is drawn from q(x_t | x_0).
  assert.ok(Math.abs(x0 + xt * Math.sqrt(now) - Math.sqrt(prev)) < 1e-12);
  assert.ok(Math.abs(xt ** 2 * (1 - now) + small ** 2 - (1 - prev)) < 1e-12);
  assert.ok(small < large);
});

test('a chain of posteriors ends at the picture', () => {
  const chain = posteriorsOf({ abar, timesteps: [199, 100, 0], strengths: {} });
  assert.equal(chain.length, 3);
  assert.deepEqual(chain[0], posteriorOf(abar[199], abar[100]));
  const { x0, xt, small } = chain[2];
  assert.ok(Math.abs(x0 - 1) < 1e-12 && xt === 0 && small === 0);
});
