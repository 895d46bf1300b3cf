// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  BLACK,
  blank,
  edgeOf,
  filled,
  History,
  inverted,
  keptShare,
  stroked,
  WHITE,
  withHoles,
} from '../../www/painting.js';
import { fitMask, hasPicture, picturesOf } from '../../www/pictures.js';
import { differences, planStep } from '../../www/plan.js';
import { defaultSettings } from '../../www/settings.js';
import { createStore } from '../../www/store.js';
import { clampView, cropped, MAX_ZOOM, panned, placement, whole, zoomed } from '../../www/view.js';
import { catalogue, page, specs, until } from './support/page.js';

const SIZE = 32;
const solid = (/** @type {number} */ level) =>
  Uint8Array.from({ length: SIZE * SIZE * 4 }, (_, i) => (i % 4 === 3 ? 255 : level));
const picture = (/** @type {number} */ level) => ({
  rgba: solid(level),
  size: SIZE,
  source: undefined,
  name: '',
  view: cropped(),
});
/** White on the left, black on the right. */
const leftKept = Uint8Array.from({ length: SIZE * SIZE * 4 }, (_, i) =>
  i % 4 === 3 || Math.floor(i / 4) % SIZE < SIZE / 2 ? 255 : 0,
);

test('one picture serves for all, until there is another', () => {
  const [a, b] = [picture(10), picture(20)];
  const none = { reference: undefined, init: undefined, mask: undefined };
  assert.deepEqual(picturesOf(none), { reference: undefined, init: undefined, mask: undefined });
  assert.equal(hasPicture(none), false);
  for (const state of [
    { ...none, reference: a },
    { ...none, init: a },
  ]) {
    const { reference, init } = picturesOf(state);
    assert.ok(reference === a.rgba && init === a.rgba && hasPicture(state));
  }
  const { reference, init } = picturesOf({ ...none, reference: a, init: b });
  assert.ok(reference === a.rgba && init === b.rgba);
});

test('another picture forks a run that follows it, and starts one that begins with it', () => {
  const settings = { ...defaultSettings(specs), method: 'repaint' };
  const [a, b, mask] = [solid(1), solid(2), leftKept];
  const plan = (/** @type {any} */ had, /** @type {any} */ wanted, more = {}) => {
    const inputs = { settings: { ...settings, ...more }, pictures: had };
    return planStep({
      cursor: 1,
      frames: [{ inputs }],
      session: inputs,
      wanted: { ...inputs, pictures: wanted },
      specs,
      catalogue,
    });
  };
  const both = { reference: a, init: a };
  assert.equal(plan(both, { ...both }), 'next');
  assert.equal(plan(both, { ...both, reference: b }), 'fork');
  assert.equal(plan(both, { ...both, init: b }), 'fork');
  assert.equal(plan(both, { ...both, mask }), 'fork');
  // The engine keeps a mask that it is not told of.
  assert.equal(plan({ ...both, mask }, both), 'start');
  const begun = { start: 'sdedit', method: 'ilvr' };
  assert.equal(plan(both, { ...both, reference: b }, begun), 'fork');
  assert.equal(plan(both, { ...both, init: b }, begun), 'start');
});

test('a picture and a mask that nothing reads make no difference', () => {
  const changed = (/** @type {string} */ method) =>
    differences(
      { settings: { ...defaultSettings(specs), method }, pictures: {} },
      { settings: { ...defaultSettings(specs), method }, pictures: { init: solid(1), mask: leftKept } },
      catalogue,
    );
  assert.deepEqual([changed('none'), changed('repaint')], [[], ['init', 'mask']]);
});

test('inpainting keeps what the mask keeps of the picture it starts from', async () => {
  const { boot, run, store, set } = page('?class=animal&steps=5&seed=3&backend=cpu');
  await boot.start();
  await until(store, ({ phase }) => phase === 'ready');
  set({ method: 'repaint,ilvr', 'range-t': 5 });
  store.set({ reference: picture(10), init: picture(200), mask: { rgba: leftKept, size: SIZE } });
  await run.play();
  const { xt } = store.get().frames.at(-1) ?? { xt: [] };
  const far = (/** @type {boolean} */ kept) => {
    const apart = Array.from({ length: SIZE * SIZE }, (_, i) => i)
      .filter((i) => i % SIZE < SIZE / 2 === kept)
      .map((i) => Math.abs(Number(xt[i * 4]) - 200));
    return apart.reduce((sum, value) => sum + value) / apart.length;
  };
  assert.ok(far(true) * 2 < far(false), `${far(true)} where it is kept, ${far(false)} elsewhere`);
});

test('a mask comes along to a model of another size', () => {
  const store = createStore(/** @type {any} */ ({ mask: { rgba: leftKept, size: SIZE }, model: { size: 8 } }));
  fitMask(store);
  const { rgba, size } = store.get().mask;
  assert.deepEqual([size, rgba.length, keptShare(rgba)], [8, 8 * 8 * 4, 0.5]);
  const before = store.get();
  fitMask(store);
  assert.equal(store.get(), before);
});

test('a picture fills the square or stands whole in it, in the middle', () => {
  const wide = { width: 200, height: 100 };
  assert.deepEqual(placement(wide, 32, cropped()), { x: -16, y: 0, width: 64, height: 32 });
  assert.deepEqual(placement(wide, 32, whole(wide)), { x: 0, y: 8, width: 32, height: 16 });
});

test('panning stays within the picture, and what lies under the pointer follows it', () => {
  const wide = { width: 200, height: 100 };
  const right = panned(cropped(), wide, -0.25, 0);
  assert.deepEqual(right, { x: 0.625, y: 0.5, zoom: 1 });
  assert.equal(placement(wide, 32, right).x, -24);
  assert.equal(panned(right, wide, -9, 5).x, 0.75);
  assert.deepEqual(panned(whole(wide), wide, 0.3, 0.3), whole(wide));
});

test('zooming keeps the point it is about, and its limits', () => {
  const wide = { width: 200, height: 100 };
  const about = { x: 0.75, y: 0.25 };
  const at = (/** @type {import('../../www/view.js').View} */ view) => {
    const { x, width } = placement(wide, 1, view);
    return (about.x - x) / width;
  };
  const closer = zoomed(cropped(), wide, 2, about);
  assert.equal(closer.zoom, 2);
  assert.ok(Math.abs(at(closer) - at(cropped())) < 1e-12);
  assert.equal(zoomed(closer, wide, 100).zoom, MAX_ZOOM);
  assert.deepEqual(zoomed(closer, wide, 0.001), whole(wide));
  assert.deepEqual(clampView({ x: 7, y: -7, zoom: 1 }, wide), { x: 0.75, y: 0.5, zoom: 1 });
});

const dark = (/** @type {Uint8ClampedArray} */ rgba, size = 8) =>
  Array.from({ length: size * size }, (_, i) => i).filter((i) => rgba[i * 4] === 0);

test('a stroke is a line of dabs, as wide as the brush, within the picture', () => {
  const paper = blank(8, WHITE);
  const stroke = (/** @type {object} */ more) =>
    dark(stroked(paper, 8, { from: { x: 1, y: 2 }, to: { x: 1, y: 2 }, diameter: 1, colour: BLACK, ...more }));
  assert.deepEqual(stroke({}), [17]);
  assert.deepEqual(stroke({ to: { x: 4, y: 2 } }), [17, 18, 19, 20]);
  assert.deepEqual(stroke({ diameter: 2 }), [8, 9, 16, 17]);
  assert.deepEqual(stroke({ diameter: 3 }), [8, 9, 10, 16, 17, 18, 24, 25, 26]);
  assert.deepEqual(stroke({ from: { x: 0, y: 0 }, to: { x: 0, y: 0 }, diameter: 3 }), [0, 1, 8, 9]);
  assert.deepEqual(dark(paper), []);
});

test('a fill stops at another colour, and ends where nothing is to fill', () => {
  const wall = stroked(blank(8, WHITE), 8, {
    from: { x: 3, y: 0 },
    to: { x: 3, y: 7 },
    diameter: 1,
    colour: [9, 9, 9],
  });
  const out = filled(wall, 8, { at: { x: 6, y: 4 }, colour: BLACK });
  assert.deepEqual(
    dark(out),
    Array.from({ length: 64 }, (_, i) => i).filter((i) => i % 8 > 3),
  );
  assert.deepEqual(filled(out, 8, { at: { x: 6, y: 4 }, colour: BLACK }), out);
});

test('undo and redo go over the changes; a new one forgets what was taken back', () => {
  const [a, b, c] = [blank(2, WHITE), blank(2, BLACK), blank(2, [1, 2, 3])];
  const history = new History(a);
  assert.equal(history.put(blank(2, WHITE)), false);
  history.put(b);
  history.put(c);
  history.undo();
  history.undo();
  history.undo();
  assert.deepEqual([history.now, history.canUndo, history.canRedo], [a, false, true]);
  history.redo();
  assert.equal(history.now, b);
  history.put(a);
  assert.deepEqual([history.canUndo, history.canRedo], [true, false]);
});

test('a mask: its share, its edge, its inverse, and how it looks', () => {
  const mask = stroked(blank(4, WHITE), 4, { from: { x: 2, y: 0 }, to: { x: 3, y: 0 }, diameter: 1, colour: BLACK });
  assert.equal(keptShare(mask), 14 / 16);
  assert.equal(keptShare(inverted(mask)), 2 / 16);
  assert.equal(edgeOf(mask, 4), 'M2 0v1M2 1h1M3 1h1');
  assert.equal(edgeOf(mask, 4), edgeOf(inverted(mask), 4));
  const shown = withHoles(blank(4, [100, 100, 100]), mask, 4);
  assert.deepEqual([...shown.slice(0, 4)], [100, 100, 100, 255]);
  assert.notEqual(shown[8], shown[12]);
});
