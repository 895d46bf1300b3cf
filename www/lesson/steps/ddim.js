// @ts-check
/** DDIM: one starting noise in few steps and many, with and without fresh noise on the way. */
import { html } from 'lit';
import { rootMeanSquare } from '../../difference.js';
import { countSteps } from '../../respacing.js';
import { listSlider, slider } from '../../ui/slider.js';
import { multiples } from '../multiples.js';
import { Runs } from '../runs.js';
import { tile } from '../tile.js';

/** @typedef {'eta-0' | 'eta-1' | 'ddpm'} RowName */

const COUNTS = [3, 5, 10, 25];

/** @type {Record<RowName, import('../experiment.js').Patch>} */
const ROWS = {
  'eta-0': { sampler: 'ddim', eta: 0 },
  'eta-1': { sampler: 'ddim', eta: 1 },
  ddpm: { sampler: 'ddpm' },
};
/** One question a step, about what the small model draws best. */
const ASKED = { method: 'conditional', class: 'face' };

const NAMES = /** @type {RowName[]} */ (Object.keys(ROWS));

/** The place of the run with an eta of its own. */
const ONE = 'one';

/** @param {RowName} row @param {number} [count] */
const placeOf = (row, count) => `${row} ${count}`;

export default class Ddim extends Runs {
  static step = /** @type {const} */ ('ddim');

  /** @type {import('lit').PropertyDeclarations} */
  static properties = { seed: { state: true }, eta: { state: true }, steps: { state: true } };

  constructor() {
    super();
    this.sampler = 'ddim';
    this.seed = 1;
    this.eta = 0.5;
    this.steps = 10;
    /** Whether the one run is waited for more than the table. */
    this.oneFirst = false;
  }

  firstUpdated() {
    this.look({ unasked: true });
  }

  /** No run is longer than the settings say. */
  get counts() {
    const longest = countSteps(String(this.settings({}).steps)) ?? Infinity;
    const counts = COUNTS.filter((count) => count <= longest);
    return counts.length > 1 ? counts : COUNTS.slice(0, 2);
  }

  get wanted() {
    const patch = (/** @type {import('../experiment.js').Patch} */ how, /** @type {number} */ count) => ({
      ...how,
      ...ASKED,
      steps: String(count),
      seed: this.seed,
    });
    const table = NAMES.flatMap((row) =>
      this.counts.map((count) => ({ name: placeOf(row, count), patch: patch(ROWS[row], count) })),
    );
    const one = { name: ONE, patch: patch({ sampler: 'ddim', eta: this.eta }, this.shortened) };
    if (!this.oneFirst) return [...table, one];
    // What it is compared with comes before the rest.
    const beside = placeOf('eta-0', this.shortened);
    return [...table.filter(({ name }) => name === beside), one, ...table.filter(({ name }) => name !== beside)];
  }

  /** @param {{ eta: number } | { steps: number }} patch */
  setOne(patch) {
    Object.assign(this, patch);
    this.oneFirst = true;
    this.look({ moving: true });
  }

  /** The chosen count, or the largest there is. */
  get shortened() {
    const { counts } = this;
    return counts.includes(this.steps) ? this.steps : /** @type {number} */ (counts.at(-1));
  }

  /** How far the pictures of two places are from each other. @param {string} a @param {string} b */
  distance(a, b) {
    const [one, other] = [this.at(a), this.at(b)];
    return one?.done && other?.done && one.last && other.last ? rootMeanSquare(one.last.xt, other.last.xt) : undefined;
  }

  /** How far a picture is from that of the next smaller count. @param {RowName} row @param {number} index */
  moved(row, index) {
    const { counts } = this;
    return this.distance(placeOf(row, counts[index]), placeOf(row, counts[index - 1]));
  }

  render() {
    const { say } = this;
    return html`
      ${this.progress(say.otherNoise, () => (this.seed += 1))}
      ${this.answer(() => this.table())}
      ${this.oneRun()}
      ${this.troubleLine()}`;
  }

  table() {
    const { say, counts, size } = this;
    const last = NAMES.map((row) => this.moved(row, counts.length - 1));
    return html`${multiples({
      caption: say.caption,
      columns: counts.map((count) => say.count(count)),
      rows: NAMES.map((row) => ({
        name: say.rows[row],
        cells: counts.map((count, index) => {
          const distance = this.moved(row, index);
          return {
            ...this.shown(this.at(placeOf(row, count))),
            label: say.picture(say.rows[row], count),
            says: distance === undefined ? '' : html`<span data-moved="${row} ${count}">${say.moved(distance)}</span>`,
          };
        }),
      })),
      size,
    })}
    <p class="says" data-readout="verdict">${last.includes(undefined) ? '' : say.verdict(counts.slice(-2), last)}</p>`;
  }

  oneRun() {
    const { say, counts, size } = this;
    const steps = this.shortened;
    const plain = placeOf('eta-0', steps);
    const distance = this.distance(ONE, plain);
    const figure = (/** @type {string} */ name, /** @type {string} */ place) =>
      tile({ ...this.shown(this.at(place)), size, name, label: name, key: place });
    return html`<h4>${say.oneRun}</h4>
      <div class="row">
        ${slider({
          key: 'ddim-eta',
          name: say.eta,
          value: this.eta,
          min: 0,
          max: 1,
          step: 0.05,
          text: this.eta.toFixed(2),
          set: (eta) => this.setOne({ eta }),
        })}
        ${listSlider({ key: 'ddim-steps', name: say.steps, values: counts, value: steps, set: (count) => this.setOne({ steps: count }) })}
      </div>
      <div class="figures">${figure(say.rows['eta-0'], plain)} ${figure(say.withEta(this.eta), ONE)}</div>
      <p class="says" data-readout="away">${distance === undefined ? say.moveEta : say.away(distance)}</p>`;
  }
}
customElements.define('gl-step-ddim', Ddim);
