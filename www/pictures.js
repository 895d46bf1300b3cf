// @ts-check
/** Which pictures a run is given, of those that the page has. No DOM. */

/** @typedef {import('./state.js').State} State */

/** The two places a picture can have: what ILVR follows, and what a run starts from and inpainting keeps a part of. */
export const PLACES = /** @type {const} */ (['reference', 'init']);

/** @typedef {typeof PLACES[number]} Place */

/** All that a run can be given. */
export const PICTURES_OF_A_RUN = /** @type {const} */ ([...PLACES, 'mask']);

/**
 * The pictures that the page has, to have them back later.
 * @param {Pick<State, 'reference' | 'init' | 'mask'>} state
 */
export const shownPictures = ({ reference, init, mask }) => ({ reference, init, mask });

/**
 * One picture serves for both places until there is another.
 * @param {Pick<State, 'reference' | 'init' | 'mask'>} state
 * @returns {import('./protocol.js').Pictures}
 */
export function picturesOf({ reference, init, mask }) {
  return { reference: (reference ?? init)?.rgba, init: (init ?? reference)?.rgba, mask: mask?.rgba };
}

/** @param {Pick<State, 'reference' | 'init'>} state */
export function hasPicture({ reference, init }) {
  return reference !== undefined || init !== undefined;
}

/**
 * @param {State} a
 * @param {State} b
 */
export const samePictures = (a, b) => a.reference === b.reference && a.init === b.init && a.mask === b.mask;

/** Brings the mask to the size of the model. @param {import('./store.js').Store<State>} store */
export function fitMask(store) {
  const { mask, model } = store.get();
  if (mask && model && mask.size !== model.size)
    store.set({ mask: { rgba: nearest(mask.rgba, mask.size, model.size), size: model.size } });
}

/**
 * @param {Uint8Array} rgba from × from × 4
 * @param {number} from
 * @param {number} to
 */
function nearest(rgba, from, to) {
  const out = new Uint8Array(to * to * 4);
  for (let i = 0; i < to * to; i++) {
    const [x, y] = [i % to, Math.floor(i / to)].map((at) => Math.floor(((at + 0.5) * from) / to));
    const at = (Number(y) * from + Number(x)) * 4;
    out.set(rgba.subarray(at, at + 4), i * 4);
  }
  return out;
}
