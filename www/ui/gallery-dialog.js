// @ts-check
/** A grid of finished runs, made beside the one on show; each cell makes its settings those of the page. */
import { html, nothing } from 'lit';
import { acrossStyles, fillGallery, levelsAgainstSeeds } from '../gallery.js';
import { newInputs } from '../plan.js';
import { asksWeaker } from '../settings.js';
import { cssVariable } from './css-variable.js';
import { Dialog } from './dialog.js';
import './thumb.js';

/** @typedef {import('../gallery.js').Patch} Patch */
/** @typedef {{ patch: Patch, xt?: Uint8ClampedArray, done: number, total: number }} Cell */

export default class GalleryDialog extends Dialog {
  /** @type {import('lit').PropertyDeclarations} */
  static properties = {
    kind: { attribute: false },
    cells: { state: true },
    filling: { state: true },
    trouble: { state: true },
  };

  constructor() {
    super();
    /** @type {'levels' | 'styles'} */
    this.kind = 'levels';
    /** @type {Cell[]} */
    this.cells = [];
    this.filling = false;
    this.trouble = '';
    this.control = new AbortController();
  }

  get heading() {
    return this.app.strings.galleries[this.kind].title;
  }

  /** What it shows was made from the settings it was opened with. */
  concerns() {
    return false;
  }

  firstUpdated() {
    super.firstUpdated();
    this.fill();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.control.abort();
  }

  body() {
    const { strings } = this.app;
    const { cells, filling, kind } = this;
    const finished = cells.filter(({ done, total }) => done === total).length;
    const done = cells.reduce((sum, cell) => sum + cell.done / cell.total, 0);
    const columns = new Set(cells.map(({ patch }) => patch['down-n'] ?? patch.style)).size;
    const told = strings.galleryDone(finished, cells.length);
    return html`<p class="line">${strings.galleries[kind].line}</p>
      <div class="row">
        <progress max=${cells.length || 1} value=${done} aria-label=${told}></progress><small role="status">${told}</small>
        ${
          filling
            ? html`<button type="button" data-action="cancel" @click=${() => this.control.abort()}>${strings.cancel}</button>`
            : html`<button type="button" data-action="again" @click=${this.fill}>${strings.again}</button>`
        }
      </div>
      ${this.trouble ? html`<p class="notice error" role="alert">${this.trouble}</p>` : nothing}
      <ul class="gallery" ${cssVariable('--columns', columns || 1)}>${cells.map((cell) => this.cell(cell))}</ul>`;
  }

  /** @param {Cell} cell */
  cell({ patch, xt, done, total }) {
    const { strings } = this.app;
    const name = strings.galleryCell(patch);
    const finished = done === total;
    return html`<li><button type="button" data-cell title=${strings.openCell(name)} aria-label=${strings.openCell(name)} ?disabled=${!finished} @click=${() => this.open(patch)}>
      <gl-thumb .rgba=${xt} size=${this.state.model?.size ?? 32}></gl-thumb><span>${name}</span></button></li>`;
  }

  async fill() {
    const { engine, specs, catalogue, strings, actions } = this.app;
    const { settings, pictures } = newInputs(this.state);
    const { size = 32, styles = [] } = this.state.model ?? {};
    const patches =
      this.kind === 'levels'
        ? levelsAgainstSeeds(settings, size, catalogue)
        : acrossStyles(settings, styles, catalogue);
    this.cells = patches.map((patch) => ({ patch, done: 0, total: 1 }));
    this.trouble = '';
    this.filling = true;
    const { signal } = (this.control = new AbortController());
    try {
      if (asksWeaker(settings, catalogue)) await actions.loadWeaker();
      await fillGallery({
        engine,
        specs,
        runs: patches.map((patch) => ({ ...settings, ...patch })),
        pictures,
        signal,
        show: (index, made) => {
          this.cells = this.cells.map((cell, i) => (i === index ? { ...cell, ...made } : cell));
        },
      });
    } catch (error) {
      this.trouble = strings.galleryBroke(error instanceof Error ? error.message : String(error));
    }
    this.filling = false;
  }

  /** @param {Patch} patch */
  open(patch) {
    const { actions } = this.app;
    actions.setAll(patch);
    this.close();
    actions.restart();
  }
}
customElements.define('gl-gallery-dialog', GalleryDialog);
