// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bounded, bytesOf, EMPTY, forkOf, grow, rows, showing, without, withRemoved } from '../../www/tree.js';
import { initialState } from '../../www/state.js';
import { defaultSettings } from '../../www/settings.js';
import { specs } from './support/page.js';

const BYTES = 2 * 16;

/** A frame that is told apart by its name. @param {string} name @returns {any} */
const frame = (name) => ({ name, total: 4, xt: new Uint8ClampedArray(16), x0: new Uint8ClampedArray(16) });

/** @type {any} */
const context = {
  start: { xt: new Uint8ClampedArray(16), total: 4 },
  same: (/** @type {any} */ a, /** @type {any} */ b) => a.name === b.name,
};

/**
 * Grows a tree by frames, one after the other.
 * @param {any} tree
 * @param {any[]} path
 * @param {string} names one letter a frame
 */
function walk(tree, path, names) {
  for (const name of names) ({ tree, path } = grow(tree, path, frame(name), context));
  return { tree, path };
}
/** @param {any} tree */
const spelled = (tree) =>
  tree.branches.map(({ frames }) => frames.map((/** @type {any} */ { name }) => name).join('')).join(' ');

/** abcd, abXY forked from it, abXZ from that, and a run of its own. */
function grove() {
  const first = walk(EMPTY, [], 'abcd');
  const second = walk(first.tree, first.path.slice(0, 2), 'XY');
  const third = walk(second.tree, second.path.slice(0, 3), 'Z');
  return { ...walk(third.tree, [], 'mn'), first, second, third };
}

test('frames grow the branch that ends before them, fork it where it goes on, and begin anew', () => {
  const { tree, first, second } = grove();
  assert.equal(spelled(tree), 'abcd abXY abXZ mn');
  assert.equal(tree.present, 4);
  assert.equal(tree.branches[1].frames[1], first.path[1]);
  assert.equal(tree.branches[2].frames[2], second.path[2]);
  assert.equal(spelled(EMPTY), '');
});

test('known ground adds nothing and leads along the known frames', () => {
  const { tree, first } = grove();
  const again = walk(tree, [], 'abc');
  assert.deepEqual([spelled(again.tree), again.tree.present], [spelled(tree), 1]);
  assert.deepEqual(again.path, first.path.slice(0, 3));
  again.path.forEach((known, k) => assert.equal(known, first.path[k]));
  // From the middle of it another way leads off.
  const off = walk(again.tree, again.path, 'Q');
  assert.equal(spelled(off.tree), 'abcd abXY abXZ mn abcQ');
  const over = walk(off.tree, first.path.slice(0, 2), 'X');
  assert.deepEqual([over.tree.branches.length, over.tree.present], [5, 2]);
});

test('a branch has left the earlier one that it has most in common with', () => {
  const { tree } = grove();
  const forks = tree.branches.map(({ id }) => forkOf(tree.branches, id));
  assert.deepEqual(
    forks.map(({ parent, at }) => [parent?.id, at]),
    [
      [undefined, 0],
      [1, 2],
      [2, 3],
      [undefined, 0],
    ],
  );
  const { branches } = without(tree, 2);
  assert.deepEqual([forkOf(branches, 3).parent?.id, forkOf(branches, 3).at], [1, 2]);
});

test('rows: each below the branch that it left, later forks first', () => {
  const { tree, first } = grove();
  const { tree: more } = walk(tree, first.path.slice(0, 3), 'L');
  assert.deepEqual(
    rows(more.branches).map(({ branch, level, at }) => [branch.id, level, at]),
    [
      [1, 1, 0],
      [5, 2, 3],
      [2, 2, 2],
      [3, 3, 3],
      [4, 1, 0],
    ],
  );
});

test('removed branches come back to their places, the last one first', () => {
  const { tree } = grove();
  const left = without(without(tree, 2), 4);
  assert.deepEqual([spelled(left), left.present], ['abcd abXZ', undefined]);
  assert.equal(spelled(withRemoved(left)), 'abcd abXZ mn');
  assert.equal(spelled(withRemoved(withRemoved(left))), spelled(tree));
  assert.equal(withRemoved(tree), tree);
  assert.equal(without(tree, 77), tree);
});

test('pictures are counted once, and beyond the bound the oldest go, never the one on show', () => {
  const { tree } = grove();
  // a b c d, X Y, Z, m n.
  assert.equal(bytesOf(tree.branches), 9 * BYTES);
  assert.equal(bounded(tree, 9 * BYTES), tree);
  const tight = bounded(tree, 8 * BYTES);
  assert.deepEqual([spelled(tight), tight.dropped], ['abXY abXZ mn', 1]);
  const least = bounded(tree, 0);
  assert.deepEqual([spelled(least), least.dropped], ['mn', 3]);
  // What was removed goes before anything that is there.
  const removed = bounded(without(tree, 2), 8 * BYTES);
  assert.deepEqual([spelled(removed), removed.removed, removed.dropped], ['abcd abXZ mn', [], 0]);
});

test('a branch on show brings its settings and its picture, and leaves model and back-end', () => {
  const settings = defaultSettings(specs);
  const made = (/** @type {string} */ label, /** @type {any} */ picture) => ({
    ...frame(label),
    inputs: { settings: { ...settings, class: label, model: 'small' }, pictures: { reference: picture?.rgba } },
    shown: { reference: picture, init: undefined, mask: undefined },
  });
  const picture = { rgba: new Uint8Array(4), size: 1, name: 'p', fit: 'crop' };
  const branch = { id: 3, frames: [made('face', undefined), made('heart', picture)], start: context.start };
  const state = { ...initialState({ ...settings, model: 'large', backend: 'cpu' }), tree: { ...EMPTY, next: 4 } };
  const end = showing(state, branch, Infinity);
  assert.deepEqual(
    [end.cursor, end.total, end.reference, end.settings?.class, end.tree?.present],
    [2, 4, picture, 'heart', 3],
  );
  assert.deepEqual([end.settings?.model, end.settings?.backend], ['large', 'cpu']);
  // At a fork the settings are those that lead on along the branch.
  assert.deepEqual([showing(state, branch, 1).cursor, showing(state, branch, 1).settings?.class], [1, 'heart']);
  assert.deepEqual([showing(state, branch, 0).cursor, showing(state, branch, 0).settings?.class], [0, 'face']);
});
