// @ts-check
/** DDPM by hand: every step as a mean and fresh noise, and what becomes of the same way with other noise from some step on. */
import { html, nothing, svg } from 'lit';
import { rootMeanSquare } from '../../difference.js';
import { runSettings } from '../../settings.js';
import { isUsable } from '../../state.js';
import { sumOfParts } from '../../update.js';
import { radios } from '../../ui/choices.js';
import { icons } from '../../ui/icons.js';
import { dots, line, plot } from '../../ui/plot.js';
import { Experiment } from '../experiment.js';
import { rgbaOf } from '../planes.js';
import { posteriorsOf } from '../posterior.js';
import { tile } from '../tile.js';
import '../../styles/lab.css';
import '../../styles/lesson-denoising.css';

/** @typedef {import('../experiment.js').Frame} Frame */
/** @typedef {{ after: number, frames: Frame[] }} Branch the same way with other noise after some steps */

/** The lane that is walked by hand, and the one of a branch. */
const [HAND, BRANCH] = [8, 9];

/** Branches that stay on show. */
const KEPT = 4;

const LENGTHS = ['25', '50', '100'];

export default class Ddpm extends Experiment {
  static step = /** @type {const} */ ('ddpm');

  /** @type {import('lit').PropertyDeclarations} */
  static properties = {
    sampler: {},
    steps: {},
    seed: { type: Number },
    frames: { state: true },
    cursor: { state: true },
    total: { state: true },
    branches: { state: true },
    posteriors: { state: true },
    playing: { state: true },
  };

  constructor() {
    super();
    this.sampler = 'ddpm';
    /** @type {string | undefined} as many as the settings say, until a number is chosen */
    this.steps = undefined;
    this.seed = 4;
    /** @type {Frame[]} the way as far as it has been walked */
    this.frames = [];
    /** Steps of it on show. */
    this.cursor = 0;
    this.total = 0;
    /** @type {Branch[]} */
    this.branches = [];
    /** @type {ReturnType<typeof posteriorsOf>} one a step */
    this.posteriors = [];
    this.playing = false;
    /** @type {AsyncGenerator<Frame, void, void> | undefined} where the next step comes from */
    this.way = undefined;
    /** Seeds that were taken for branches. */
    this.others = 0;
  }

  firstUpdated() {
    this.restart({ unasked: true });
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.way?.return();
  }

  get patch() {
    const { sampler, steps, seed } = this;
    return { sampler, seed, class: 'face', method: 'conditional', steps: steps ?? this.state.settings.steps };
  }

  /** @param {{ unasked?: boolean }} [how] */
  restart(how) {
    return this.perform(async () => {
      await this.way?.return();
      this.way = undefined;
      [this.frames, this.branches, this.cursor] = [[], [], 0];
      await this.advance();
      this.cursor = 1;
    }, how);
  }

  /** Walks one step further than the way has come. */
  async advance() {
    if (!this.way) await this.setOut();
    // Whatever the step says is kept, also where it has been stopped meanwhile: the engine has made it.
    const { value } = await /** @type {NonNullable<typeof this.way>} */ (this.way).next().catch((error) => {
      this.way = undefined;
      this.frames = [];
      this.cursor = 0;
      throw error;
    });
    if (value) this.frames = [...this.frames, value];
    return value;
  }

  async setOut() {
    const { engine, specs } = this.lesson;
    const outlook = await engine.outlook(runSettings(this.settings(this.patch), specs), {});
    this.posteriors = posteriorsOf(outlook);
    this.total = this.posteriors.length;
    this.way = this.run(this.patch, { signal: new AbortController().signal, lane: HAND });
  }

  /** One step on: one that has been made, or the next. */
  async forward() {
    if (this.cursor === this.frames.length && !(await this.advance())) return;
    this.cursor += 1;
  }

  play() {
    return this.perform(async (signal) => {
      this.playing = true;
      try {
        if (this.cursor === this.total) this.cursor = 0;
        while (!signal.aborted && this.cursor < this.total) {
          await this.forward();
          await new Promise(requestAnimationFrame);
        }
      } finally {
        this.playing = false;
      }
    });
  }

  /** The same way up to here, and from here on with the noise of another seed; beside it, how the way itself ends. */
  branch() {
    const after = this.cursor;
    return this.perform(async (signal) => {
      while (this.frames.length < this.total) {
        await this.advance();
        if (signal.aborted) return;
      }
      const { engine, specs } = this.lesson;
      this.others += 1;
      const other = runSettings(this.settings({ ...this.patch, seed: this.seed + 1000 * this.others }), specs);
      const others = this.branches.slice(1 - KEPT);
      /** @type {Frame[]} */
      let frames = [];
      for await (const frame of this.run(this.patch, { signal, lane: BRANCH })) {
        if (frame.step === after) await engine.update(other, {}, BRANCH);
        frames = [...frames, frame];
        this.branches = [...others, { after, frames }];
      }
    });
  }

  /** What the engine calls the standard deviation of the step on show. @param {Frame} frame */
  sigmaOf({ parts }) {
    return parts.find(({ term }) => term === 'noise')?.weight ?? 0;
  }

  render() {
    const { say, words, cursor, frames, total, busy, playing } = this;
    const { strings } = this.app;
    const usable = isUsable(this.state);
    const tool = (
      /** @type {string} */ action,
      /** @type {unknown} */ content,
      /** @type {() => unknown} */ act,
      /** @type {boolean} */ enabled,
    ) =>
      html`<button type="button" data-action=${action} ?disabled=${!usable || !enabled} @click=${act}>${content}</button>`;
    const options = [...new Set([this.state.settings.steps, ...LENGTHS])];
    return html`
      <div class="row">
        ${radios({
          key: 'ddpm-steps',
          name: say.steps,
          layout: 'chips',
          value: this.patch.steps,
          options: options.map((value) => ({ value, name: value })),
          set: (steps) => {
            this.steps = steps;
            this.restart();
          },
        })}
        ${tool(
          'other-start',
          say.otherStart,
          () => {
            this.seed += 1;
            this.restart();
          },
          true,
        )}
      </div>
      <div class="row">
        ${tool('back', html`${icons.back}<span>${strings.back}</span>`, () => (this.cursor -= 1), !playing && cursor > 0)}
        ${tool('step', html`${icons.step}<span>${strings.step}</span>`, () => this.perform(() => this.forward()), !busy && cursor < total)}
        ${playing ? tool('stop', html`${icons.pause}<span>${words.stop}</span>`, () => this.stop(), true) : tool('play', html`${icons.play}<span>${strings.play}</span>`, () => this.play(), !busy)}
        <p class="says" data-readout="at">${say.at(cursor, total)}</p>
      </div>
      ${this.sum(frames[cursor - 1])}
      ${this.deviations()}
      <div class="row">
        ${tool('branch', say.branch(cursor), () => this.branch(), !busy && cursor > 0 && cursor < total - 1)}
      </div>
      ${this.endings()}
      ${this.troubleLine()}`;
  }

  /** The step on show, as the sum it is. @param {Frame | undefined} frame */
  sum(frame) {
    const { say, size } = this;
    const { pictures } = say;
    const picture = (/** @type {ArrayLike<number> | undefined} */ planes) => planes && rgbaOf(planes);
    const { values, parts } = frame ?? {};
    const sigma = frame ? this.sigmaOf(frame) : 0;
    const weightOf = (/** @type {import('../../protocol.js').Term} */ term) =>
      parts?.find((part) => part.term === term)?.weight ?? 0;
    return html`<div class="figures">
        ${tile({ key: 'xt', term: 'xt', rgba: picture(values?.xt), size, ...pictures.xt })}
        ${tile({ key: 'x0', term: 'x0', rgba: frame?.x0, size, ...pictures.x0 })}
        ${tile({ key: 'mean', term: 'reference', rgba: frame && picture(sumOfParts(frame, ['noise'])), size, ...pictures.mean })}
        ${tile({ key: 'noise', term: 'noise', rgba: picture(values?.noise?.map((z) => sigma * z)), size, ...pictures.noise })}
        ${tile({ key: 'next', term: 'xt', rgba: frame?.xt, size, ...pictures.next })}
      </div>
      <p class="says" data-readout="update">${frame ? say.update(weightOf('x0'), weightOf('xt'), sigma) : '–'}</p>`;
  }

  /** σ of every step, as large and as small as it may be. */
  deviations() {
    const { say, posteriors, cursor, frames } = this;
    const { axes } = this.app.strings;
    const last = Math.max(1, posteriors.length - 1);
    // The last step adds no noise.
    const places = (/** @type {'large' | 'small'} */ of) =>
      posteriors.slice(0, -1).map((one, i) => /** @type {[number, number]} */ ([i / last, one[of]]));
    const frame = frames[cursor - 1];
    const here = frame && this.sigmaOf(frame);
    return html`<div class="chart">
      <h4>${say.sigma.title}</h4>
      ${plot({
        label: say.sigma.label(posteriors.length),
        x: [axes.noise, axes.step, axes.picture],
        y: ['0', '1'],
        content: svg`<polyline class="large" points=${line(places('large'))}></polyline><polyline class="small" points=${line(places('small'))}></polyline>
          ${here === undefined ? nothing : dots([[(cursor - 1) / last, here]], 'here')}`,
      })}
      <p class="line key"><span class="large">${say.sigma.large}</span> <span class="small">${say.sigma.small}</span></p>
    </div>`;
  }

  /** How the way ends, and how its branches do. */
  endings() {
    const { say, frames, branches, size, total, busy } = this;
    if (branches.length === 0) return nothing;
    const end = frames.at(-1);
    const apart = (/** @type {Branch} */ { frames: made }) => {
      const last = made.at(-1);
      return end && last?.step === total ? rootMeanSquare(last.xt, end.xt) : undefined;
    };
    const newest = /** @type {Branch} */ (branches.at(-1));
    const distance = apart(newest);
    return html`<div class="figures">
        ${tile({ key: 'end', term: 'xt', rgba: end?.xt, size, ...say.ending })}
        ${branches.map((one, i) => {
          const away = apart(one);
          return tile({
            key: `branch-${i}`,
            term: 'gradient',
            rgba: one.frames.at(-1)?.xt,
            size,
            name: say.branched.name(one.after),
            label: say.branched.label(one.after),
            note: away === undefined ? undefined : say.branched.apart(away),
          });
        })}
      </div>
      <p class="says" role="status" data-readout="branched">${busy || distance === undefined ? '' : say.branched.says(newest.after, total, distance)}</p>`;
  }
}
customElements.define('gl-step-ddpm', Ddpm);
