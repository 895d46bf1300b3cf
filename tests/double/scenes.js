// @ts-check
/** Small pictures for the double's toy model: four of each class, 32 × 32 RGB in [−1, 1] on white. */

export const SIZE = 32;
export const CLASSES = [
  'face',
  'person',
  'hand',
  'animal',
  'plant',
  'food',
  'vehicle',
  'building',
  'sky',
  'clothing',
  'heart',
  'sign',
];
export const STYLES = ['noto', 'twemoji', 'fluent'];

/** @typedef {[number, number, number]} Colour */
/** @typedef {(x: number, y: number) => number} Shape negative inside; x and y in [−1, 1], y down */

/** @type {(cx: number, cy: number, r: number) => Shape} */
const disc = (cx, cy, r) => (x, y) => Math.hypot(x - cx, y - cy) - r;
/** @type {(cx: number, cy: number, rx: number, ry: number) => Shape} */
const oval = (cx, cy, rx, ry) => (x, y) => (Math.hypot((x - cx) / rx, (y - cy) / ry) - 1) * Math.min(rx, ry);
/** @type {(cx: number, cy: number, w: number, h: number) => Shape} */
const box = (cx, cy, w, h) => (x, y) => Math.max(Math.abs(x - cx) - w, Math.abs(y - cy) - h);
/** @type {(cx: number, cy: number, w: number, h: number) => Shape} */
const roof = (cx, cy, w, h) => (x, y) =>
  Math.max(y - cy - h, (Math.abs(x - cx) * h * 2 - (y - cy + h) * w) / Math.hypot(w, 2 * h));
/** @type {Shape} */
const heart = (x, y) => {
  const [u, v] = [x / 0.75, 0.25 - y / 0.8];
  return ((u * u + v * v - 0.6) ** 3 - u * u * v ** 3) * 0.6;
};

const ink = /** @type {Colour} */ ([60, 50, 50]);
const white = /** @type {Colour} */ ([255, 255, 255]);

/** @type {Record<string, (hue: (base: Colour) => Colour, lean: number) => [Shape, Colour][]>} */
const DRAWINGS = {
  face: (hue, lean) => [
    [disc(0, 0, 0.85), hue([255, 205, 60])],
    [oval(-0.3, -0.2, 0.1, 0.16), ink],
    [oval(0.3, -0.2, 0.1, 0.16), ink],
    [oval(lean, 0.38, 0.4, 0.16), [170, 60, 50]],
  ],
  person: (hue) => [
    [disc(0, -0.4, 0.4), [250, 205, 160]],
    [oval(0, -0.62, 0.42, 0.26), [90, 60, 40]],
    [oval(0, 0.75, 0.75, 0.55), hue([60, 110, 200])],
  ],
  hand: (hue) => [
    [oval(0, 0.3, 0.45, 0.5), hue([255, 200, 120])],
    [box(-0.3, -0.3, 0.1, 0.4), hue([255, 200, 120])],
    [box(0, -0.4, 0.1, 0.45), hue([255, 200, 120])],
    [box(0.3, -0.3, 0.1, 0.4), hue([255, 200, 120])],
  ],
  animal: (hue, lean) => [
    [disc(-0.5, -0.55, 0.28), hue([150, 95, 55])],
    [disc(0.5, -0.55, 0.28), hue([150, 95, 55])],
    [disc(0, 0.05, 0.75), hue([180, 120, 70])],
    [oval(lean / 2, 0.35, 0.35, 0.25), [240, 220, 190]],
    [disc(-0.28, -0.1, 0.09), ink],
    [disc(0.28, -0.1, 0.09), ink],
    [oval(lean / 2, 0.25, 0.12, 0.08), ink],
  ],
  plant: (hue) => [
    [box(0, 0.45, 0.08, 0.45), [110, 80, 45]],
    [disc(0, -0.25, 0.6), hue([60, 150, 70])],
    [disc(-0.25, -0.4, 0.2), hue([110, 190, 90])],
  ],
  food: (hue) => [
    [disc(0, 0.1, 0.72), hue([225, 50, 45])],
    [oval(-0.25, -0.15, 0.14, 0.2), [255, 170, 150]],
    [box(0.05, -0.7, 0.05, 0.2), [100, 70, 40]],
    [oval(0.28, -0.72, 0.22, 0.1), [90, 170, 70]],
  ],
  vehicle: (hue) => [
    [box(0, 0.15, 0.85, 0.25), hue([220, 60, 50])],
    [box(0, -0.2, 0.5, 0.25), hue([220, 60, 50])],
    [box(0, -0.2, 0.38, 0.15), [190, 225, 245]],
    [disc(-0.45, 0.45, 0.22), ink],
    [disc(0.45, 0.45, 0.22), ink],
  ],
  building: (hue) => [
    [box(0, 0.35, 0.6, 0.5), hue([215, 190, 150])],
    [roof(0, -0.4, 0.85, 0.35), [190, 80, 60]],
    [box(0, 0.55, 0.16, 0.3), [110, 80, 60]],
    [box(-0.35, 0.2, 0.12, 0.12), [120, 180, 225]],
    [box(0.35, 0.2, 0.12, 0.12), [120, 180, 225]],
  ],
  sky: (hue, lean) => [
    [disc(0.3, -0.3, 0.4), [255, 200, 60]],
    [disc(-0.35 + lean / 2, 0.3, 0.35), hue([185, 205, 225])],
    [disc(0.1 + lean / 2, 0.2, 0.42), hue([205, 220, 235])],
    [box(-0.1 + lean / 2, 0.5, 0.5, 0.16), hue([205, 220, 235])],
  ],
  clothing: (hue) => [
    [box(0, 0.15, 0.5, 0.65), hue([60, 120, 210])],
    [box(0, -0.32, 0.85, 0.2), hue([60, 120, 210])],
    [disc(0, -0.55, 0.22), white],
  ],
  heart: (hue) => [[heart, hue([230, 40, 60])]],
  sign: (hue) => [
    [box(0, 0, 0.8, 0.8), hue([60, 130, 220])],
    [disc(0, 0, 0.55), white],
    [disc(0, 0, 0.38), hue([60, 130, 220])],
  ],
};

/** Turns a colour a little: four variants of each drawing. */
const HUES = [
  ([r, g, b]) => [r, g, b],
  ([r, g, b]) => [g, r, b],
  ([r, g, b]) => [b, g, r],
  ([r, g, b]) => [(r + 255) / 2, (g + b) / 2, b],
];

/**
 * @param {string} name
 * @param {number} variant 0 to 3
 * @returns {Float32Array} 3 × 32 × 32
 */
export function scene(name, variant) {
  const layers = DRAWINGS[name](/** @type {any} */ (HUES[variant]), (variant - 1.5) * 0.1);
  const out = new Float32Array(3 * SIZE * SIZE).fill(1);
  for (let row = 0; row < SIZE; row++) {
    for (let column = 0; column < SIZE; column++) {
      for (const [shape, colour] of layers) {
        const cover = Math.max(0, Math.min(1, 0.5 - shape((column + 0.5) / 16 - 1, (row + 0.5) / 16 - 1) * 14));
        for (let c = 0; c < 3; c++) {
          const at = (c * SIZE + row) * SIZE + column;
          out[at] += (colour[c] / 127.5 - 1 - out[at]) * cover;
        }
      }
    }
  }
  return out;
}
