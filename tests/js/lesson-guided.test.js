// @ts-check
/** What the steps on classifier-free guidance, references and editing compute for themselves. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFacts } from '../../www/lesson/build/facts.js';
import { callsAt, median, withoutLabel } from '../../www/lesson/answers.js';
import { NOISE_RANGE, rgbaOf } from '../../www/lesson/planes.js';
import { distanceFrom, spreadOf } from '../../www/lesson/spread.js';

/** @param {number[]} numbers */
const planes = (...numbers) => Float32Array.from(numbers);

test('the answer without the label is what the step used, less the guidance and what the label changed', () => {
  const [alone, told] = [planes(0.5, -1, 2), planes(0.75, -0.5, 1)];
  for (const s of [0.5, 2, 3, 7]) {
    const eps = alone.map((u, i) => u + s * (told[i] - u));
    const steered = alone.map((u, i) => (s - 1) * (told[i] - u));
    const frame = /** @type {any} */ ({ values: { eps, steered } });
    withoutLabel(frame, s)?.forEach((value, i) => assert.ok(Math.abs(value - alone[i]) < 1e-5, `s = ${s}: ${value}`));
  }
  assert.equal(withoutLabel(/** @type {any} */ ({ values: { eps: alone } }), 1), undefined);
  // With s = 0 nothing else is asked for.
  assert.equal(withoutLabel(/** @type {any} */ ({ values: { eps: alone } }), 0), alone);
});

test('the network is asked twice but where one of its answers has no weight', () => {
  assert.deepEqual([0, 0.5, 1, 1.5, 7].map(callsAt), [1, 2, 1, 2, 2]);
});

test('noise of zero is grey, and three standard deviations are the ends', () => {
  assert.deepEqual([...rgbaOf(planes(0, 3, -3), NOISE_RANGE)], [128, 255, 0, 255]);
});

test('the median does not care for an outlier', () => {
  assert.equal(median([5, 4, 900, 6, 3]), 5);
  assert.equal(median([]), undefined);
});

test('pictures are as far apart as their colours', () => {
  const flat = (/** @type {number} */ grey) => Uint8ClampedArray.from([grey, grey, grey, 255]);
  assert.equal(spreadOf([flat(0)]), undefined);
  assert.equal(spreadOf([flat(0), flat(255)]), 1);
  assert.equal(spreadOf([flat(51), flat(51), flat(0)]), (0 + 0.2 + 0.2) / 3);
  assert.equal(distanceFrom([flat(0), flat(51)], new Uint8Array(flat(51))), 0.1);
});

test('the share of dropped labels is read from the weights', () => {
  const { training } = readFacts();
  const { labelDropout, images } = training['emoji32-nano'] ?? {};
  assert.ok(labelDropout > 0 && labelDropout < 0.5, String(labelDropout));
  assert.ok(images > 0);
  assert.equal(training['emoji32-classifier'].labelDropout, 0);
});
