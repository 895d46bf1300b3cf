// @ts-check
/**
 * The history of a visit: every way that was walked from noise on, as branches that share the frames of their trunk.
 * Immutable data and pure functions. What two branches share they share by identity, and a frame has one past only: two
 * branches that have a frame in common have all frames before it in common, too.
 */
import { buffersOf } from './protocol.js';

/** @typedef {import('./state.js').KeptFrame} KeptFrame */
/** @typedef {import('./state.js').State} State */

/** Bytes of pictures that are kept: some hundred runs of 25 steps at 32 × 32. */
const MOST_BYTES = 64e6;

/**
 * A way from noise to its last frame, its trunk included, and what it started from.
 * @typedef {{ id: number, frames: KeptFrame[], start: State['start'] }} Branch
 */

/**
 * `branches` are in the order in which they were begun. `present` is the one that the frames on show belong to: all of
 * its frames, or its beginning while that is being walked again. `removed` can be brought back, the last one first;
 * `dropped` counts those that made room for newer ones.
 * @typedef {{ branches: Branch[], present: number | undefined, removed: { branch: Branch, index: number }[],
 *   dropped: number, next: number }} Tree
 */

/** @type {Tree} */
export const EMPTY = { branches: [], present: undefined, removed: [], dropped: 0, next: 1 };

/**
 * @param {readonly KeptFrame[]} frames
 * @param {readonly KeptFrame[]} path
 */
export function leadsThrough(frames, path) {
  return path.length === 0 || frames[path.length - 1] === path.at(-1);
}

/**
 * Number of frames that two paths have in common.
 * @param {readonly KeptFrame[]} a
 * @param {readonly KeptFrame[]} b
 */
export function sharedLength(a, b) {
  const shorter = Math.min(a.length, b.length);
  for (let k = 0; k < shorter; k++) if (a[k] !== b[k]) return k;
  return shorter;
}

/**
 * @param {Tree} tree
 * @returns {Branch | undefined}
 */
export function presentBranch({ branches, present }) {
  return branches.find(({ id }) => id === present);
}

/**
 * Adds the frame that was made after `path`: to the branch that ends there, or as a branch of its own where others
 * went on differently. Where the same frame is known already, nothing is added and the path leads along the known one.
 * @param {Tree} tree
 * @param {KeptFrame[]} path
 * @param {KeptFrame} frame
 * @param {{ start: State['start'], same: (known: KeptFrame, made: KeptFrame) => boolean }} context
 * @returns {{ tree: Tree, path: KeptFrame[] }} the path with the frame
 */
export function grow(tree, path, frame, { start, same }) {
  const { branches, next } = tree;
  const at = path.length;
  const present = presentBranch(tree);
  const known = [present, ...branches].find((branch) => {
    const other = branch && leadsThrough(branch.frames, path) && branch.frames[at];
    return other && same(other, frame);
  });
  if (known) return { tree: { ...tree, present: known.id }, path: known.frames.slice(0, at + 1) };

  const frames = [...path, frame];
  if (present && at > 0 && present.frames.length === at && leadsThrough(present.frames, path)) {
    const grown = branches.map((branch) => (branch === present ? { ...branch, frames } : branch));
    return { tree: { ...tree, branches: grown }, path: frames };
  }
  const branch = { id: next, frames, start };
  return { tree: { ...tree, branches: [...branches, branch], present: next, next: next + 1 }, path: frames };
}

/**
 * The tree without a branch, which can be brought back.
 * @param {Tree} tree
 * @param {number} id
 * @returns {Tree}
 */
export function without(tree, id) {
  const index = tree.branches.findIndex((branch) => branch.id === id);
  const branch = tree.branches[index];
  if (!branch) return tree;
  return {
    ...tree,
    branches: tree.branches.toSpliced(index, 1),
    present: tree.present === id ? undefined : tree.present,
    removed: [...tree.removed, { branch, index }],
  };
}

/**
 * The tree with the branch that was removed last.
 * @param {Tree} tree
 * @returns {Tree}
 */
export function withRemoved(tree) {
  const last = tree.removed.at(-1);
  if (!last) return tree;
  return {
    ...tree,
    branches: tree.branches.toSpliced(last.index, 0, last.branch),
    removed: tree.removed.slice(0, -1),
  };
}

/**
 * Bytes of all pictures and numbers, each frame counted once.
 * @param {Branch[]} branches
 */
export function bytesOf(branches) {
  let bytes = 0;
  for (const frame of new Set(branches.flatMap(({ frames }) => frames)))
    for (const buffer of buffersOf(frame)) bytes += buffer.byteLength;
  return bytes;
}

/**
 * The tree within its bound: what was removed goes first, then the oldest branch that is not on show.
 * @param {Tree} tree
 * @param {number} [most]
 * @returns {Tree}
 */
export function bounded(tree, most = MOST_BYTES) {
  const held = [...tree.branches, ...tree.removed.map(({ branch }) => branch)];
  if (bytesOf(held) <= most) return tree;
  if (tree.removed.length > 0) return bounded({ ...tree, removed: tree.removed.slice(1) }, most);
  const oldest = tree.branches.find(({ id }) => id !== tree.present);
  if (!oldest) return tree;
  const branches = tree.branches.filter((branch) => branch !== oldest);
  return bounded({ ...tree, branches, dropped: tree.dropped + 1 }, most);
}

/**
 * Where a branch left another: the earlier one that it has most in common with. A run of its own left none.
 * @param {Branch[]} branches
 * @param {number} id
 * @returns {{ parent: Branch | undefined, at: number }}
 */
export function forkOf(branches, id) {
  const index = branches.findIndex((branch) => branch.id === id);
  /** @type {{ parent: Branch | undefined, at: number }} */
  let fork = { parent: undefined, at: 0 };
  for (const parent of branches.slice(0, index)) {
    const at = sharedLength(parent.frames, branches[index]?.frames ?? []);
    if (at > fork.at) fork = { parent, at };
  }
  return fork;
}

/**
 * A branch among those that left the same one: the `place`-th of `siblings`. `before` is the one begun before it, of those
 * that left none.
 * @typedef {{ branch: Branch, parent: Branch | undefined, at: number, level: number, place: number, siblings: number,
 *   before: Branch | undefined }} Row
 */

/**
 * The branches as a list to draw: each below the one that it left, the latest forks first, so that no line crosses
 * another.
 * @param {Branch[]} branches
 * @returns {Row[]}
 */
export function rows(branches) {
  /** @type {Map<Branch | undefined, { branch: Branch, parent: Branch | undefined, at: number }[]>} */
  const families = new Map();
  for (const branch of branches) {
    const { parent, at } = forkOf(branches, branch.id);
    const family = families.get(parent) ?? [];
    families.set(parent, family);
    family.push({ branch, parent, at });
  }
  /** @type {(parent: Branch | undefined, level: number) => Row[]} */
  const below = (parent, level) => {
    const family = (families.get(parent) ?? []).sort((a, b) => b.at - a.at);
    return family.flatMap((row, k) => {
      const before = parent ? undefined : family[k - 1]?.branch;
      return [{ ...row, level, place: k + 1, siblings: family.length, before }, ...below(row.branch, level + 1)];
    });
  };
  return below(undefined, 1);
}

/**
 * What the page is when a branch is on show, after `position` of its steps: also its settings and its picture are those
 * that lead on there, so that the run goes on and does not fork.
 * @param {State} state
 * @param {Branch} branch
 * @param {number} position
 * @returns {Partial<State>}
 */
export function showing({ tree, settings }, { id, frames, start }, position) {
  const cursor = Math.max(0, Math.min(position, frames.length));
  const { inputs, shown } = /** @type {KeptFrame} */ (frames[cursor] ?? frames.at(-1));
  const { model, backend } = settings;
  return {
    tree: { ...tree, present: id },
    frames,
    cursor,
    total: frames.at(-1)?.total ?? 0,
    start,
    settings: { ...inputs.settings, model, backend },
    ...shown,
  };
}
