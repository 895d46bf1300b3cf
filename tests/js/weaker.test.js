// @ts-check
/** Autoguidance asks a second model, the chosen one's preview: it is there before a run needs it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { previewing } from '../double/models.js';
import { fetchToy, memoryCache, page, until } from './support/page.js';

const RUN = '?model=toy&class=animal&steps=6&seed=3&backend=cpu';
const manifestFetch = async () => new Response(JSON.stringify(previewing));
const pixels = (/** @type {any} */ store) => store.get().frames.map((/** @type {any} */ frame) => [...frame.xt]);

/** @param {string} [search] @param {object} [environment] */
async function open(search = RUN, environment = {}) {
  const made = page(search, { manifestFetch, ...environment });
  await made.boot.start();
  return {
    ...made,
    /** What was loaded, file by file. */
    loaded: () =>
      made.workers.flatMap(({ received }) =>
        received.flatMap((/** @type {any} */ { files = [] }) =>
          files.map((/** @type {any} */ { name, kind }) => `${name} as ${kind}`),
        ),
      ),
  };
}

test('it is fetched once, and only when a method asks for it', async () => {
  const { run, store, set, loaded, workers } = await open();
  await run.play();
  const plain = pixels(store);
  assert.deepEqual(loaded(), ['toy as unet', 'toy-classifier as classifier']);
  set({ method: 'autoguidance,classifier' });
  await run.play();
  assert.notDeepEqual(pixels(store).at(-1), plain.at(-1));
  await run.restart();
  assert.deepEqual(loaded().slice(2), ['toy-nano as weak']);
  assert.deepEqual([store.get().progress, store.get().phase], [[], 'done']);
  // The run that needs it began after it was there.
  const order = workers[0].received.map((/** @type {any} */ { type }) => type);
  assert.ok(order.lastIndexOf('load') < order.lastIndexOf('start'));
  // w = 1 is the model alone.
  set({ 'auto-weight': 1 });
  await run.restart();
  assert.deepEqual(pixels(store), plain);
});

test('an address with autoguidance comes up with what a run would start from', async () => {
  const { run, store, loaded } = await open(`${RUN}&method=autoguidance`);
  await until(store, ({ start }) => start);
  assert.deepEqual(loaded(), ['toy as unet', 'toy-classifier as classifier', 'toy-nano as weak']);
  await run.play();
  assert.equal(store.get().phase, 'done');
});

test('a preview that was shown first is read from the cache', async () => {
  const cache = memoryCache();
  const asked = /** @type {string[]} */ ([]);
  const fetch = async (/** @type {any} */ input) => {
    asked.push(String(input));
    return fetchToy(input);
  };
  const { run, store, set } = await open(RUN.replace('model=toy&', ''), { cache, fetch });
  await until(store, ({ preview }) => preview?.replaced);
  set({ method: 'autoguidance' });
  await run.play();
  assert.equal(store.get().phase, 'done');
  assert.equal(asked.filter((address) => address.includes('nano')).length, 1);
});

test('switched on and off in the middle, it forks the run, which goes on', async () => {
  const { run, store, set, loaded, workers } = await open(`${RUN}&method=none`);
  await run.play();
  const plain = pixels(store);
  await run.seek(2);
  set({ method: 'autoguidance' });
  await run.step();
  const forked = pixels(store);
  assert.deepEqual(loaded().slice(2), ['toy-nano as weak']);
  assert.deepEqual([store.get().cursor, store.get().total, store.get().frames[2].forked], [3, 6, true]);
  assert.deepEqual(forked.slice(0, 2), plain.slice(0, 2));
  assert.notDeepEqual(forked[2], plain[2]);
  assert.deepEqual(
    workers[0].received.slice(-4).map((/** @type {any} */ { type }) => type),
    ['seek', 'load', 'update', 'step'],
  );
  set({ method: 'none' });
  await run.step();
  assert.ok(store.get().frames[3].forked);
  // On once more: it is there already.
  set({ method: 'autoguidance' });
  await run.play();
  const { phase, frames } = store.get();
  assert.deepEqual([phase, frames.length, frames[4].forked, frames[5].forked], ['done', 6, true, false]);
  assert.equal(loaded().length, 3);
});

test('a worker that was replaced gets it again', async () => {
  const { run, store, workers, recoveries, loaded } = await open(`${RUN}&method=autoguidance`);
  const playing = run.play();
  await until(store, ({ cursor }) => cursor === 2);
  workers[0].break({ type: 'crashed', message: 'unreachable' });
  await playing;
  await Promise.all(recoveries);
  await until(store, ({ phase, frames }) => phase === 'done' && frames.length === 6);
  assert.equal(loaded().filter((/** @type {string} */ file) => file === 'toy-nano as weak').length, 2);
});

test('when it cannot be had there is one sentence, nothing is lost, and playing tries again', async () => {
  let broken = true;
  const fetch = async (/** @type {any} */ input) =>
    broken && String(input).includes('nano') ? new Response('', { status: 404 }) : fetchToy(input);
  const { run, store, set, refused } = await open(RUN, { fetch });
  await run.step();
  await run.step();
  set({ method: 'autoguidance' });
  await run.play();
  assert.deepEqual(
    refused.map(({ message }) => message),
    [
      'Autoguidance needs toy-nano, which did not arrive (toy-nano could not be downloaded: expected status 200, got 404); play to try again.',
    ],
  );
  assert.deepEqual([store.get().phase, store.get().frames.length, store.get().progress], ['paused', 2, []]);
  broken = false;
  await run.play();
  assert.deepEqual([store.get().phase, store.get().frames.length, refused.length], ['done', 6, 1]);
});

test('a model that has none is refused in a sentence', async () => {
  const { run, store, refused } = await open(`${RUN.replace('=toy', '=toy-nano')}&method=autoguidance`);
  await run.play();
  assert.equal(
    refused.at(-1).message,
    'Autoguidance needs a weaker model of the same kind, and there is none for toy-nano.',
  );
  assert.equal(store.get().phase, 'ready');
});

test('the large model’s download stays on show while the weaker one comes', async () => {
  let arrive = () => {};
  const held = new Promise((resolve) => {
    arrive = () => resolve(undefined);
  });
  const fetch = async (/** @type {any} */ input) => {
    if (String(input).endsWith('toy.safetensors')) await held;
    return fetchToy(input);
  };
  const { run, store, set } = await open(RUN.replace('model=toy&', ''), { fetch });
  set({ method: 'autoguidance' });
  /** @type {Set<string>} */
  const shown = new Set();
  store.subscribe(({ progress }) => shown.add(progress.map(({ name }) => name).join()));
  await run.play();
  assert.ok(shown.has('toy,toy-nano'), [...shown].join(' | '));
  assert.deepEqual(
    store.get().progress.map(({ name }) => name),
    ['toy'],
  );
  arrive();
  await until(store, ({ preview }) => preview?.replaced);
  assert.deepEqual(store.get().progress, []);
});
