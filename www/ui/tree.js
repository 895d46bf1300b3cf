// @ts-check
/**
 * The history as a tree: a line for each branch, as long as the branch, from where it left another one to its end, and
 * what was changed there in words.
 */
import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { presentBranch, rows, sharedLength } from '../tree.js';
import { cssVariable } from './css-variable.js';
import { PageElement } from './element.js';
import { icons } from './icons.js';
import { paint } from './paint.js';
import { branchInWords } from './branch-words.js';

/** @typedef {import('../state.js').State} State */
/** @typedef {import('../tree.js').Row} Row */

export class Tree extends PageElement {
  /** @type {import('lit').PropertyDeclarations} */
  static properties = { at: { state: true } };

  constructor() {
    super();
    /** @type {number | undefined} the branch that the keyboard stands on */
    this.at = undefined;
  }

  /**
   * @param {State} state
   * @param {State} before
   */
  concerns(state, before) {
    return state.tree !== before.tree || state.cursor !== before.cursor || state.model !== before.model;
  }

  render() {
    const { strings, actions } = this.app;
    const { tree } = this.state;
    const list = rows(tree.branches);
    const longest = Math.max(1, ...list.map(({ branch }) => branch.frames.at(-1)?.total ?? 0));
    const stop = list.find(({ branch }) => branch.id === this.at) ?? list.find(this.onShow) ?? list[0];
    return html`<h2 id="history">${strings.history}</h2>
      <p class="line" id="history-line">${list.length > 0 ? strings.historyKeys : strings.historyEmpty}</p>
      <div role="tree" aria-labelledby="history" aria-describedby="history-line" @keydown=${this.key}>${repeat(
        list,
        ({ branch }) => branch.id,
        (row) => this.row(row, list, longest, row === stop),
      )}</div>
      ${
        tree.removed.length > 0
          ? html`<button type="button" data-action="bring-back" @click=${actions.bringBack}>${strings.bringBack}</button>`
          : nothing
      }
      ${tree.dropped > 0 ? html`<p class="line" role="status">${strings.dropped(tree.dropped)}</p>` : nothing}`;
  }

  /**
   * @param {Row} row
   * @param {Row[]} list
   * @param {number} longest steps over the whole width
   * @param {boolean} stop whether Tab stops here
   */
  row(row, list, longest, stop) {
    const { strings, actions } = this.app;
    const { branch, parent, at, level, place, siblings } = row;
    const { id, frames } = branch;
    const { model, cursor } = this.state;
    const size = model?.size ?? 32;
    const made = frames[at]?.inputs.settings.model;
    const inWords = branchInWords(this.app, row);
    // Another model of the visitor's choice ends the history, so what another one made is a preview's.
    const words = model && made !== model.name ? strings.previewRun(inWords) : inWords;
    const up = parent ? list.indexOf(row) - list.findIndex((other) => other.branch === parent) : 0;
    const lit = sharedLength(presentBranch(this.state.tree)?.frames ?? [], frames);
    const isHere = lit > at && cursor <= lit && (cursor > at || (cursor === 0 && at === 0));
    const show = (/** @type {number} */ position) => () => {
      this.at = id;
      actions.showBranch(id, position);
    };
    return html`<div role="treeitem" class=${this.onShow(row) ? 'present' : ''} data-branch=${id} tabindex=${stop ? 0 : -1}
      aria-selected=${this.onShow(row)} aria-level=${level} aria-posinset=${place} aria-setsize=${siblings}
      @click=${show(frames.length)} @focus=${() => (this.at = id)}>
      <div class="way" aria-hidden="true" ${cssVariable('--from', at / longest)} ${cssVariable('--to', frames.length / longest)}
        ${cssVariable('--lit', lit / longest)} ${cssVariable('--whole', Number(lit === frames.length))} ${cssVariable('--up', up)} ${cssVariable('--cursor', isHere ? cursor / longest : 0)}>
        ${up > 0 ? html`<span class=${lit > at ? 'stem lit' : 'stem'}></span>` : nothing}
        <span class="all"></span>${lit > at ? html`<span class="lit"></span>` : nothing}
        <canvas class="fork" data-thumb="fork" width=${size} height=${size} title=${strings.showFork(at)}
          @click=${(/** @type {Event} */ event) => (event.stopPropagation(), show(at)())}></canvas>
        <canvas class="end" data-thumb="end" width=${size} height=${size}></canvas>
        ${isHere ? html`<span class="cursor"></span>` : nothing}
      </div>
      <p title=${words}><b>${words}</b> <small>${strings.branchLength(at, frames.length, frames.at(-1)?.total ?? 0)}</small></p>
      <button type="button" class="quiet" tabindex="-1" title=${strings.removeBranch}
        @click=${(/** @type {Event} */ event) => (event.stopPropagation(), actions.removeBranch(id))}>${icons.close}</button>
    </div>`;
  }

  /** @param {Row} row */
  onShow = ({ branch }) => branch.id === this.state.tree.present;

  /** @param {KeyboardEvent} event */
  key = (event) => {
    const list = rows(this.state.tree.branches);
    const index = list.findIndex(({ branch }) => branch.id === this.at);
    const row = list[index];
    if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
    const { id, frames } = row.branch;
    const { actions } = this.app;
    /** @type {Record<string, () => void>} */
    const does = {
      ArrowDown: () => this.stand(list[index + 1]),
      ArrowUp: () => this.stand(list[index - 1]),
      ArrowLeft: () => this.stand(list.find(({ branch }) => branch === row.parent)),
      ArrowRight: () => this.stand(list.find(({ parent }) => parent === row.branch)),
      Home: () => this.stand(list[0]),
      End: () => this.stand(list.at(-1)),
      Enter: () => actions.showBranch(id, event.shiftKey ? row.at : frames.length),
      ' ': () => actions.showBranch(id, event.shiftKey ? row.at : frames.length),
      Delete: () => {
        this.stand(list[index + 1] ?? list[index - 1]);
        actions.removeBranch(id);
      },
    };
    const act = does[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };

  /** Moves the keyboard there. @param {Row | undefined} row */
  stand(row) {
    if (!row) return;
    const item = this.querySelector(`[data-branch="${row.branch.id}"]`);
    if (item instanceof HTMLElement) item.focus();
  }

  updated() {
    const canvases = this.querySelectorAll('canvas');
    for (const [k, { branch, at }] of rows(this.state.tree.branches).entries()) {
      const { frames, start } = branch;
      const [fork, end] = [canvases[2 * k], canvases[2 * k + 1]];
      if (fork) paint(fork, at > 0 ? frames[at - 1]?.x0 : start?.xt);
      if (end) paint(end, frames.at(-1)?.x0);
    }
  }
}
customElements.define('gl-tree', Tree);
