// @ts-check
/**
 * The update of a step as the sum it is: x_{t−1} = Σ weight · term, as a whole and at one pixel, and without some of its
 * terms. Pure arithmetic.
 */

/** @typedef {import('./protocol.js').Frame} Frame */
/** @typedef {import('./protocol.js').Term} Term */
/** @typedef {import('./protocol.js').Part} Part */
/** @typedef {[number, number, number]} Rgb */

/** A state that differs from its sum by more was changed after it: rounding to float32 leaves less. */
const ROUNDING = 1e-4;

/**
 * The terms that the setting `without` leaves out.
 * @param {import('./protocol.js').Settings} settings
 * @returns {string[]}
 */
export function termsOff(settings) {
  return String(settings.without ?? '')
    .split(',')
    .map((term) => term.trim())
    .filter(Boolean);
}

/**
 * The setting `without` with a term left out or put back.
 * @param {string[]} off
 * @param {Term} term
 * @param {boolean} on
 */
export function switchTerm(off, term, on) {
  const others = off.filter((other) => other !== term);
  return (on ? others : [...others, term]).join(',');
}

/**
 * The parts that the step had: a gradient has a weight also where nothing climbs one.
 * @param {Pick<Frame, 'parts' | 'values'>} frame
 * @returns {Part[]}
 */
export function presentParts({ parts, values }) {
  return parts.filter(({ term }) => values[term]);
}

/**
 * What guidance adds to the network's ε: nothing where there is none, or where the update itself weighs the gradient.
 * @param {Pick<Frame, 'parts' | 'values' | 'abar'>} frame
 * @returns {Part[]}
 */
export function partsOfEps({ parts, values, abar }) {
  // Of a state without any signal no change of ε changes x̂₀, so there it is not shifted.
  const shift = abar > 0 && !parts.some(({ term }) => term === 'gradient') ? -Math.sqrt(1 - abar) : 0;
  const all = /** @type {Part[]} */ ([
    { term: 'steered', weight: 1 },
    { term: 'gradient', weight: shift },
  ]);
  return all.filter(({ term, weight }) => weight !== 0 && values[term]);
}

/**
 * The sum over the whole picture.
 * @param {Pick<Frame, 'parts' | 'values'>} frame
 * @param {string[]} off terms left out
 * @returns {Float64Array} planar, as the values are
 */
export function sumOfParts({ parts, values }, off) {
  const sum = new Float64Array(values.next.length);
  for (const { term, weight } of parts) {
    if (!off.includes(term))
      values[term]?.forEach((value, i) => (sum[i] = /** @type {number} */ (sum[i]) + weight * value));
  }
  return sum;
}

/**
 * Whether something changed the state after the sum: ILVR, or a jump back up.
 * @param {Pick<Frame, 'parts' | 'values'>} frame
 * @param {string[]} off
 */
export function isCorrected(frame, off) {
  const { next } = frame.values;
  return sumOfParts(frame, off).some((sum, i) => Math.abs(sum - /** @type {number} */ (next[i])) > ROUNDING);
}

/**
 * The three numbers of a pixel.
 * @param {ArrayLike<number>} planes
 * @param {import('./state.js').Pixel} pixel
 * @param {number} size
 * @returns {Rgb}
 */
function rgbAt(planes, { x, y }, size) {
  const at = (/** @type {number} */ channel) => planes[(channel * size + y) * size + x] ?? NaN;
  return [at(0), at(1), at(2)];
}

/**
 * Summands read at one pixel.
 * @param {Pick<Frame, 'values'>} frame
 * @param {Part[]} parts that are there
 * @param {import('./state.js').Pixel} pixel
 * @param {number} size side of the picture
 */
const rowsAt = ({ values: planes }, parts, pixel, size) =>
  parts.map(({ term, weight }) => {
    const values = rgbAt(/** @type {Float32Array} */ (planes[term]), pixel, size);
    return { term, values, products: /** @type {Rgb} */ (values.map((value) => value * weight)) };
  });

/**
 * ε read at one pixel: what the step went by, what guidance added to it, and what was there before, from the network.
 * @param {Pick<Frame, 'parts' | 'values' | 'abar'>} frame
 * @param {string[]} off terms left out
 * @param {import('./state.js').Pixel} pixel
 * @param {number} size side of the picture
 */
export function epsAtPixel(frame, off, pixel, size) {
  const rows = rowsAt(frame, partsOfEps(frame), pixel, size);
  const eps = rgbAt(/** @type {Float32Array} */ (frame.values.eps), pixel, size);
  const added = rows.filter(({ term }) => !off.includes(term));
  const network = /** @type {Rgb} */ (
    eps.map((value, c) => added.reduce((rest, { products }) => rest - /** @type {number} */ (products[c]), value))
  );
  return { network, rows, eps };
}

/**
 * The update read at one pixel.
 * @param {Pick<Frame, 'parts' | 'values'>} frame
 * @param {string[]} off terms left out
 * @param {import('./state.js').Pixel} pixel
 * @param {number} size side of the picture
 */
export function atPixel(frame, off, pixel, size) {
  const rows = rowsAt(frame, presentParts(frame), pixel, size);
  const sum = rgbAt(sumOfParts(frame, off), pixel, size);
  const next = rgbAt(frame.values.next, pixel, size);
  const correction = /** @type {Rgb} */ (next.map((value, c) => value - /** @type {number} */ (sum[c])));
  return { rows, sum, correction, next };
}

/**
 * How strong a planar picture is at each pixel, the strongest being 1: what an overlay's opacity is made of.
 * @param {ArrayLike<number>} planes
 * @returns {Float64Array} one a pixel
 */
export function magnitudes(planes) {
  const pixels = planes.length / 3;
  const at = (/** @type {number} */ i) => planes[i] ?? 0;
  const lengths = Float64Array.from({ length: pixels }, (_, i) =>
    Math.hypot(at(i), at(i + pixels), at(i + 2 * pixels)),
  );
  const most = lengths.reduce((a, b) => Math.max(a, b), 0);
  return most > 0 ? lengths.map((length) => length / most) : lengths;
}
