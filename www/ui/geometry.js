// @ts-check
/** Where things go in the timeline and the trace. Pure arithmetic. */

/**
 * Which steps get a small frame: all of them, or as many evenly spaced ones as there is room for. Step 0 is pure noise.
 * @param {number} total
 * @param {number} room
 * @returns {number[]}
 */
export function cellSteps(total, room) {
  const count = Math.max(2, Math.min(total + 1, room));
  return Array.from({ length: count }, (_, i) => Math.round((i * total) / (count - 1)));
}

/**
 * The steps after which a run went back up the chain: the next one starts no nearer to the picture.
 * @param {{ t: number }[]} frames those of the run, in order
 * @returns {number[]}
 */
export function jumps(frames) {
  return frames.flatMap(({ t }, step) => (step > 0 && t >= (frames[step - 1]?.t ?? Infinity) ? [step] : []));
}

/**
 * The points of a polyline over a run; values that are missing are left out.
 * @param {(number | undefined)[]} values one a step
 * @param {number} total steps over the whole width
 * @param {number} top the value at the upper edge
 * @param {{ width: number, height: number }} size
 * @returns {string}
 */
export function polyline(values, total, top, { width, height }) {
  const x = (/** @type {number} */ i) => (total > 1 ? (i / (total - 1)) * width : width / 2);
  return values
    .flatMap((value, i) =>
      value === undefined || !(top > 0) ? [] : [`${x(i).toFixed(1)},${(height * (1 - value / top)).toFixed(1)}`],
    )
    .join(' ');
}
