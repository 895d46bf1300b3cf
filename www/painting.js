// @ts-check
/** Painting on a small square of RGBA pixels. Pure arithmetic: every function gives a new picture. */

/** @typedef {[number, number, number]} Colour */
/** @typedef {{ x: number, y: number }} Point a pixel's column and row */

export const WHITE = /** @type {Colour} */ ([255, 255, 255]);
export const BLACK = /** @type {Colour} */ ([0, 0, 0]);

/**
 * @param {number} size
 * @param {Colour} colour
 */
export function blank(size, colour) {
  return Uint8ClampedArray.from({ length: size * size * 4 }, (_, i) => [...colour, 255][i % 4] ?? 255);
}

/** @param {ArrayLike<number>} a @param {ArrayLike<number>} b */
const samePixels = (a, b) => a.length === b.length && Array.prototype.every.call(a, (value, i) => value === b[i]);

/**
 * A line of round dabs; from a point to itself it is one.
 * @param {Uint8ClampedArray} rgba
 * @param {number} size
 * @param {{ from: Point, to: Point, diameter: number, colour: Colour }} stroke
 */
export function stroked(rgba, size, { from, to, diameter, colour }) {
  const out = rgba.slice();
  const count = Math.max(1, Math.abs(to.x - from.x), Math.abs(to.y - from.y));
  for (let i = 0; i <= count; i++) {
    const along = (/** @type {number} */ a, /** @type {number} */ b) => Math.round(a + ((b - a) * i) / count);
    for (const at of dab({ x: along(from.x, to.x), y: along(from.y, to.y) }, diameter, size)) out.set(colour, at * 4);
  }
  return out;
}

/**
 * Indices of the pixels that a round brush covers.
 * @param {Point} centre
 * @param {number} diameter
 * @param {number} size
 */
function dab({ x, y }, diameter, size) {
  // An even brush has its middle on a corner between pixels.
  const shift = diameter % 2 === 0 ? 0.5 : 0;
  const reach = Math.floor(diameter / 2);
  const covered = [];
  for (let row = y - reach; row <= y + reach; row++) {
    for (let column = x - reach; column <= x + reach; column++) {
      const inside = Math.hypot(column - x + shift, row - y + shift) <= diameter / 2;
      if (inside && column >= 0 && row >= 0 && column < size && row < size) covered.push(row * size + column);
    }
  }
  return covered;
}

/**
 * Fills the area of one colour around a point.
 * @param {Uint8ClampedArray} rgba
 * @param {number} size
 * @param {{ at: Point, colour: Colour }} where
 */
export function filled(rgba, size, { at, colour }) {
  const out = rgba.slice();
  const pixel = (/** @type {number} */ i) => out.subarray(i * 4, i * 4 + 3);
  const old = rgba.slice((at.y * size + at.x) * 4).subarray(0, 3);
  if (samePixels(old, colour)) return out;
  const open = [at.y * size + at.x];
  for (let i = open.pop(); i !== undefined; i = open.pop()) {
    if (!samePixels(pixel(i), old)) continue;
    out.set(colour, i * 4);
    if (i % size > 0) open.push(i - 1);
    if (i % size < size - 1) open.push(i + 1);
    if (i >= size) open.push(i - size);
    if (i < size * (size - 1)) open.push(i + size);
  }
  return out;
}

/** Black for white and white for black. @param {Uint8ClampedArray} rgba */
export const inverted = (rgba) => rgba.map((value, i) => (i % 4 === 3 ? 255 : 255 - value));

/** Whether a mask keeps a pixel, as the engine reads it. @param {ArrayLike<number>} mask @param {number} i */
export const keeps = (mask, i) => Number(mask[i * 4]) > 127;

/** The share of a picture that a mask keeps. @param {ArrayLike<number>} mask */
export function keptShare(mask) {
  const pixels = mask.length / 4;
  return Array.from({ length: pixels }, (_, i) => keeps(mask, i)).filter(Boolean).length / pixels;
}

/**
 * The edge between what a mask keeps and what the model paints, as a path in pixels; the picture's own edge is none.
 * @param {ArrayLike<number>} mask
 * @param {number} size
 */
export function edgeOf(mask, size) {
  let path = '';
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const i = y * size + x;
      if (x > 0 && keeps(mask, i) !== keeps(mask, i - 1)) path += `M${x} ${y}v1`;
      if (y > 0 && keeps(mask, i) !== keeps(mask, i - size)) path += `M${x} ${y}h1`;
    }
  }
  return path;
}

/**
 * A picture with what the model will paint shown as a faint chequer, so that colour is not the only sign.
 * @param {ArrayLike<number>} rgba
 * @param {ArrayLike<number>} mask
 * @param {number} size
 */
export function withHoles(rgba, mask, size) {
  return Uint8ClampedArray.from({ length: size * size * 4 }, (_, at) => {
    const i = Math.floor(at / 4);
    if (at % 4 === 3) return 255;
    if (keeps(mask, i)) return Number(rgba[at]);
    const light = ((i % size) + Math.floor(i / size)) % 2 === 0;
    return Number(rgba[at]) * 0.25 + (light ? 205 : 150) * 0.75;
  });
}

/** What was there before each change, and what was taken back. */
export class History {
  /** @type {Uint8ClampedArray[]} */
  #past = [];
  /** @type {Uint8ClampedArray[]} */
  #future = [];

  /** @param {Uint8ClampedArray} now */
  constructor(now) {
    this.now = now;
  }

  get canUndo() {
    return this.#past.length > 0;
  }

  get canRedo() {
    return this.#future.length > 0;
  }

  /** Takes a change, unless it changes nothing. @param {Uint8ClampedArray} next */
  put(next) {
    if (samePixels(next, this.now)) return false;
    this.#past.push(this.now);
    this.#future = [];
    this.now = next;
    return true;
  }

  undo() {
    const before = this.#past.pop();
    if (!before) return;
    this.#future.push(this.now);
    this.now = before;
  }

  redo() {
    const after = this.#future.pop();
    if (!after) return;
    this.#past.push(this.now);
    this.now = after;
  }
}
