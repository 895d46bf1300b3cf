// @ts-check
/** Keeps the decoded picture of a place, so that another crop or another model's size needs no second upload. */
import { PLACES } from './pictures.js';
import { atModelSize, decode, RefusedPicture } from './reference.js';
import { cropped } from './view.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./pictures.js').Place} Place */
/** @typedef {import('./view.js').View} View */
/** @typedef {import('./reference.js').Refusal} Refusal */

/**
 * @param {import('./store.js').Store<State>} store
 * @param {(refusal: Refusal | { code: 'nothing' }) => void} refuse
 */
export function shelvesFor(store, refuse) {
  return /** @type {Record<Place, ReferenceShelf>} */ (
    Object.fromEntries(PLACES.map((place) => [place, new ReferenceShelf(store, place, refuse)]))
  );
}

export class ReferenceShelf {
  #store;
  #place;
  #refuse;
  /** @type {ImageBitmap | undefined} */
  #bitmap;

  /**
   * @param {import('./store.js').Store<State>} store
   * @param {Place} place
   * @param {(refusal: Refusal | { code: 'nothing' }) => void} refuse
   */
  constructor(store, place, refuse) {
    this.#store = store;
    this.#place = place;
    this.#refuse = refuse;
  }

  /** The picture as it came, before it was cropped. */
  get source() {
    return this.#bitmap;
  }

  /**
   * Takes a file that was chosen, dropped or pasted; one that cannot be used leaves the earlier picture in place.
   * @param {Blob | undefined} file
   */
  async open(file) {
    if (!file) return this.#refuse({ code: 'nothing' });
    try {
      this.#take(await decode(file), file instanceof File ? file.name : '');
    } catch (error) {
      if (!(error instanceof RefusedPicture)) throw error;
      this.#refuse(error.refusal);
    }
  }

  /**
   * Takes what was drawn at the model's size.
   * @param {Uint8ClampedArray} rgba
   * @param {string} name
   */
  async draw(rgba, name) {
    const side = Math.sqrt(rgba.length / 4);
    this.#take(await createImageBitmap(new ImageData(new Uint8ClampedArray(rgba), side, side)), name);
  }

  remove() {
    this.#bitmap?.close();
    this.#bitmap = undefined;
    this.#store.set({ [this.#place]: undefined });
  }

  /** Draws the picture again: another part of it, or for another model. @param {View} [view] */
  refit(view) {
    const placed = this.#store.get()[this.#place];
    if (placed) this.#show(placed.name, view ?? placed.view);
  }

  /**
   * @param {ImageBitmap} bitmap
   * @param {string} name
   */
  #take(bitmap, name) {
    this.#bitmap?.close();
    this.#bitmap = bitmap;
    this.#show(name, cropped());
  }

  /**
   * @param {string} name
   * @param {View} view
   */
  #show(name, view) {
    const size = this.#store.get().model?.size;
    if (this.#bitmap && size)
      this.#store.set({ [this.#place]: { rgba: atModelSize(this.#bitmap, size, view), size, name, view } });
  }
}
