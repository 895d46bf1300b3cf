// @ts-check
/**
 * What "in step" means for two runs whose numbers of steps differ: both have the same share of their way left. A step
 * that is one of n still to come takes an n-th of what is left, so that a run that was forked to another number of
 * steps goes on from the share it had. Pure arithmetic.
 */

/** @typedef {{ step: number, total: number }} Made a step that was made, counted from 1, and of how many */

/**
 * The share that a step takes off.
 * @param {Made} made
 */
const taken = ({ step, total }) => 1 / (total - step + 1);

/**
 * The share of the way that is left after each step.
 * @param {Made[]} frames those of a run, in order
 * @returns {number[]}
 */
export function sharesLeft(frames) {
  let left = 1;
  return frames.map((frame) => (left *= 1 - taken(frame)));
}

/**
 * With which step of the leader each step of a follower goes: the first that is past the middle of it, so that the
 * follower is never more than half a step away.
 * @param {Made[]} leader
 * @param {Made[]} follower
 * @param {number} total steps that the follower has at its start
 * @returns {number[]} indices of the leader's steps, one for each step that the follower made and one for its next, if
 *   it has one; infinite where the leader has not got that far
 */
export function pairing(leader, follower, total) {
  const left = sharesLeft(leader);
  /** @type {number[]} */
  const pairs = [];
  let [share, at] = [1, 0];
  for (let step = 1; step <= follower.length + 1; step++) {
    const expected = { step, total: follower[step - 2]?.total ?? total };
    if (step > expected.total) break;
    const middle = share * (1 - taken(expected) / 2);
    while (at < left.length && /** @type {number} */ (left[at]) > middle) at++;
    pairs.push(at < left.length ? at : Infinity);
    share *= 1 - taken(follower[step - 1] ?? expected);
  }
  return pairs;
}
