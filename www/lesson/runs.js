// @ts-check
/** Experiments that set several runs beside each other: made one after the other, each in a place that fills. */
import { html } from 'lit';
import { isUsable } from '../state.js';
import { Experiment } from './experiment.js';

/** @typedef {import('./experiment.js').Frame} Frame */
/** @typedef {import('./experiment.js').Patch} Patch */
/** @typedef {import('./experiment.js').Pictures} Pictures */
/** @typedef {Parameters<NonNullable<Parameters<Experiment['run']>[1]['begun']>>[0]} Start */

/**
 * A run that is wanted; `name` is its place.
 * @typedef {{ name: string, patch: Patch, pictures?: Pictures, lane?: number, keep?: boolean }} Wanted
 */

/**
 * A place, with as much of its run as is made. The frames between the first and the last are not kept, but for what
 * tells what they took. `judged` is what its experiment says of the finished picture; `before` is the picture that
 * stood there until now.
 * @typedef {Wanted & { recipe: string, done: boolean, start?: Start, first?: Frame, last?: Frame,
 *   took: Pick<Frame, 'ms' | 'abar' | 'step' | 'total'>[], judged?: any, before?: Uint8ClampedArray }} Cell
 */

/** How much of a run is made, from 0 to 1. @param {Cell} cell */
const shareOf = ({ done, last }) => (done ? 1 : last ? last.step / last.total : 0);

/** @param {string} _ @param {unknown} value */
const listed = (_, value) => (ArrayBuffer.isView(value) ? Array.from(/** @type {Uint8Array} */ (value)) : value);

/** What a run comes out of; equal for runs that come out the same. A lane may have a model of its own. @param {Wanted} wanted @param {string} [model] */
const recipeOf = ({ patch, pictures, lane }, model) => JSON.stringify([model, lane, patch, pictures], listed);

export class Runs extends Experiment {
  /** @type {import('lit').PropertyDeclarations} */
  static properties = { cells: { state: true } };

  constructor() {
    super();
    /** @type {Cell[]} */
    this.cells = [];
  }

  /** The runs that the controls ask for. @returns {Wanted[]} */
  get wanted() {
    return [];
  }

  /** What an experiment says of a finished picture. @param {Frame} _last @param {Patch} _patch @returns {Promise<unknown>} */
  async judge(_last, _patch) {
    return undefined;
  }

  /** What is done when the controls ask for it. @param {AbortSignal} signal */
  async work(signal) {
    await this.make(signal);
  }

  /** Makes what the controls ask for and is not there yet. @param {import('./experiment.js').How} [how] */
  look(how) {
    if (isUsable(this.state)) this.setOut();
    return this.perform(async (signal) => {
      this.setOut();
      await this.work(signal);
    }, how);
  }

  /** Gives each wanted run its place: what is made already stays. */
  setOut() {
    const { cells, state } = this;
    this.cells = this.wanted.map((wanted) => {
      const recipe = recipeOf(wanted, state.model?.name);
      const made = cells.find((cell) => cell.done && cell.recipe === recipe);
      if (made) return { ...made, ...wanted };
      const there = this.at(wanted.name);
      return { ...wanted, recipe, done: false, took: [], before: there?.done ? there.last?.xt : there?.before };
    });
  }

  /** @param {string} name */
  at(name) {
    return this.cells.find((cell) => cell.name === name);
  }

  /** The pictures of the runs that have come to their end. */
  get finished() {
    return this.cells.flatMap(({ done, last }) => (done && last ? last.xt : []));
  }

  /**
   * Makes what is not done, in the order in which it was asked for.
   * @param {AbortSignal} signal
   * @param {(cell: Cell) => boolean} [which]
   */
  async make(signal, which = () => true) {
    for (const { name, recipe, patch, pictures, lane, keep } of this.cells.filter(which)) {
      // Two places may have the same run.
      if (this.at(name)?.done) continue;
      const put = (/** @type {(cell: Cell) => Partial<Cell>} */ change) => {
        this.cells = this.cells.map((cell) => (cell.recipe === recipe ? { ...cell, ...change(cell) } : cell));
      };
      put(() => ({ first: undefined, last: undefined, took: [] }));
      const begun = (/** @type {Start} */ start) => put(() => ({ start }));
      for await (const frame of this.run(patch, { signal, pictures, lane, keep, begun })) {
        signal.throwIfAborted();
        const { ms, abar, step, total } = frame;
        put(({ first = frame, took }) => ({ first, last: frame, took: [...took, { ms, abar, step, total }] }));
      }
      signal.throwIfAborted();
      const last = /** @type {Frame} */ (this.at(name)?.last);
      const judged = await this.judge(last, patch);
      signal.throwIfAborted();
      put(() => ({ judged, done: true, before: undefined }));
    }
  }

  /** What a place shows: its picture as it forms, or the one before until there is a new one. @param {Cell} [cell] */
  shown(cell) {
    if (!cell?.before) return { rgba: cell?.last?.xt };
    return { rgba: cell.before, old: this.words.earlier };
  }

  /** Ends what is being made, goes on with it, or begins anew. @param {unknown} again @param {() => unknown} [change] */
  progress(again, change) {
    const { cells, words, busy } = this;
    const done = cells.filter((cell) => cell.done).length;
    const finished = done > 0 && done === cells.length;
    const told = this.app.strings.galleryDone(done, cells.length);
    const begin = () => {
      if (finished) {
        change?.();
        this.cells = cells.map((cell) => ({ ...cell, recipe: '' }));
      }
      this.look();
    };
    return html`<div class="row runs-progress">${this.button('again', finished ? again : words.goOn, begin)}
      <progress max=${cells.length || 1} value=${cells.reduce((sum, cell) => sum + shareOf(cell), 0)} aria-label=${told}></progress>
      <small role="status">${busy ? '' : told}</small></div>`;
  }
}
