// @ts-check
/** One denoising step: what the network makes of a picture, and what of a timestep that it was told wrong. */
import { html, svg } from 'lit';
import { sweepTimesteps, withOne } from '../../forward.js';
import { TRAINED_STEPS } from '../../respacing.js';
import { dots, line, plot, PLOT } from '../../ui/plot.js';
import { slider } from '../../ui/slider.js';
import { errorsOf, leastOf } from '../errors.js';
import { Experiment } from '../experiment.js';
import { pictureChoice } from '../picture-choice.js';
import { pictureOf } from '../pictures.js';
import { tile } from '../tile.js';
import '../../styles/lab.css';
import '../../styles/lesson-denoising.css';

const LAST = TRAINED_STEPS - 1;

/** @typedef {import('../../protocol.js').Noised} Noised */
/** @typedef {{ t: number, error: number }} Told a timestep that was told, and the mean squared error of x̂₀ */

export default class Timestep extends Experiment {
  static step = /** @type {const} */ ('timestep');

  /** @type {import('lit').PropertyDeclarations} */
  static properties = {
    picture: { state: true },
    t: { state: true },
    told: { state: true },
    seen: { state: true },
    tellings: { state: true },
    sweeping: { state: true },
  };

  constructor() {
    super();
    /** @type {import('../pictures.js').PictureName} */
    this.picture = 'face';
    this.t = 500;
    this.told = 500;
    this.seed = 1;
    /** @type {{ t: number, told: number, clean: Uint8ClampedArray, truth: Noised, answer: Noised } | undefined} */
    this.seen = undefined;
    /** @type {Told[]} what has been found at this timestep */
    this.tellings = [];
    this.sweeping = false;
  }

  firstUpdated() {
    this.look({ unasked: true });
  }

  async show() {
    const { t, told, seed, picture } = this;
    const clean = await pictureOf(picture, this.size);
    const ask = (/** @type {number} */ says) =>
      this.lesson.engine.noised(new Uint8Array(clean), t, seed, { told: says });
    const truth = await ask(t);
    const answer = told === t ? truth : await ask(told);
    this.seen = { t, told, clean, truth, answer };
    this.tellings = withOne(this.tellings, { t: told, error: errorsOf(t, answer).x0 });
  }

  /** @param {{ unasked?: boolean }} [how] */
  look(how) {
    return this.perform(() => this.show(), how);
  }

  /** Another picture or timestep: what was found is about the one before. */
  afresh() {
    return this.perform(() => {
      this.tellings = [];
      return this.show();
    });
  }

  /** Tells one timestep after the other. */
  sweep() {
    return this.perform(async (signal) => {
      this.sweeping = true;
      try {
        for (const told of sweepTimesteps(LAST)) {
          this.told = told;
          await this.show();
          if (signal.aborted) return;
        }
        this.told = this.t;
        await this.show();
      } finally {
        this.sweeping = false;
      }
    });
  }

  render() {
    const { say, words, seen, size, t, told, sweeping } = this;
    const { pictures } = say;
    const timestep = (/** @type {'t' | 'told'} */ key, /** @type {string} */ name, /** @type {() => unknown} */ then) =>
      slider({
        key: `timestep-${key}`,
        name,
        value: this[key],
        min: 0,
        max: LAST,
        step: 1,
        set: (to) => {
          this[key] = to;
          then();
        },
      });
    return html`
      ${pictureChoice(this, this.picture, (picture) => {
        this.picture = picture;
        this.afresh();
      })}
      <div class="row">
        ${timestep('t', words.timestep, () => this.afresh())}
        ${timestep('told', say.told, () => this.look())}
      </div>
      <div class="row">
        <button type="button" data-action="truth" ?disabled=${told === t} @click=${() => {
          this.told = this.t;
          this.look();
        }}>${say.truth}</button>
        <button type="button" data-action="sweep" @click=${() => (sweeping ? this.stop() : this.sweep())}>${sweeping ? words.stop : say.sweep}</button>
      </div>
      <div class="figures">
        ${tile({ key: 'xt', term: 'xt', rgba: seen?.truth.xt, size, ...pictures.xt })}
        ${tile({ key: 'honest', term: 'x0', rgba: seen?.truth.x0, size, label: pictures.honest.label, name: pictures.honest.name(seen?.t ?? t) })}
        ${tile({ key: 'told', term: 'gradient', rgba: seen?.answer.x0, size, label: pictures.told.label, name: pictures.told.name(seen?.told ?? told) })}
        ${tile({ key: 'clean', term: 'reference', rgba: seen?.clean, size, ...pictures.clean })}
      </div>
      <p class="says" data-readout="error">${seen ? say.error(seen.told - seen.t, errorsOf(seen.t, seen.truth).x0, errorsOf(seen.t, seen.answer).x0) : '–'}</p>
      ${this.chart()}
      ${this.troubleLine()}`;
  }

  /** The error of x̂₀ over what was told. */
  chart() {
    const { say, tellings, t } = this;
    const { timestep } = this.app.strings.axes;
    const most = Math.max(1e-9, ...tellings.map(({ error }) => error));
    const places = tellings.map((one) => /** @type {[number, number]} */ ([one.t / LAST, one.error / most]));
    const at = (t / LAST) * PLOT.width;
    const best = leastOf(tellings, ({ error }) => error);
    return html`<div class="chart">
      <h4>${say.chart.title}</h4>
      ${plot({
        label: say.chart.label(tellings.length, best?.t ?? t),
        x: [timestep(0), timestep(LAST)],
        y: ['0', most.toPrecision(2)],
        content: svg`<line class="now" x1=${at} x2=${at} y1="0" y2=${PLOT.height}></line>
          <polyline class="belief" points=${line(places)}></polyline>${dots(places, 'belief')}`,
      })}
      <p class="line key"><span class="belief">${say.chart.error}</span> <span class="now">${say.chart.truth}</span></p>
    </div>`;
  }
}
customElements.define('gl-step-timestep', Timestep);
