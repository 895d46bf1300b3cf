// @ts-check
/** Points in the plane, and pictures under noise with a lie about it: what the page asks of the engine, and what comes back. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runSettings } from '../../www/settings.js';
import { previewing } from '../double/models.js';
import { catalogue, page, specs, until } from './support/page.js';

/** An open engine on which nothing is loaded. @param {Record<string, unknown>} [more] settings */
async function opened(more = {}) {
  const { engine, store } = page('');
  await engine.open('cpu');
  const set = (/** @type {Record<string, unknown>} */ patch = {}) =>
    runSettings({ ...store.get().settings, method: 'none', steps: '20', seed: 3, ...more, ...patch }, specs);
  return { engine, set };
}

/** @param {Float32Array} x @param {number} k */
const point = (x, k) => [x[2 * k], x[2 * k + 1]];

/** The share of the points that the classifier, asked at the least noise, takes for class `label`. */
async function shareOf(/** @type {any} */ engine, /** @type {Float32Array} */ at, /** @type {number} */ label) {
  const { probabilities } = await engine.field('blobs', 0, undefined, at);
  const count = at.length / 2;
  const own = Array.from({ length: count }, (_, k) => probabilities[k * 3 + label]);
  return own.filter((p) => p > 0.5).length / count;
}

test('a run of points needs no model and ends in the density', async () => {
  const { engine, set } = await opened({ method: 'conditional', class: 'B' });
  const { position, total, points } = await engine.startPlane('blobs', set(), 50);
  assert.deepEqual([position, total, points.length], [0, 20, 100]);
  let last = points;
  const steps = [];
  for (let frame; (frame = await engine.stepPlane()); last = frame.x) {
    assert.deepEqual(frame.before, last, 'each step begins where the one before it ended');
    assert.deepEqual([frame.x0.length, frame.eps.length, frame.probabilities?.length], [100, 100, 150]);
    assert.equal(frame.gradient, undefined);
    steps.push(frame.step);
  }
  assert.deepEqual(
    steps,
    Array.from({ length: 20 }, (_, k) => k + 1),
  );
  assert.equal(await shareOf(engine, last, 1), 1);
});

test('the class of a run of points changes on the way, and lanes run beside each other', async () => {
  const { engine, set } = await opened({ method: 'classifier', scale: 2 });
  await engine.startPlane('blobs', set({ class: 'A' }), 40, 1);
  await engine.startPlane('blobs', set({ class: 'A' }), 40, 2);
  for (let k = 0; k < 5; k++) {
    const [one, other] = [await engine.stepPlane(1), await engine.stepPlane(2)];
    assert.deepEqual(one, other);
    assert.equal(one?.gradient?.length, 80);
  }
  assert.equal((await engine.updatePlane(set({ class: 'C' }), 2)).position, 5);
  const ends = [];
  for (const lane of [1, 2]) {
    let last = new Float32Array();
    for (let frame; (frame = await engine.stepPlane(lane)); last = frame.x);
    ends.push(last);
  }
  assert.ok((await shareOf(engine, ends[0], 0)) > 0.9);
  assert.ok((await shareOf(engine, ends[1], 2)) > 0.9);
  await engine.closeLane(1);
  await assert.rejects(engine.stepPlane(1), { name: 'EngineError' });
});

test('a lane has one run: a picture ends the points, and points end the picture', async () => {
  const { engine, store, boot } = page('?model=toy&backend=cpu');
  await boot.start();
  await until(store, ({ phase }) => phase === 'ready');
  const settings = runSettings({ ...store.get().settings, method: 'none', steps: '5' }, specs);
  await engine.startPlane('ring', settings, 4, 3);
  await engine.start(settings, {}, 3);
  await assert.rejects(engine.stepPlane(3), { name: 'EngineError' });
  await engine.startPlane('ring', settings, 4, 3);
  await assert.rejects(engine.step(3), { name: 'EngineError' });
});

test('a field is the slope of its logarithm, of the whole and of a class', async () => {
  const { engine } = await opened();
  const [x, y, h] = [0.4, -0.3, 1e-2];
  for (const label of [undefined, 1]) {
    const at = Float32Array.of(x, y, x + h, y, x - h, y, x, y + h, x, y - h);
    const { score, logDensity, probabilities } = await engine.field('blobs', 500, label, at);
    const slope = [(logDensity[1] - logDensity[2]) / (2 * h), (logDensity[3] - logDensity[4]) / (2 * h)];
    point(score, 0).forEach((value, axis) =>
      assert.ok(Math.abs(value - slope[axis]) < 1e-2, `${value} ${slope[axis]}`),
    );
    assert.ok(Math.abs(probabilities.slice(0, 3).reduce((a, b) => a + b) - 1) < 1e-6);
  }
});

test('draws come with their classes, and the catalogue names the densities', async () => {
  const { engine } = await opened();
  for (const { name, classes } of catalogue.densities) {
    const { points, classes: drawn } = await engine.sampleDensity(name, 60, 2);
    assert.deepEqual([points.length, drawn.length], [120, 60]);
    assert.deepEqual(new Set(drawn), new Set(classes.keys()));
  }
  await assert.rejects(engine.sampleDensity('cloud', 3, 1), { name: 'EngineError', message: /one of blobs/ });
});

test('methods that look at pictures are refused', async () => {
  const { engine, set } = await opened();
  const wrong = engine.startPlane('ring', set({ method: 'ilvr' }), 3);
  await assert.rejects(wrong, { name: 'EngineError', message: /needs no picture, for a run of points, got ilvr/ });
});

test('a network can be lied to about the noise, told a class, and be that of a lane', async () => {
  const { engine, store, boot } = page('?model=toy&backend=cpu', {
    manifestFetch: async () => new Response(JSON.stringify(previewing)),
  });
  await boot.start();
  await until(store, ({ phase }) => phase === 'ready');
  const picture = new Uint8Array(32 * 32 * 4).fill(200);
  const plain = await engine.noised(picture, 500, 3);
  assert.deepEqual(await engine.noised(picture, 500, 3, { told: 500 }), plain);
  const lie = await engine.noised(picture, 500, 3, { told: 100 });
  assert.deepEqual([lie.abar, lie.xt], [plain.abar, plain.xt], 'the picture is under the noise that it is under');
  assert.notDeepEqual(lie.eps, plain.eps);
  assert.notDeepEqual((await engine.noised(picture, 500, 3, { class: 2 })).x0, plain.x0);
  await assert.rejects(engine.noised(picture, 500, 3, { told: 1000 }), { message: /told: expected 0 to 999/ });

  assert.deepEqual(
    await engine.noised(picture, 500, 3, { lane: 2 }),
    plain,
    'a lane without a model has the shared one',
  );
  const other = previewing.models.find(({ name }) => name !== store.get().settings.model);
  assert.ok(other);
  await boot.loadForLane(2, other.name);
  assert.notDeepEqual((await engine.noised(picture, 500, 3, { lane: 2 })).x0, plain.x0);
});
