// @ts-check
/** Small multiples: the same seeds at growing scales, with what a class gains and variety loses; and the measured sweep. */
import { html } from 'lit';
import { radios } from '../../ui/choices.js';
import '../../ui/thumb.js';
import { Experiment } from '../experiment.js';
import { unlikeness } from '../likeness.js';
import { sweepChart } from '../sweep-chart.js';
import '../../styles/lesson-guides.css';

const LANE = 8;

const SCALES = [0, 2, 8, 16];

/** How many seeds each has. */
const COLUMNS = 4;

/** @typedef {{ picture: Uint8ClampedArray, share: number }} Result `share` is p(class) of the finished picture */

export default class Scale extends Experiment {
  static step = /** @type {const} */ ('scale');

  /** @type {import('lit').PropertyDeclarations} */
  static properties = {
    target: { state: true },
    seed: { state: true },
    results: { state: true },
    making: { state: true },
  };

  constructor() {
    super();
    /** The class that is pushed towards. */
    this.target = 'face';
    /** The first of the seeds. */
    this.seed = 1;
    /** @type {Result[]} one seed at all scales after the other */
    this.results = [];
    /** @type {Uint8ClampedArray | undefined} the estimate of the run under way */
    this.making = undefined;
  }

  firstUpdated() {
    this.make({ unasked: true });
  }

  get total() {
    return SCALES.length * COLUMNS;
  }

  /** Makes what is missing. @param {{ unasked?: boolean }} [how] */
  make(how) {
    return this.perform(async (signal) => {
      while (this.results.length < this.total && !signal.aborted) {
        const k = this.results.length;
        const scale = /** @type {number} */ (SCALES[k % SCALES.length]);
        const result = await this.one(scale, this.seed + Math.floor(k / SCALES.length), signal);
        if (result) this.results = [...this.results, result];
      }
    }, how);
  }

  /**
   * @param {number} scale
   * @param {number} seed
   * @param {AbortSignal} signal
   * @returns {Promise<Result | undefined>} nothing where it was ended
   */
  async one(scale, seed, signal) {
    const { target } = this;
    const patch = { class: target, style: 'none', method: 'classifier', sampler: 'ddim', eta: 0, scale, seed };
    /** @type {Uint8ClampedArray | undefined} */
    let picture;
    for await (const { step, total, x0, xt } of this.run(patch, { signal, lane: LANE })) {
      if (signal.aborted) return undefined;
      this.making = x0;
      if (step === total) picture = xt;
    }
    if (!picture || signal.aborted) return undefined;
    const { probabilities } = await this.lesson.engine.noised(new Uint8Array(picture), 0, seed);
    this.making = undefined;
    const share = probabilities?.[this.state.model?.classes.indexOf(target) ?? -1];
    return signal.aborted || share === undefined ? undefined : { picture, share };
  }

  /** Other seeds or another class: from the beginning. */
  renew() {
    this.stop();
    this.results = [];
    this.making = undefined;
    this.make();
  }

  render() {
    const { say, results, total } = this;
    const { strings } = this.app;
    const finished = results.length === total;
    return html`
      ${radios({
        key: 'scale-class',
        name: say.target,
        layout: 'chips',
        value: this.target,
        options: (this.state.model?.classes ?? [this.target]).map((name) => ({
          value: name,
          name: strings.label(name),
        })),
        set: (name) => {
          this.target = name;
          this.renew();
        },
      })}
      <div class="row">
        ${
          finished || this.busy
            ? this.button('other-seeds', say.otherSeeds, () => {
                this.seed += COLUMNS;
                this.renew();
              })
            : this.button('go-on', say.goOn, () => this.make())
        }
        <progress max=${total} value=${results.length} aria-label=${say.progress(results.length, total)}></progress>
        <span class="line" aria-hidden="true">${say.progress(results.length, total)}</span>
      </div>
      ${this.table()}
      <p class="says" role="status">${finished ? say.finished : ''}</p>
      ${this.sweep()}
      ${this.troubleLine()}`;
  }

  /** The results of a scale, by seed. @param {number} row */
  resultsOf(row) {
    return this.results.filter((_, k) => k % SCALES.length === row);
  }

  table() {
    const { say, size, results } = this;
    const { strings } = this.app;
    const seeds = Array.from({ length: COLUMNS }, (_, k) => this.seed + k);
    const cell = (/** @type {number} */ row, /** @type {number} */ column) => {
      const k = column * SCALES.length + row;
      const rgba = results[k]?.picture ?? (k === results.length ? this.making : undefined);
      return html`<td><gl-thumb .rgba=${rgba} size=${size} label=${say.pictureLabel(SCALES[row], seeds[column])}></gl-thumb></td>`;
    };
    return html`<div class="multiples"><table>
      <thead><tr><th scope="col">${say.scale}</th>${seeds.map((seed) => html`<th scope="col">${say.seed(seed)}</th>`)}<th scope="col">${say.belief}</th><th scope="col">${say.variety}</th></tr></thead>
      <tbody>${SCALES.map((scale, row) => {
        const made = this.resultsOf(row);
        const mean = made.reduce((sum, { share }) => sum + share, 0) / made.length;
        const spread = unlikeness(made.map(({ picture }) => picture));
        return html`<tr data-scale=${scale}><th scope="row">${scale}</th>${seeds.map((_, column) => cell(row, column))}
          <td data-readout="belief">${made.length > 0 ? strings.percent(mean) : '–'}</td>
          <td data-readout="variety">${spread === undefined ? '–' : spread.toFixed(2)}</td></tr>`;
      })}</tbody>
    </table>
    <p class="line">${say.varietyLine}</p></div>`;
  }

  sweep() {
    const { say } = this;
    const { points = [] } = this.lesson.facts.sweeps['classifier-scale'] ?? {};
    const { sweep } = say;
    const share = (/** @type {number} */ value) => this.app.strings.percent(value);
    const above = (
      /** @type {keyof Pick<import('../build/facts.js').Point, 'recall' | 'fidClean'>} */ what,
      /** @type {number} */ by,
    ) => Math.ceil(Math.max(...points.map((point) => point[what].mean + point[what].within)) * by) / by;
    return html`<section aria-labelledby="sweep-title">
      <h4 id="sweep-title">${sweep.title}</h4>
      <div class="charts">
        ${sweepChart({ ...sweep.accuracy, points, value: ({ classAccuracy }) => classAccuracy, top: 1, show: share })}
        ${sweepChart({ ...sweep.recall, points, value: ({ recall }) => recall, top: above('recall', 20), show: share })}
        ${sweepChart({ ...sweep.fid, points, value: ({ fidClean }) => fidClean, top: above('fidClean', 0.1), show: String })}
      </div>
      <p class="line">${sweep.line}</p>
    </section>`;
  }
}
customElements.define('gl-step-scale', Scale);
