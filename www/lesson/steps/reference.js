// @ts-check
/** ILVR: one reference, several seeds, and how much of it is held. */
import { html, nothing } from 'lit';
import { radios } from '../../ui/choices.js';
import '../picture-source.js';
import { Runs } from '../runs.js';
import { distanceFrom, spreadOf } from '../spread.js';
import { tile } from '../tile.js';
import '../../styles/lesson-guided.css';

/** @typedef {import('../picture-source.js').Source} Source */

const LEVELS = [2, 4, 8, 16];
const SEEDS = 4;

export default class Reference extends Runs {
  static step = /** @type {const} */ ('reference');

  /** @type {import('lit').PropertyDeclarations} */
  static properties = {
    n: { attribute: false },
    seed: { attribute: false },
    source: { state: true },
    lowpass: { state: true },
    found: { state: true },
  };

  constructor() {
    super();
    this.n = 4;
    this.seed = 1;
    /** @type {Source | undefined} */
    this.source = undefined;
    /** φ_N of the reference. @type {Uint8ClampedArray | undefined} */
    this.lowpass = undefined;
    /** What was found of the reference at each N. @type {Record<number, { distance: number, spread: number }>} */
    this.found = {};
  }

  /** @param {{ unasked?: boolean }} [how] */
  look(how) {
    return this.perform(async (signal) => {
      const { source, n, seed } = this;
      if (!source) return;
      const patches = Array.from({ length: SEEDS }, (_, k) => ({ method: 'ilvr', 'down-n': n, seed: seed + k }));
      await this.make(patches, {
        signal,
        pictures: { reference: source.rgba },
        begun: ({ lowpass }) => (this.lowpass = lowpass),
      });
      const [distance = 0, spread = 0] = [distanceFrom(this.finished, source.rgba), spreadOf(this.finished)];
      this.found = { ...this.found, [n]: { distance, spread } };
    }, how);
  }

  /** @param {CustomEvent<Source>} event */
  take({ detail }) {
    this.source = detail;
    this.found = {};
    this.look({ unasked: detail.unasked });
  }

  render() {
    const { say, size, source, n } = this;
    return html`
      <gl-picture-source .app=${this.app} @picture=${this.take}></gl-picture-source>
      ${radios({
        key: 'down-n',
        name: say.coarseness,
        value: String(n),
        options: LEVELS.filter((level) => size % level === 0).map((level) => ({
          value: String(level),
          name: String(level),
        })),
        set: (level) => {
          this.n = Number(level);
          this.look();
        },
      })}
      <div class="figures pair">
        ${tile({ term: 'reference', rgba: source?.rgba, size, ...say.pictures.reference, key: 'reference' })}
        ${tile({ term: 'lowpass', rgba: this.lowpass, size, name: say.lowpass(n), label: say.pictures.lowpass, key: 'lowpass' })}
      </div>
      <h4>${say.seeds(SEEDS)}</h4>
      ${this.progress(say.others, () => {
        this.seed += SEEDS;
        this.look();
      })}
      <div class="figures four">${this.cells.map((cell, k) => tile({ rgba: cell.last?.xt, size, name: say.seed(Number(cell.patch.seed)), label: say.seedLabel(Number(cell.patch.seed), n), key: `seed-${k}` }))}</div>
      ${this.troubleLine()}
      ${this.table()}`;
  }

  table() {
    const { say, size, found } = this;
    const rows = Object.entries(found);
    if (rows.length === 0) return nothing;
    return html`<table class="found"><caption>${say.table.title}</caption>
      <thead><tr><th scope="col">N</th><th scope="col">${say.table.held}</th><th scope="col">${say.table.distance}</th><th scope="col">${say.table.spread}</th></tr></thead>
      <tbody>${rows.map(
        ([
          level,
          { distance, spread },
        ]) => html`<tr data-level=${level}><th scope="row">${level}</th><td>${say.table.of((size / Number(level)) ** 2, size ** 2)}</td>
          <td>${distance.toFixed(3)}</td><td>${spread.toFixed(3)}</td></tr>`,
      )}</tbody></table>`;
  }
}
customElements.define('gl-step-reference', Reference);
