// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { acrossStyles, fillGallery, GALLERY_LANE, levelsAgainstSeeds } from '../../www/gallery.js';
import { newInputs } from '../../www/plan.js';
import { defaultSettings } from '../../www/settings.js';
import { cropped } from '../../www/view.js';
import { catalogue, page, specs, until } from './support/page.js';

const settings = { ...defaultSettings(specs), method: 'classifier', seed: 5 };
const rgba = Uint8Array.from({ length: 32 * 32 * 4 }, (_, i) => (i % 4 === 3 ? 255 : Math.floor(i / 512)));

test('N against seed: ILVR on, three seeds a row each, and only what divides the side', () => {
  const patches = levelsAgainstSeeds(settings, 32, catalogue);
  assert.deepEqual(patches[1], { method: 'classifier,ilvr', 'down-n': 4, seed: 5 });
  assert.deepEqual([patches.length, patches.at(-1)?.seed], [12, 7]);
  assert.deepEqual(
    levelsAgainstSeeds(settings, 28, catalogue).map((patch) => patch['down-n']),
    [2, 4, 2, 4, 2, 4],
  );
});

test('styles: the network is told them, and the picture is followed', () => {
  const methods = (/** @type {object} */ more) =>
    acrossStyles({ ...settings, ...more }, ['noto'], catalogue)[0]?.method;
  assert.equal(methods({}), 'conditional,classifier,ilvr');
  assert.equal(methods({ method: 'conditional', start: 'sdedit' }), 'conditional');
  assert.equal(acrossStyles(settings, ['a', 'b', 'c'], catalogue).length, 3);
});

async function ready() {
  const made = page('?class=animal&steps=4&seed=3&backend=cpu&method=classifier');
  await made.boot.start();
  await until(made.store, ({ phase, start }) => phase === 'ready' && start);
  made.store.set({ reference: { rgba, size: 32, source: undefined, name: '', view: cropped() } });
  return made;
}

test('a gallery is the runs that its cells say, beside the run on show', async () => {
  const { engine, store, run, set, workers } = await ready();
  const now = newInputs(store.get());
  const patches = levelsAgainstSeeds(now.settings, 32, catalogue).slice(0, 2);
  /** @type {any[]} */
  const cells = [];
  const filling = fillGallery({
    engine,
    specs,
    runs: patches.map((patch) => ({ ...now.settings, ...patch })),
    pictures: now.pictures,
    signal: new AbortController().signal,
    show: (index, cell) => (cells[index] = cell),
  });
  await Promise.all([filling, run.play()]);
  assert.equal(store.get().phase, 'done');
  assert.deepEqual(
    cells.map(({ done, total }) => [done, total]),
    [
      [4, 4],
      [4, 4],
    ],
  );
  assert.deepEqual(
    workers[0].received.at(-1)?.type === 'close' ||
      workers[0].received.some(({ type, lane }) => type === 'close' && lane === GALLERY_LANE),
    true,
  );
  set(/** @type {any} */ (patches[1]));
  await run.restart();
  assert.deepEqual([...(store.get().frames.at(-1)?.xt ?? [])], [...cells[1].xt]);
});

test('a gallery stops when it is told to, and leaves no run behind', async () => {
  const { engine, store, workers } = await ready();
  const now = newInputs(store.get());
  const control = new AbortController();
  let shown = 0;
  await fillGallery({
    engine,
    specs,
    runs: [now.settings, now.settings],
    pictures: now.pictures,
    signal: control.signal,
    show: () => {
      shown += 1;
      control.abort();
    },
  });
  assert.equal(shown, 1);
  assert.deepEqual([workers[0].received.at(-1).type, workers[0].received.at(-1).lane], ['close', GALLERY_LANE]);
  await assert.rejects(engine.step(GALLERY_LANE), /before it was ready/);
});
