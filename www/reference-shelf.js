// @ts-check
/** Keeps the decoded reference picture, so that another crop or another model's size needs no second upload. */
import { atModelSize, decode, RefusedPicture } from './reference.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./reference.js').Refusal} Refusal */

export class ReferenceShelf {
  #store;
  #refuse;
  /** @type {ImageBitmap | undefined} */
  #bitmap;
  /** @type {State['reference']} what was drawn from it; a branch of the history may have brought back another one */
  #drawn;

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
   * @param {Blob | undefined} file
   */
  async open(file) {
    if (!file) return this.#refuse({ code: 'nothing' });
    try {
      const decoded = await decode(file);
      this.remove();
      this.#bitmap = decoded;
      this.#place(file instanceof File ? file.name : '', 'crop');
    } catch (error) {
      if (!(error instanceof RefusedPicture)) throw error;
      this.#refuse(error.refusal);
    }
  }

  remove() {
    this.#bitmap?.close();
    this.#bitmap = undefined;
    this.#drawn = undefined;
    this.#store.set({ reference: undefined });
  }

  /** Draws the picture again: cropped or whole, or for another model. @param {'crop' | 'whole'} [fit] */
  refit(fit) {
    const { reference } = this.#store.get();
    if (!reference) return;
    if (reference === this.#drawn) this.#place(reference.name, fit ?? reference.fit);
    // Of an older one only the square is there, which is the same cropped and whole.
    else if (fit) this.#store.set({ reference: { ...reference, fit } });
  }

  /**
   * @param {string} name
   * @param {'crop' | 'whole'} fit
   */
  #place(name, fit) {
    const size = this.#store.get().model?.size;
    if (!this.#bitmap || !size) return;
    this.#drawn = { rgba: atModelSize(this.#bitmap, size, fit), size, name, fit };
    this.#store.set({ reference: this.#drawn });
  }
}
