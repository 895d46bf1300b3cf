// @ts-check
/** Experiments that set several runs beside each other: made one after the other, each in a tile that fills. */
import { html } from 'lit';
import { Experiment } from './experiment.js';

/** @typedef {import('./experiment.js').Frame} Frame */
/** @typedef {import('./experiment.js').Patch} Patch */
/** @typedef {{ patch: Patch, first?: Frame, last?: Frame, took: Frame['ms'][] }} Cell the frames between are not kept */

/** How much of a run is made, from 0 to 1. @param {Cell} cell */
const shareOf = ({ last }) => (last ? last.step / last.total : 0);

export class Runs extends Experiment {
  /** @type {import('lit').PropertyDeclarations} */
  static properties = { cells: { state: true } };

  constructor() {
    super();
    /** @type {Cell[]} */
    this.cells = [];
  }

  /** The pictures of the runs that have come to their end. */
  get finished() {
    return this.cells.filter((cell) => shareOf(cell) === 1).flatMap((cell) => cell.last?.xt ?? []);
  }

  /**
   * @param {Patch[]} patches the settings of each run that differ from the model's
   * @param {Pick<Parameters<Experiment['run']>[1], 'signal' | 'pictures' | 'begun'>} options
   */
  async make(patches, { signal, ...options }) {
    this.cells = patches.map((patch) => ({ patch, took: [] }));
    for (const [index, patch] of patches.entries()) {
      for await (const frame of this.run(patch, { signal, ...options }))
        this.cells = this.cells.map((cell, i) =>
          i === index ? { patch, first: cell.first ?? frame, last: frame, took: [...cell.took, frame.ms] } : cell,
        );
      signal.throwIfAborted();
    }
  }

  /** How far the runs are, and what ends them or makes them again. @param {unknown} again @param {() => unknown} begin */
  progress(again, begin) {
    const { cells, busy, finished } = this;
    const told = this.app.strings.galleryDone(finished.length, cells.length);
    return html`<div class="row runs-progress">${this.button('again', again, begin)}
      <progress max=${cells.length || 1} value=${cells.reduce((sum, cell) => sum + shareOf(cell), 0)} aria-label=${told}></progress>
      <small role="status">${busy ? '' : told}</small></div>`;
  }
}
