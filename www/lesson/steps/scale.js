// @ts-check
/** Small multiples: the same seeds at growing scales, with what a class gains and variety loses; and the measured sweep. */
import { html } from 'lit';
import { radios } from '../../ui/choices.js';
import { unlikeness } from '../likeness.js';
import { multiples } from '../multiples.js';
import { mean } from '../pairs.js';
import { Runs } from '../runs.js';
import { sweepChart } from '../sweep-chart.js';
import '../../styles/lesson-guides.css';

const SCALES = [0, 2, 8, 16];

/** How many seeds each has. */
const COLUMNS = 4;

export default class Scale extends Runs {
  static step = /** @type {const} */ ('scale');

  /** @type {import('lit').PropertyDeclarations} */
  static properties = { target: { state: true }, seed: { state: true } };

  constructor() {
    super();
    /** The class that is pushed towards. */
    this.target = 'face';
    /** The first of the seeds. */
    this.seed = 1;
  }

  firstUpdated() {
    this.look({ unasked: true });
  }

  get seeds() {
    return Array.from({ length: COLUMNS }, (_, k) => this.seed + k);
  }

  /** One seed at all scales after the other. */
  get wanted() {
    const { target, seeds } = this;
    return seeds.flatMap((seed, column) =>
      SCALES.map((scale) => ({
        name: `${scale} ${column}`,
        patch: { class: target, style: 'none', method: 'classifier', sampler: 'ddim', eta: 0, scale, seed },
      })),
    );
  }

  /** p(class) of the finished picture. @param {import('../runs.js').Frame} last @param {import('../runs.js').Patch} patch */
  async judge({ xt }, { class: asked, seed }) {
    const { probabilities } = await this.lesson.engine.noised(new Uint8Array(xt), 0, Number(seed));
    return probabilities?.[this.state.model?.classes.indexOf(String(asked)) ?? -1];
  }

  render() {
    const { say } = this;
    return html`
      ${radios({
        key: 'scale-class',
        name: say.target,
        layout: 'chips',
        value: this.target,
        options: this.classOptions(this.target),
        set: (name) => {
          this.target = name;
          this.look();
        },
      })}
      ${this.progress(say.otherSeeds, () => (this.seed += COLUMNS))}
      ${this.table()}
      ${this.answer(() => this.sweep())}
      ${this.troubleLine()}`;
  }

  table() {
    const { say, size, seeds } = this;
    const { strings } = this.app;
    return html`<div>${multiples({
      caption: say.caption,
      corner: say.scale,
      columns: [...seeds.map((seed) => say.seed(seed)), say.belief, say.variety],
      rows: SCALES.map((scale) => {
        const cells = seeds.map((_, column) => this.at(`${scale} ${column}`));
        const made = cells.flatMap((cell) =>
          cell?.done && cell.last ? { picture: cell.last.xt, share: cell.judged } : [],
        );
        const belief = mean(made.map(({ share }) => share));
        const spread = unlikeness(made.map(({ picture }) => picture));
        return {
          name: scale,
          cells: cells.map((cell, column) => ({
            ...this.shown(cell),
            label: say.pictureLabel(scale, Number(seeds[column])),
          })),
          numbers: [
            html`<span data-belief=${scale}>${belief === undefined ? '–' : strings.percent(belief)}</span>`,
            html`<span data-variety=${scale}>${spread === undefined ? '–' : spread.toFixed(2)}</span>`,
          ],
        };
      }),
      size,
    })}
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
