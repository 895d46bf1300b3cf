// @ts-check
/** What the network predicts: the noise in a picture beside its guess of it, and how far off that is at every timestep. */
import { html, svg } from 'lit';
import { sweepTimesteps, withOne } from '../../forward.js';
import { TRAINED_STEPS } from '../../respacing.js';
import { dots, line, plot, PLOT } from '../../ui/plot.js';
import { errorsOf } from '../errors.js';
import { Experiment } from '../experiment.js';
import { noisingControls } from '../noising-controls.js';
import { pictureOf } from '../pictures.js';
import { noiseSquares } from '../planes.js';
import { tile } from '../tile.js';
import '../../styles/lab.css';
import '../../styles/lesson-denoising.css';

/** @typedef {import('../errors.js').Errors} Errors */

const LAST = TRAINED_STEPS - 1;

/** The curves, and the classes of their lines. */
const CURVES = /** @type {const} */ ([
  ['eps', 'error'],
  ['x0', 'x0'],
  ['v', 'norm'],
]);

export default class Prediction extends Experiment {
  static step = /** @type {const} */ ('prediction');

  /** @type {import('lit').PropertyDeclarations} */
  static properties = {
    picture: { state: true },
    t: { state: true },
    seed: { state: true },
    seen: { state: true },
    errors: { state: true },
    sweeping: { state: true },
  };

  constructor() {
    super();
    /** @type {import('../pictures.js').PictureName} */
    this.picture = 'animal';
    this.t = 300;
    this.seed = 1;
    /** @type {{ t: number, clean: Uint8ClampedArray, noised: import('../../protocol.js').Noised } | undefined} */
    this.seen = undefined;
    /** @type {Errors[]} what has been found of this picture with this noise */
    this.errors = [];
    this.sweeping = false;
  }

  firstUpdated() {
    this.look({ unasked: true });
  }

  async show() {
    const { t, seed } = this;
    const clean = await pictureOf(this.picture, this.size);
    const noised = await this.lesson.engine.noised(new Uint8Array(clean), t, seed);
    this.seen = { t, clean, noised };
    this.errors = withOne(this.errors, errorsOf(t, noised));
  }

  /** @param {{ unasked?: boolean }} [how] */
  look(how) {
    return this.perform(() => this.show(), how);
  }

  /** Another picture or other noise: what was found is about the one before. */
  afresh() {
    return this.perform(() => {
      this.errors = [];
      return this.show();
    });
  }

  /** Asks at one timestep after the other. */
  sweep() {
    return this.perform(async (signal) => {
      this.sweeping = true;
      try {
        for (const t of sweepTimesteps(LAST)) {
          this.t = t;
          await this.show();
          if (signal.aborted) return;
        }
      } finally {
        this.sweeping = false;
      }
    });
  }

  render() {
    const { say, words, seen, size, sweeping } = this;
    const { clean, noised } = seen ?? {};
    const { pictures } = say;
    return html`
      ${noisingControls(this, {
        key: 'prediction-t',
        otherNoise: say.otherNoise,
        look: () => this.look(),
        afresh: () => this.afresh(),
        more: html`<button type="button" data-action="sweep" @click=${() => (sweeping ? this.stop() : this.sweep())}>${sweeping ? words.stop : say.sweep}</button>`,
      })}
      <div class="figures">
        ${tile({ key: 'xt', term: 'xt', rgba: noised?.xt, size, ...pictures.xt })}
        ${tile({ key: 'noise', term: 'noise', rgba: noised?.noise, size, ...pictures.noise })}
        ${tile({ key: 'eps', term: 'eps', rgba: noised?.eps, size, ...pictures.eps })}
        ${tile({ key: 'squares', term: 'eps', rgba: noised && noiseSquares(noised.eps, noised.noise), size, ...pictures.squares })}
        ${tile({ key: 'x0', term: 'x0', rgba: noised?.x0, size, ...pictures.x0 })}
        ${tile({ key: 'clean', term: 'reference', rgba: clean, size, ...pictures.clean })}
      </div>
      <p class="says" data-readout="error">${seen ? say.error(seen.t, seen.noised.error) : '–'}</p>
      ${this.chart()}
      ${this.troubleLine()}`;
  }

  /** The three errors over the timesteps, as far as they are known. */
  chart() {
    const { say, errors, t } = this;
    const { timestep } = this.app.strings.axes;
    const most = Math.max(1e-9, ...errors.flatMap(({ eps, x0, v }) => [eps, x0, v]));
    const places = (/** @type {'eps' | 'x0' | 'v'} */ of) =>
      errors.map((one) => /** @type {[number, number]} */ ([one.t / LAST, one[of] / most]));
    const at = (t / LAST) * PLOT.width;
    return html`<div class="chart">
      <h4>${say.chart.title}</h4>
      ${plot({
        label: say.chart.label(errors.length),
        x: [timestep(0), timestep(LAST)],
        y: ['0', most.toPrecision(2)],
        content: svg`<line class="now" x1=${at} x2=${at} y1="0" y2=${PLOT.height}></line>
          ${CURVES.map(([of, look]) => svg`<polyline class=${look} points=${line(places(of))}></polyline>${dots(places(of), look)}`)}`,
      })}
      <p class="line key">${CURVES.map(([of, look]) => html`<span class=${look}>${say.chart[of]}</span> `)}</p>
    </div>`;
  }
}
customElements.define('gl-step-prediction', Prediction);
