// @ts-check
/** The arithmetic of the lesson's steps about classifiers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accuracies, accuracyAt } from '../../www/lesson/accuracy.js';
import { readFacts } from '../../www/lesson/build/facts.js';
import { unlikeness } from '../../www/lesson/likeness.js';
import { sweepAt } from '../../www/lesson/sweep.js';
import { together } from '../../www/lesson/together.js';
import { veiled } from '../../www/lesson/veil.js';

const facts = readFacts();

/** Opaque grey pixels. @param {number[]} values */
const grey = (...values) => new Uint8ClampedArray(values.flatMap((value) => [value, value, value, 255]));

test('variety is 0 for pictures that differ in contrast alone, 1 for unrelated ones, 2 for opposites', () => {
  const picture = grey(100, 120, 100, 120);
  assert.ok(Math.abs(unlikeness([picture, grey(0, 250, 0, 250)])) < 1e-9);
  assert.ok(Math.abs(unlikeness([picture, grey(0, 0, 200, 200)]) - 1) < 1e-9);
  assert.ok(Math.abs(unlikeness([picture, grey(120, 100, 120, 100)]) - 2) < 1e-9);
  assert.equal(unlikeness([picture]), undefined);
  assert.ok(Number.isFinite(unlikeness([grey(7, 7), grey(9, 9)])), 'a flat picture has no direction');
});

test('all pairs count', () => {
  const [a, b] = [grey(0, 100, 0, 100), grey(0, 0, 100, 100)];
  assert.ok(Math.abs(unlikeness([a, a, b]) - 2 / 3) < 1e-9);
});

test('a veil colours where the term is strongest and leaves the rest', () => {
  const rgba = grey(255, 255);
  const planes = [0, 3, 0, 0, 0, 4];
  const seen = veiled(rgba, planes);
  assert.deepEqual([...seen.slice(0, 4)], [255, 255, 255, 255]);
  assert.deepEqual([...seen.slice(4)], [184, 30, 89, 255]);
  assert.deepEqual([...rgba.slice(4, 7)], [255, 255, 255], 'the picture itself stays');
});

test('what fails is known of when all have ended', async () => {
  let ended = false;
  const late = new Promise((resolve) => setTimeout(resolve, 5)).then(() => void (ended = true));
  await assert.rejects(together([Promise.reject(new Error('no')), late]), /no/);
  assert.ok(ended);
});

test('the measured numbers say what the texts say', () => {
  assert.ok(accuracyAt(facts, 'clean', 'clean') > accuracyAt(facts, 'aware', 'clean'));
  assert.ok(accuracyAt(facts, 'clean', 500) < accuracyAt(facts, 'aware', 500));
  assert.throws(() => accuracyAt(facts, 'clean', 1), /no accuracy/);
  assert.deepEqual(accuracies(facts, 'aware')[0]?.t, 0);
  const { first, best, last } = sweepAt(facts, 'classifier-scale');
  assert.ok(best.fidClean.mean < first.fidClean.mean && best.fidClean.mean < last.fidClean.mean, 'a U');
  assert.ok(last.precision.mean > first.precision.mean && last.recall.mean < first.recall.mean);
  assert.ok(last.inceptionScore > first.inceptionScore);
});
