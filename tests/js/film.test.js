// @ts-check
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { inflateSync } from 'node:zlib';
import { Film } from '../../www/film.js';
import { readManifest } from '../../www/manifest.js';
import { levelOf, unpack, valueOf } from '../../www/recording.js';
import { classesOf, initialState, isPlaying, otherRecorded } from '../../www/state.js';
import { createStore } from '../../www/store.js';

const file = (/** @type {string} */ path) => readFileSync(new URL(`../../www/${path}`, import.meta.url));
const recording = JSON.parse(file('recorded/emoji32.json').toString());
const recorded = unpack(recording, inflateSync(file('recorded/emoji32.bin')));

/** A film over a store, with a clock that the test turns. */
function cinema(still = false) {
  /** @type {import('../../www/store.js').Store<any>} */
  const store = createStore(/** @type {any} */ (initialState(recording.settings)));
  /** @type {(() => void)[]} */
  const waiting = [];
  const film = new Film(store, () => new Promise((resolve) => waiting.push(() => resolve(undefined))));
  film.show(recorded, still);
  const turn = async (times = 1) => {
    for (let k = 0; k < times; k++) {
      waiting.splice(0).forEach((go) => go());
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { store, film, turn };
}
const at = (/** @type {any} */ store) => [store.get().cursor, isPlaying(store.get())];

test('a film runs over and over until it is touched, and then to its end', async () => {
  const { store, film, turn } = cinema();
  assert.deepEqual([...at(store), store.get().phase, store.get().total], [0, true, 'loading', 25]);
  await turn(25);
  assert.deepEqual(at(store), [25, true]);
  await turn(3);
  assert.deepEqual(at(store), [2, true]);
  film.pause();
  await turn(3);
  assert.deepEqual(at(store), [2, false]);
  film.step();
  film.step();
  film.back();
  assert.deepEqual(at(store), [3, false]);
  film.play();
  await turn(30);
  assert.deepEqual(at(store), [25, false]);
  film.play();
  await turn(1);
  assert.deepEqual(at(store), [1, true]);
  film.seek(99);
  assert.deepEqual(at(store), [25, false]);
  film.restart();
  await turn(2);
  assert.deepEqual(at(store), [2, true]);
});

test('it ends with its start on show, and tells where somebody left it', async () => {
  const { store, film, turn } = cinema();
  await turn(4);
  assert.equal(film.close(), 0);
  await turn(4);
  const { recorded: shown, frames, cursor, total, start } = store.get();
  assert.deepEqual([shown, frames, cursor, total, start], [undefined, [], 0, 0, recorded.start]);
  const touched = cinema(true);
  assert.deepEqual(at(touched.store), [25, false]);
  touched.film.seek(7);
  assert.equal(touched.film.close(), 7);
});

test('once the engine is ready it rests at its end, where a touch still counts', async () => {
  const { store, film, turn } = cinema();
  await turn(4);
  film.finish();
  await turn(30);
  assert.deepEqual([...at(store), film.touched], [25, false, false]);
  assert.deepEqual(store.get().frames, recorded.frames);
  film.back();
  assert.deepEqual([...at(store), film.touched], [24, false, true]);
});

test('a recording shows one class, and its beliefs are in those of its own model', () => {
  const { store } = cinema();
  assert.equal(otherRecorded(store.get()), undefined);
  store.set({ settings: { ...recording.settings, class: 'heart' } });
  assert.equal(otherRecorded(store.get()), recording.settings.class);
  const { models } = JSON.parse(file('models/manifest.json').toString());
  const emoji = models.find((/** @type {any} */ { name }) => name === recording.settings.model);
  const other = models.find((/** @type {any} */ { name }) => name === 'fashion32');
  store.set({ models, model: other });
  assert.deepEqual(classesOf(store.get(), recorded.frames[0]), emoji.classes);
  assert.deepEqual(classesOf(store.get(), undefined), other.classes);
  store.set({ recorded: undefined });
  assert.equal(otherRecorded(store.get()), undefined);
});

test('it is not shown over a run, or where the engine was quicker', () => {
  for (const patch of [{ phase: 'ready' }, { frames: recorded.frames }]) {
    const store = createStore(/** @type {any} */ ({ ...initialState(recording.settings), ...patch }));
    new Film(store, async () => {}).show(recorded, false);
    assert.equal(store.get().recorded, undefined);
  }
});

test('levels are values and back, both ends included', () => {
  for (const count of [2, 10, 24, 256]) {
    assert.deepEqual([valueOf(0, count), valueOf(count - 1, count)], [0, 255]);
    for (let level = 0; level < count; level++) assert.equal(levelOf(valueOf(level, count), count), level);
  }
});

test('the recording was made with the models of the manifest, at their own settings, and is small', () => {
  const models = readManifest(file('models/manifest.json').toString());
  const [model] = models;
  for (const { name, sha256 } of recording.models)
    assert.equal(models.find((listed) => listed.name === name)?.sha256, sha256, `${name}: run node tools/record.js`);
  assert.deepEqual(
    recording.models.map((/** @type {{ name: string }} */ { name }) => name),
    [model.name, model.classifier],
  );
  for (const [key, value] of Object.entries(model.defaults ?? {}))
    assert.equal(String(recording.settings[key]), String(value), key);
  assert.ok(file('recorded/emoji32.bin').length < 60_000);
  assert.deepEqual([recorded.frames.length, recorded.frames[24].xt.length], [25, 32 * 32 * 4]);
});
