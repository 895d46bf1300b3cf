// @ts-check
/** The small parts: store, protocol, engine bridge, manifest, shortcuts, timeline, texts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Engine } from '../../www/engine.js';
import { strings } from '../../www/i18n/en.js';
import { fetchManifest, filesOf, readManifest } from '../../www/manifest.js';
import { plainFrame, buffersOf } from '../../www/protocol.js';
import { defaultSettings, joinMethods, runSettings } from '../../www/settings.js';
import { shortcut } from '../../www/shortcuts.js';
import { withNotice, withoutTopic } from '../../www/state.js';
import { createStore } from '../../www/store.js';
import { cellSteps, jumps, polyline } from '../../www/ui/geometry.js';
import { manifest } from '../double/models.js';
import { page, specs, told, until } from './support/page.js';

test('the store tells of changes, and only of changes', () => {
  const store = createStore({ a: 1, b: 2 });
  /** @type {unknown[]} */
  const told = [];
  const stop = store.subscribe((state, before) => told.push([before, state]));
  store.set({ a: 1 });
  store.set({ a: 5 });
  stop();
  store.set({ b: 9 });
  assert.deepEqual(told, [
    [
      { a: 1, b: 2 },
      { a: 5, b: 2 },
    ],
  ]);
  assert.deepEqual(store.get(), { a: 5, b: 9 });
});

test('a frame is copied out of its wasm object, which is freed', () => {
  let freed = 0;
  const rgba = () => new Uint8ClampedArray(4);
  class Wire {
    step = 1;
    total = 2;
    t = 500;
    abar = 0.5;
    xt = rgba();
    x0 = rgba();
    eps = rgba();
    get gradient() {
      return this.hidden;
    }
    hidden = rgba();
    values = { next: new Float32Array(3), x0: new Float32Array(3) };
    parts = [];
    probabilities = new Float32Array(3);
    get ms() {
      return {
        unet: 1,
        classifier: 2,
        total: 3,
        get free() {
          return 1;
        },
      };
    }
    free() {
      freed += 1;
    }
  }
  const frame = plainFrame(new Wire());
  assert.equal(freed, 1);
  assert.deepEqual(Object.keys(frame).sort(), [
    'abar',
    'detail',
    'eps',
    'gradient',
    'gradientNorm',
    'lowpass',
    'lowpassDistance',
    'ms',
    'parts',
    'probabilities',
    'steered',
    'step',
    't',
    'total',
    'values',
    'x0',
    'xt',
  ]);
  assert.equal(buffersOf(frame).length, 7);
  assert.equal(buffersOf({ ...frame, x0: frame.xt, gradient: undefined, probabilities: undefined }).length, 4);
});

test('a request can be aborted, before and during', async () => {
  const { engine } = page('', {
    fetch: (/** @type {any} */ _input, /** @type {RequestInit} */ { signal }) =>
      new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason))),
  });
  await engine.open('cpu');
  const controller = new AbortController();
  const loading = engine.load([{ name: 'toy', kind: 'unet', url: 'http://site.test/toy', bytes: 1, sha256: '' }], [], {
    signal: controller.signal,
  });
  setTimeout(() => controller.abort(new Error('never mind')), 10);
  await assert.rejects(loading, { message: 'never mind' });
  await assert.rejects(engine.open('cpu', controller.signal), { message: 'never mind' });
  assert.equal((await engine.open('cpu')).type, 'opened');
});

test('a closed engine rejects what is pending and starts anew', async () => {
  const { engine, workers } = page();
  const pending = engine.open('cpu');
  engine.close();
  await assert.rejects(pending, { name: 'AbortError' });
  assert.equal((await engine.open('cpu')).backend, 'cpu');
  assert.equal(workers.length, 2);
});

test('news of a worker that was replaced is no news', async () => {
  const { engine, workers, recoveries } = page();
  await engine.open('cpu');
  engine.close();
  await engine.open('cpu');
  workers[0].break({ type: 'crashed', message: 'late' });
  assert.equal(recoveries.length, 0);
});

test('a worker script that cannot be loaded counts as broken', async () => {
  /** @type {any[]} */
  const lost = [];
  const listeners = /** @type {Record<string, (event: any) => void>} */ ({});
  const worker = /** @type {any} */ ({
    addEventListener: (/** @type {string} */ type, /** @type {any} */ listener) => {
      listeners[type] = listener;
    },
    postMessage() {},
    terminate() {},
  });
  const engine = new Engine(
    () => worker,
    (error) => lost.push(error),
  );
  const opening = engine.open('cpu');
  listeners.error({ message: undefined, preventDefault() {} });
  await assert.rejects(opening, { name: 'EngineLost', message: 'the worker could not be started' });
  assert.equal(lost.length, 1);
});

test('a step before anything is ready is refused, not a crash', async () => {
  await assert.rejects(page().engine.step(), {
    name: 'EngineError',
    message: 'The engine was asked for a step before it was ready.',
  });
});

test('the manifest is read, and refused when it is of another kind', () => {
  assert.equal(readManifest(JSON.stringify(manifest)).length, 2);
  assert.throws(() => readManifest('{"format":2,"models":[]}'), { message: 'expected format 1, got 2' });
  assert.throws(() => readManifest('{"format":1,"models":[{"name":"x"}]}'), /a field missing/);
  assert.throws(() => readManifest('<!doctype html>'), SyntaxError);
});

test('a model comes with its classifier, at addresses beside the manifest', () => {
  const models = readManifest(JSON.stringify(manifest));
  assert.deepEqual(
    filesOf(models[0], models, 'http://site.test/a/models/manifest.json').map(({ url }) => url),
    ['http://site.test/a/models/toy.safetensors', 'http://site.test/a/models/toy-classifier.safetensors'],
  );
  assert.equal(filesOf({ ...models[0], classifier: undefined }, models, 'http://site.test/').length, 1);
});

test('without a network the manifest of the last visit serves', async () => {
  /** @type {Map<string, Response>} */
  const kept = new Map();
  const storage = /** @type {any} */ ({
    open: async () => ({
      match: async (/** @type {string} */ url) => kept.get(url)?.clone(),
      put: async (/** @type {string} */ url, /** @type {Response} */ response) => {
        kept.set(url, response);
      },
    }),
  });
  await fetchManifest('http://site.test/', { fetch: async () => new Response(JSON.stringify(manifest)), storage });
  const offline = {
    fetch: async () => {
      throw new TypeError('Failed to fetch');
    },
    storage,
  };
  assert.equal((await fetchManifest('http://site.test/', offline)).models.length, 2);
  await assert.rejects(fetchManifest('http://other.test/', offline), { message: 'Failed to fetch' });
});

test('keys mean something only where nothing else has a use for them', () => {
  const inside = (/** @type {string[]} */ ...selectors) => ({
    closest: (/** @type {string} */ asked) => selectors.some((selector) => asked.split(', ').includes(selector)),
  });
  const press = (/** @type {string} */ key, target = inside(), keys = {}, byPointer = false) =>
    shortcut({ key, ctrlKey: false, metaKey: false, altKey: false, target, ...keys }, byPointer);
  assert.deepEqual(
    [' ', 'ArrowRight', 'ArrowLeft', 'r', 'R', 'g', 'x'].map((key) => press(key)),
    ['toggle', 'step', 'back', 'restart', 'restart', 'overlay', undefined],
  );
  assert.deepEqual(
    [' ', 'ArrowRight', 'r'].map((key) => press(key, inside('input'))),
    [undefined, undefined, undefined],
  );
  assert.deepEqual(
    [' ', 'ArrowRight', 'r'].map((key) => press(key, inside('button'))),
    [undefined, 'step', 'restart'],
  );
  assert.deepEqual(
    [' ', 'ArrowRight'].map((key) => press(key, inside('input', 'input[type=range]'))),
    ['toggle', undefined],
  );
  assert.equal(press('r', inside(), { ctrlKey: true }), undefined);
  // The arrows of a radio button are for those who came by keyboard; letters mean nothing to it.
  const radio = inside('input', 'input[type=radio]');
  const keys = ['ArrowRight', 'ArrowLeft', 'r', 'g'];
  assert.deepEqual(
    keys.map((key) => press(key, radio)),
    [undefined, undefined, 'restart', 'overlay'],
  );
  assert.deepEqual(
    keys.map((key) => press(key, radio, {}, true)),
    ['step', 'back', 'restart', 'overlay'],
  );
  assert.equal(press('ArrowRight', inside('input'), {}, true), undefined);
});

test('a notice takes the place of an earlier one of its topic, and of no other', () => {
  const a = /** @type {const} */ ({ kind: 'error', topic: 'picture', say: () => 'too large' });
  const b = /** @type {const} */ ({ kind: 'note', topic: 'cache', say: () => 'full' });
  const c = /** @type {const} */ ({ kind: 'error', topic: 'picture', say: () => 'broken' });
  assert.deepEqual(withNotice([a, b], c), [b, c]);
  assert.deepEqual(withoutTopic([a, b], 'cache'), [a]);
  const untouched = [a];
  assert.equal(withoutTopic(untouched, 'cache'), untouched);
});

test('the timeline shows every step where there is room, else evenly spaced ones with both ends', () => {
  assert.deepEqual(cellSteps(4, 30), [0, 1, 2, 3, 4]);
  assert.deepEqual(cellSteps(100, 5), [0, 25, 50, 75, 100]);
  assert.deepEqual(cellSteps(25, 1), [0, 25]);
});

test('a jump back up is seen from the timesteps', () => {
  const of = (/** @type {number[]} */ ...ts) => jumps(ts.map((t) => ({ t })));
  assert.deepEqual(of(), []);
  assert.deepEqual(of(900, 600, 300, 0), []);
  // RePaint walks two stretches of two steps twice; a jump of one level repeats a timestep.
  assert.deepEqual(of(800, 600, 800, 600, 400, 200, 400, 200, 0), [2, 6]);
  assert.deepEqual(of(900, 600, 600, 300, 300), [2, 4]);
});

test('a polyline spans the run and leaves out what is missing', () => {
  const size = { width: 300, height: 100 };
  assert.equal(polyline([0, undefined, 2], 4, 2, size), '0.0,100.0 200.0,0.0');
  assert.equal(polyline([1], 1, 1, size), '150.0,0.0');
  assert.equal(polyline([0, 0], 2, 0, size), '');
});

test('wasm is told the settings of a run, not those of the page', () => {
  const told = runSettings(defaultSettings(specs), specs);
  assert.ok('scale' in told && !('backend' in told));
});

test('methods are listed once, in the catalogue’s order', () => {
  assert.equal(joinMethods(['c', 'a', 'a'], ['a', 'b', 'c']), 'a,c');
  assert.equal(joinMethods([], ['a']), 'none');
});

test('every reason for a back-end is one sentence', () => {
  for (const code of /** @type {const} */ ([
    'works',
    'asked',
    'no-webgpu',
    'no-adapter',
    'software-adapter',
    'no-timestamp-query',
    'self-test',
    'failed',
    'lost',
    'crashed',
  ])) {
    assert.match(
      strings.backendReason('cpu', 'adapter', { code, detail: 'why', difference: 1.234e-7 }),
      /^(The CPU,|WebGPU \(adapter\):) [^.]*(1\.2\u00a0·\u00a010⁻⁷)?\.$/,
    );
  }
});

test('shares are short', () => {
  assert.deepEqual(
    [0, 0.0004, 0.0449, 0.0999, 0.5, 0.9999, 1].map((share) => strings.percent(share).replace('\u00a0', '')),
    ['0.0%', '0.0%', '4.5%', '10%', '50%', '100%', '100%'],
  );
});

test('the page stays usable while a bring-up fails', async () => {
  const { boot, run, store } = page('', { manifestFetch: async () => new Response('', { status: 500 }) });
  await boot.start();
  await run.play();
  await until(store, ({ phase }) => phase === 'error');
  assert.match(told(store)[0].text, /expected status 200, got 500/);
});
