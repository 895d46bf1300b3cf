// @ts-check
/** DDIM: one starting noise in few steps and many, with and without fresh noise on the way. */
import { html } from 'lit';
import { rootMeanSquare } from '../../difference.js';
import { countSteps } from '../../respacing.js';
import { listSlider, slider } from '../../ui/slider.js';
import '../../ui/thumb.js';
import { Experiment } from '../experiment.js';
import { finish } from '../finish.js';
import { multiples } from '../multiples.js';

/** @typedef {'eta-0' | 'eta-1' | 'ddpm'} RowName */
/** @typedef {{ rgba: Uint8ClampedArray, done: boolean }} Drawn */

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

export default class Ddim extends Experiment {
  static step = /** @type {const} */ ('ddim');

  /** @type {import('lit').PropertyDeclarations} */
  static properties = {
    seed: { state: true },
    eta: { state: true },
    steps: { state: true },
    drawn: { state: true },
    single: { state: true },
  };

  constructor() {
    super();
    this.sampler = 'ddim';
    this.seed = 1;
    this.eta = 0.5;
    this.steps = 10;
    /** The pictures of the seed, by row and count. @type {Record<string, Drawn>} */
    this.drawn = {};
    /** @type {Drawn | undefined} */
    this.single = undefined;
  }

  firstUpdated() {
    this.drawAll({ unasked: true });
  }

  /** No run is longer than the settings say. */
  get counts() {
    const longest = countSteps(String(this.settings({}).steps)) ?? Infinity;
    const counts = COUNTS.filter((count) => count <= longest);
    return counts.length > 1 ? counts : COUNTS.slice(0, 2);
  }

  /** @param {RowName} row @param {number} count */
  at(row, count) {
    return this.drawn[`${row} ${count}`];
  }

  /**
   * Draws the picture of a row and a count, unless it is there.
   * @param {RowName} row
   * @param {number} count
   * @param {AbortSignal} signal
   */
  async fill(row, count, signal) {
    if (this.at(row, count)?.done) return;
    const put = (/** @type {Uint8ClampedArray} */ rgba, done = false) => {
      this.drawn = { ...this.drawn, [`${row} ${count}`]: { rgba, done } };
    };
    const patch = { ...ROWS[row], ...ASKED, steps: String(count), seed: this.seed };
    const last = await finish(this.run(patch, { signal }), signal, ({ xt }) => put(xt));
    put(last.xt, true);
  }

  /** @param {{ unasked?: boolean }} [how] */
  drawAll(how) {
    return this.perform(async (signal) => {
      for (const row of NAMES) for (const count of this.counts) await this.fill(row, count, signal);
      if (!this.single?.done) await this.fillSingle(signal);
    }, how);
  }

  otherNoise() {
    this.seed += 1;
    this.drawn = {};
    this.single = undefined;
    return this.drawAll();
  }

  drawOne() {
    this.single = undefined;
    return this.perform((signal) => this.fillSingle(signal));
  }

  /** Draws one run with the chosen eta, and the one without fresh noise beside it. @param {AbortSignal} signal */
  async fillSingle(signal) {
    const { eta, seed } = this;
    const steps = this.shortened;
    await this.fill('eta-0', steps, signal);
    const patch = { sampler: 'ddim', eta, ...ASKED, steps: String(steps), seed };
    const see = (/** @type {import('../../protocol.js').Frame} */ { xt }) => (this.single = { rgba: xt, done: false });
    const last = await finish(this.run(patch, { signal }), signal, see);
    this.single = { rgba: last.xt, done: true };
  }

  /** The chosen count, or the largest there is. */
  get shortened() {
    const { counts } = this;
    return counts.includes(this.steps) ? this.steps : /** @type {number} */ (counts.at(-1));
  }

  /** How far a picture is from that of the next smaller count. @param {RowName} row @param {number} index */
  moved(row, index) {
    const [here, before] = [index, index - 1].map((i) => this.at(row, this.counts[i] ?? 0));
    return here?.done && before?.done ? rootMeanSquare(here.rgba, before.rgba) : undefined;
  }

  render() {
    const { say, counts, size, busy } = this;
    const cells = NAMES.length * counts.length;
    const done = Object.values(this.drawn).filter((drawn) => drawn.done).length;
    const last = NAMES.map((row) => this.moved(row, counts.length - 1));
    const told = last.every((distance) => distance !== undefined)
      ? say.verdict(counts.slice(-2), last)
      : say.drawn(done, cells);
    return html`
      <div class="row">
        ${this.button('draw-all', done < cells ? say.drawAll : say.otherNoise, () => (done < cells ? this.drawAll() : this.otherNoise()))}
        ${busy ? html`<progress max=${cells} value=${done} aria-label=${say.drawn(done, cells)}></progress>` : ''}
      </div>
      ${multiples({
        caption: say.caption,
        columns: counts.map((count) => say.count(count)),
        rows: NAMES.map((row) => ({
          name: say.rows[row],
          cells: counts.map((count, index) => {
            const distance = this.moved(row, index);
            return {
              rgba: this.at(row, count)?.rgba,
              label: say.picture(say.rows[row], count),
              says:
                distance === undefined ? '' : html`<span data-moved="${row} ${count}">${say.moved(distance)}</span>`,
            };
          }),
        })),
        size,
      })}
      <p class="says" role="status" data-readout="verdict">${busy ? '' : told}</p>
      ${this.oneRun()}
      ${this.troubleLine()}`;
  }

  oneRun() {
    const { say, counts, size, single } = this;
    const steps = this.shortened;
    const plain = this.at('eta-0', steps);
    const distance = single?.done && plain?.done ? rootMeanSquare(single.rgba, plain.rgba) : undefined;
    const figure = (/** @type {string} */ name, /** @type {Drawn | undefined} */ drawn) =>
      html`<figure class="picture term-xt"><div class="frame"><gl-thumb .rgba=${drawn?.rgba} size=${size} label=${name}></gl-thumb></div><figcaption>${name}</figcaption></figure>`;
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
          set: (eta) => {
            this.eta = eta;
            this.drawOne();
          },
        })}
        ${listSlider({
          key: 'ddim-steps',
          name: say.steps,
          values: counts,
          value: steps,
          set: (count) => {
            this.steps = count;
            this.drawOne();
          },
        })}
      </div>
      <div class="figures">${figure(say.rows['eta-0'], plain)} ${figure(say.withEta(this.eta), single)}</div>
      <p class="says" data-readout="away">${distance === undefined ? say.moveEta : say.away(distance)}</p>`;
  }
}
customElements.define('gl-step-ddim', Ddim);
