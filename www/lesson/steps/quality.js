// @ts-check
/** How good is it: the Fréchet distance by hand, the inception score live, and what both measured on this model. */
import { html, svg } from 'lit';
import { countSteps } from '../../respacing.js';
import '../../styles/lab.css';
import '../../styles/lesson-quality.css';
import { radios } from '../../ui/choices.js';
import { dots, line, plot, PLOT } from '../../ui/plot.js';
import { listSlider, slider } from '../../ui/slider.js';
import { estimate, frechet, momentsOf, normalPairs, pointsOf } from '../frechet.js';
import '../gaussians.js';
import { inceptionScore } from '../inception.js';
import { Runs } from '../runs.js';
import { tile } from '../tile.js';

/** @typedef {import('../frechet.js').Gaussian} Gaussian */
/** @typedef {import('../build/facts.js').Point} Point */
/** @typedef {'fidClean' | 'fid' | 'precision' | 'recall' | 'inceptionScore'} MeasureName */

const COUNTS = [5, 20, 100, 500];

/** A short run is enough for the classifier to say what it sees. */
const MOST_STEPS = 10;

const SWEEP = 'classifier-scale';

/** What the sweep measured, with its interval where it has one. @type {Record<MeasureName, (point: Point) => { mean: number, within: number }>} */
const MEASURES = {
  fidClean: ({ fidClean }) => fidClean,
  fid: ({ fid }) => fid,
  precision: ({ precision }) => precision,
  recall: ({ recall }) => recall,
  inceptionScore: ({ inceptionScore: mean }) => ({ mean, within: 0 }),
};

/** @type {Record<'real' | 'made', Gaussian>} */
const BEGIN = {
  real: { x: -0.8, y: 0.4, a: 1.2, b: 0.5, angle: 0.7 },
  made: { x: 1, y: -0.4, a: 0.9, b: 0.5, angle: -0.5 },
};

export default class Quality extends Runs {
  static step = /** @type {const} */ ('quality');

  /** @type {import('lit').PropertyDeclarations} */
  static properties = {
    pair: { state: true },
    count: { state: true },
    scale: { state: true },
    mix: { state: true },
    measure: { state: true },
  };

  constructor() {
    super();
    this.pair = BEGIN;
    this.count = 100;
    this.scale = 4;
    /** Whether each sample is of a class of its own. @type {'each' | 'one'} */
    this.mix = 'each';
    /** @type {MeasureName} */
    this.measure = 'fidClean';
    this.seed = 1;
  }

  firstUpdated() {
    this.look({ unasked: true });
  }

  /** @param {Record<'real' | 'made', Gaussian>} pair */
  place(pair) {
    this.pair = pair;
    this.lesson.actions.tried('quality');
  }

  /** As many samples as there are classes. */
  get wanted() {
    const { mix, scale, seed } = this;
    const classes = this.state.model?.classes ?? [];
    const steps = String(Math.min(MOST_STEPS, countSteps(String(this.settings({}).steps)) ?? MOST_STEPS));
    const method = scale > 0 ? 'conditional,classifier' : 'conditional';
    return classes.map((own, index) => ({
      name: `sample-${index}`,
      patch: {
        method,
        class: mix === 'each' ? own : /** @type {string} */ (classes[0]),
        scale,
        sampler: 'ddim',
        eta: 0,
        steps,
        seed: seed + index,
      },
    }));
  }

  render() {
    const { say } = this;
    return html`<div class="quality">
      <section aria-labelledby="quality-fid"><h4 id="quality-fid">${say.fidTitle}</h4>${this.distance()}</section>
      <section aria-labelledby="quality-measured"><h4 id="quality-measured">${say.measuredTitle}</h4>${this.measured()}</section>
      <section aria-labelledby="quality-is"><h4 id="quality-is">${say.isTitle}</h4>${this.score()}</section>
      ${this.troubleLine()}
    </div>`;
  }

  distance() {
    const { say, pair, count } = this;
    const exact = frechet(momentsOf(pair.real), momentsOf(pair.made));
    const points = {
      real: pointsOf(pair.real, normalPairs(count, 1)),
      made: pointsOf(pair.made, normalPairs(count, 2)),
    };
    const seen = frechet(estimate(points.real), estimate(points.made)).total;
    return html`<div class="plane">
      <gl-gaussians .pair=${pair} .points=${points} .words=${say.gaussians}
        @change=${(/** @type {CustomEvent<Record<'real' | 'made', Gaussian>>} */ { detail }) => this.place(detail)}></gl-gaussians>
      <div class="reading">
        <p class="key"><span class="real">${say.gaussians.real}</span> <span class="made">${say.gaussians.made}</span></p>
        <dl>
          <dt>${say.parts.mean}</dt><dd data-readout="mean">${exact.mean.toFixed(2)}</dd>
          <dt>${say.parts.covariance}</dt><dd data-readout="covariance">${exact.covariance.toFixed(2)}</dd>
          <dt><b>${say.parts.total}</b></dt><dd data-readout="total"><b>${exact.total.toFixed(2)}</b></dd>
          <dt>${say.parts.seen(count)}</dt><dd data-readout="seen">${seen.toFixed(2)}</dd>
        </dl>
        ${listSlider({
          key: 'quality-count',
          name: say.count,
          line: say.countLine,
          values: COUNTS,
          value: count,
          set: (value) => {
            this.count = value;
          },
        })}
        <button type="button" data-action="same" @click=${() => this.place({ ...pair, made: pair.real })}>${say.same}</button>
      </div>
    </div>`;
  }

  measured() {
    const { say, lesson, measure } = this;
    const { points, real, count } = /** @type {import('../build/facts.js').Sweep} */ (lesson.facts.sweeps[SWEEP]);
    const read = MEASURES[measure];
    const values = points.map(read);
    const yardstick = read(real);
    const top = Math.max(...[...values, yardstick].map(({ mean, within }) => mean + within)) * 1.05;
    const x = (/** @type {number} */ index) => index / (points.length - 1);
    const bar = (/** @type {{ mean: number, within: number }} */ { mean, within }, /** @type {number} */ index) =>
      svg`<line class="within" x1=${x(index) * PLOT.width} x2=${x(index) * PLOT.width}
        y1=${(1 - (mean - within) / top) * PLOT.height} y2=${(1 - (mean + within) / top) * PLOT.height}></line>`;
    const places = values.map(({ mean }, index) => /** @type {[number, number]} */ ([x(index), mean / top]));
    const digits = top > 100 ? 0 : top > 1 ? 1 : 2;
    const level = (1 - yardstick.mean / top) * PLOT.height;
    const pairs = points.map(
      ({ label }, index) => `${label}: ${/** @type {{ mean: number }} */ (values[index]).mean.toFixed(digits)}`,
    );
    return html`
      ${radios({
        key: 'quality-measure',
        name: say.measure,
        layout: 'chips',
        value: measure,
        options: Object.keys(MEASURES).map((value) => ({ value, name: say.measures[value] })),
        set: (value) => (this.measure = /** @type {MeasureName} */ (value)),
      })}
      ${plot({
        label: say.chart(say.measures[measure], pairs.join(', '), yardstick.mean.toFixed(digits)),
        x: points.map(({ label }) => label),
        y: ['0', top.toFixed(digits)],
        content: svg`<line class="yardstick" x1="0" x2=${PLOT.width} y1=${level} y2=${level}></line>
          ${values.map(bar)}<polyline class="curve" points=${line(places)}></polyline>${dots(places, 'curve')}`,
      })}
      <p class="line key"><span class="curve">${say.byScale(count)}</span> <span class="yardstick">${say.heldOut(yardstick.mean.toFixed(digits))}</span></p>
      <p class="says" data-readout="measure">${say.reads[measure](this.extremes(values, points))}</p>`;
  }

  /**
   * The scales at which a measure is least and greatest, with what it is there, and at both ends.
   * @param {{ mean: number }[]} values
   * @param {Point[]} points
   */
  extremes(values, points) {
    const all = points.map(({ label }, index) => ({ scale: label, value: values[index]?.mean ?? NaN }));
    const sorted = all.toSorted((a, b) => a.value - b.value);
    return { least: sorted[0], most: sorted.at(-1), first: all[0], last: all.at(-1) };
  }

  score() {
    const { say, app, size, cells } = this;
    const all = this.state.model?.classes.length ?? 0;
    const beliefs = cells.flatMap(({ done, last }) => (done && last?.probabilities ? [last.probabilities] : []));
    const { variety, doubt, score } = inceptionScore(beliefs);
    return html`
      <div class="row">
        ${radios({
          key: 'quality-mix',
          name: say.mix,
          value: this.mix,
          options: ['each', 'one'].map((value) => ({
            value,
            name: say.mixes[value](all, app.strings.label(this.state.model?.classes[0] ?? '')),
          })),
          set: (value) => {
            this.mix = value === 'one' ? 'one' : 'each';
            this.look();
          },
        })}
        ${slider({
          key: 'quality-scale',
          name: say.scale,
          value: this.scale,
          min: 0,
          max: 16,
          step: 1,
          set: (scale) => {
            this.scale = scale;
            this.look({ moving: true });
          },
        })}
      </div>
      ${this.progress(say.again, () => (this.seed += all))}
      <div class="samples">${cells.map((cell) => {
        const name = app.strings.label(String(cell.patch.class));
        return tile({ ...this.shown(cell), size, name, label: name, key: cell.name });
      })}</div>
      <p class="says" data-readout="score">${beliefs.length < all ? '' : say.score(score, variety, doubt)}</p>`;
  }
}
customElements.define('gl-step-quality', Quality);
