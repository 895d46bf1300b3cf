// @ts-check
/** What it means to take hold of a Gaussian: at its centre, or at the end of one of its axes. Pure. */

/** @typedef {import('./frechet.js').Gaussian} Gaussian */
/** @typedef {'centre' | 'long' | 'short'} Grip */

/** The plane reaches from −SPAN to SPAN in both directions. */
export const SPAN = 4;
const LEAST = 0.1;
export const GRIPS = /** @type {const} */ (['centre', 'long', 'short']);

/** How far an arrow key goes, in units of the plane and in radians. */
const NUDGE = 0.1;
const TURN = Math.PI / 24;

const clamp = (/** @type {number} */ value, /** @type {number} */ least, /** @type {number} */ most) =>
  Math.max(least, Math.min(most, value));

/** @param {Gaussian} gaussian @returns {Gaussian} one that can be seen and taken hold of */
const inside = ({ x, y, a, b, angle }) => ({
  x: clamp(x, -SPAN, SPAN),
  y: clamp(y, -SPAN, SPAN),
  a: clamp(a, LEAST, SPAN),
  b: clamp(b, LEAST, SPAN),
  angle: Math.atan2(Math.sin(angle), Math.cos(angle)),
});

/**
 * Where a grip is. @param {Gaussian} gaussian @param {Grip} grip @returns {[number, number]}
 */
export function gripAt({ x, y, a, b, angle }, grip) {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  if (grip === 'centre') return [x, y];
  return grip === 'long' ? [x + a * c, y + a * s] : [x - b * s, y + b * c];
}

/**
 * The Gaussian with a grip drawn to a place: the centre moves it, the first axis turns and stretches it, the second
 * stretches it.
 * @param {Gaussian} gaussian
 * @param {Grip} grip
 * @param {number} x
 * @param {number} y
 */
export function drawn(gaussian, grip, x, y) {
  if (grip === 'centre') return inside({ ...gaussian, x, y });
  const [dx, dy] = [x - gaussian.x, y - gaussian.y];
  if (grip === 'long') return inside({ ...gaussian, a: Math.hypot(dx, dy), angle: Math.atan2(dy, dx) });
  return inside({ ...gaussian, b: -dx * Math.sin(gaussian.angle) + dy * Math.cos(gaussian.angle) });
}

/**
 * The Gaussian after an arrow key at a grip.
 * @param {Gaussian} gaussian
 * @param {Grip} grip
 * @param {string} key
 * @returns {Gaussian | undefined} nothing for keys that mean nothing here
 */
export function nudged(gaussian, grip, key) {
  const [right, up] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[key] ?? [];
  if (right === undefined || up === undefined) return undefined;
  const { x, y, a, b, angle } = gaussian;
  if (grip === 'centre') return inside({ ...gaussian, x: x + right * NUDGE, y: y + up * NUDGE });
  if (grip === 'long') return inside({ ...gaussian, a: a + right * NUDGE, angle: angle + up * TURN });
  return inside({ ...gaussian, b: b + (right + up) * NUDGE });
}
