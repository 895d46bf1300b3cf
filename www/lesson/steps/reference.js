// @ts-check
/** ILVR: one reference, several seeds, and how much of it is held. */
import { html, nothing } from 'lit';
import { radios } from '../../ui/choices.js';
import '../picture-source.js';
import { Runs } from '../runs.js';
import { distanceFrom, spreadOf } from '../spread.js';
import { tile } from '../tile.js';
import { apart } from '../words/figures.js';
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
    found: { state: true },
  };

  constructor() {
    super();
    this.n = 4;
    this.seed = 1;
    /** @type {Source | undefined} */
    this.source = undefined;
    /** What was found of the reference at each N. @type {Record<number, { distance: number, spread: number }>} */
    this.found = {};
  }

  get wanted() {
    const { source, n, seed } = this;
    if (!source) return [];
    return Array.from({ length: SEEDS }, (_, k) => ({
      name: `seed-${k}`,
      patch: { method: 'ilvr', 'down-n': n, seed: seed + k },
      pictures: { reference: source.rgba },
    }));
  }

  /** @param {AbortSignal} signal */
  async work(signal) {
    const { source, n } = this;
    if (!source) return;
    await this.make(signal);
    const [distance = 0, spread = 0] = [distanceFrom(this.finished, source.rgba), spreadOf(this.finished)];
    this.found = { ...this.found, [n]: { distance, spread } };
  }

  /** @param {CustomEvent<Source>} event */
  take({ detail }) {
    this.source = detail;
    this.found = {};
    this.look({ unasked: detail.unasked });
  }

  render() {
    const { say, size, source, n, cells } = this;
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
        ${tile({ term: 'lowpass', rgba: cells[0]?.start?.lowpass, size, name: say.lowpass(n), label: say.pictures.lowpass, key: 'lowpass' })}
      </div>
      <h4>${say.seeds(SEEDS)}</h4>
      ${this.progress(say.others, () => (this.seed += SEEDS))}
      <div class="figures four">${cells.map((cell) => tile({ ...this.shown(cell), size, name: say.seed(Number(cell.patch.seed)), label: say.seedLabel(Number(cell.patch.seed), n), key: cell.name }))}</div>
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
          <td>${apart(distance)}</td><td>${apart(spread)}</td></tr>`,
      )}</tbody></table>`;
  }
}
customElements.define('gl-step-reference', Reference);
