// @ts-check
/** Puts pictures in their places: from files, from drawings, and anew at another crop or another model's size. */
import { PLACES } from './pictures.js';
import { atModelSize, decode, RefusedPicture } from './reference.js';
import { cropped } from './view.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./pictures.js').Place} Place */
/** @typedef {import('./view.js').View} View */
/** @typedef {import('./reference.js').Refusal} Refusal */

export class ReferenceShelf {
  #store;
  #refuse;

  /**
   * @param {import('./store.js').Store<State>} store
   * @param {(refusal: Refusal | { code: 'nothing' }) => void} refuse
   */
  constructor(store, refuse) {
    this.#store = store;
    this.#refuse = refuse;
  }

  /**
   * Takes a file that was chosen, dropped or pasted; one that cannot be used leaves the earlier picture in place.
   * @param {Place} place
   * @param {Blob | undefined} file
   */
  async open(place, file) {
    if (!file) return this.#refuse({ code: 'nothing' });
    try {
      this.#put(place, await decode(file), file instanceof File ? file.name : '', cropped());
    } catch (error) {
      if (!(error instanceof RefusedPicture)) throw error;
      this.#refuse(error.refusal);
    }
  }

  /**
   * Takes what was drawn at the model's size.
   * @param {Place} place
   * @param {Uint8ClampedArray} rgba
   * @param {string} name
   */
  async draw(place, rgba, name) {
    const side = Math.sqrt(rgba.length / 4);
    const image = new ImageData(new Uint8ClampedArray(rgba), side, side);
    this.#put(place, await createImageBitmap(image), name, cropped());
  }

  /** @param {Place} place */
  remove(place) {
    this.#store.set({ [place]: undefined });
  }

  /** Uses another part of a picture. @param {Place} place @param {View} view */
  view(place, view) {
    const picture = this.#store.get()[place];
    if (picture) this.#put(place, picture.source, picture.name, view);
  }

  /** Draws all pictures again: for another model. */
  refit() {
    for (const place of PLACES) {
      const picture = this.#store.get()[place];
      if (picture) this.view(place, picture.view);
    }
  }

  /**
   * @param {Place} place
   * @param {ImageBitmap} source
   * @param {string} name
   * @param {View} view
   */
  #put(place, source, name, view) {
    const size = this.#store.get().model?.size;
    if (size) this.#store.set({ [place]: { rgba: atModelSize(source, size, view), size, source, name, view } });
  }
}
