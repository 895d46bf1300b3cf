// @ts-check
/** The classifier's gradient at one x_t: where it points, how far one push goes, and what becomes of the rest of the run. */
import { html } from 'lit';
import { countSteps } from '../../respacing.js';
import { runSettings } from '../../settings.js';
import { isUsable } from '../../state.js';
import { radios } from '../../ui/choices.js';
import { slider } from '../../ui/slider.js';
import { beliefs, surestOf } from '../beliefs.js';
import { Experiment } from '../experiment.js';
import { tile } from '../tile.js';
import { together } from '../together.js';
import { veiled } from '../veil.js';
import '../../styles/lab.css';
import '../../styles/lesson-guides.css';

/** @typedef {import('../../protocol.js').Frame} Frame */

/** The lane that stands at x_t, and those of the runs onward. */
const HERE = 5;
const ONWARD = /** @type {const} */ ([
  { name: 'plain', lane: 6, pushed: false },
  { name: 'pushed', lane: 7, pushed: true },
]);

/** A scale that asks the classifier and moves nothing that can be seen. */
const ASKING = 1e-6;

/** So that there is a next state to be asked about. */
const AFTER = 2;

/**
 * The same x_t, left alone and pushed: the step itself, and what is found at the state it leads to. The gradient is of
 * scale 1, and `weight` what the sampler multiplies it with.
 * @typedef {{ xt: Uint8ClampedArray, asked: Frame, plainNext: Frame, pushedNext: Frame, norm: number, weight: number,
 *   scale: number, sampler: 'ddim' | 'ddpm' }} Look
 */

/** @param {Float32Array | undefined} planes */
const lengthOf = (planes) => Math.sqrt(planes?.reduce((sum, value) => sum + value * value, 0) ?? 0);

export default class Gradient extends Experiment {
  static step = /** @type {const} */ ('gradient');

  /** @type {import('lit').PropertyDeclarations} */
  static properties = {
    target: { state: true },
    position: { state: true },
    scale: { state: true },
    sampler: { state: true },
    seed: { state: true },
    seen: { state: true },
    onward: { state: true },
  };

  constructor() {
    super();
    /** The class that is pushed towards. */
    this.target = 'face';
    /** Steps that have led to x_t. */
    this.position = 0;
    this.scale = 8;
    /** @type {'ddim' | 'ddpm'} */
    this.sampler = 'ddim';
    this.seed = 1;
    /** @type {Look | undefined} */
    this.seen = undefined;
    /** @type {Partial<Record<'plain' | 'pushed', Frame>>} the runs from here on, as far as they are */
    this.onward = {};
    /** Where the lane stands. */
    this.at = '';
  }

  firstUpdated() {
    this.position = Math.floor(this.total * 0.25);
    this.look({ unasked: true });
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    Experiment.turns.last.then(() => this.lesson.engine.closeLane(HERE)).catch(() => {});
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    super.willUpdate(changed);
    // An engine that starts again knows nothing of the lane.
    if (this.app && !isUsable(this.state)) this.at = '';
  }

  get total() {
    return countSteps(this.state.settings.steps) ?? AFTER;
  }

  /** @param {number} scale @param {string} [target] */
  patch(scale, target = this.target) {
    const { sampler, seed } = this;
    return { class: target, style: 'none', method: 'classifier', sampler, eta: 0, scale, seed };
  }

  /** @param {number} scale @param {number} lane */
  turn(scale, lane) {
    return this.lesson.engine.update(runSettings(this.settings(this.patch(scale)), this.lesson.specs), {}, lane);
  }

  /**
   * Leads the lane to x_t without a guide, or back to it.
   * @param {AbortSignal} signal
   */
  async stand(signal) {
    const { engine, specs } = this.lesson;
    const at = [this.seed, this.sampler, this.position].join();
    if (at === this.at) return void (await engine.seek(this.position, HERE));
    this.at = '';
    await engine.start(runSettings(this.settings(this.patch(0, 'none')), specs), {}, HERE);
    for (let step = 0; step < this.position; step++) {
      await engine.step(HERE);
      signal.throwIfAborted();
    }
    this.at = at;
  }

  /** The next step at a scale, and the state that it begins at. @param {number} scale */
  async stepAt(scale) {
    const { xt } = await this.turn(scale, HERE);
    return { xt, frame: /** @type {Frame} */ (await this.lesson.engine.step(HERE)) };
  }

  /** @param {{ unasked?: boolean }} [how] */
  look(how) {
    this.onward = {};
    return this.perform(async (signal) => {
      await this.stand(signal);
      const { scale, sampler, position } = this;
      const { xt, frame: asked } = await this.stepAt(ASKING);
      const { frame: plainNext } = await this.stepAt(ASKING);
      signal.throwIfAborted();
      await this.lesson.engine.seek(position, HERE);
      await this.stepAt(scale);
      const { frame: pushedNext } = await this.stepAt(ASKING);
      signal.throwIfAborted();
      const norm = lengthOf(asked.values.gradient) / ASKING;
      const part = asked.parts.find(({ term }) => term === 'gradient');
      const weight = sampler === 'ddpm' ? (part?.weight ?? 0) : Math.sqrt(1 - asked.abar);
      this.seen = { xt, asked, plainNext, pushedNext, norm, weight, scale, sampler };
    }, how);
  }

  /** On from x_t to the end, pushed in every step and in none. */
  go() {
    this.onward = {};
    return this.perform((signal) => together(ONWARD.map((run) => this.lead(run, signal))));
  }

  /**
   * @param {typeof ONWARD[number]} run
   * @param {AbortSignal} signal
   */
  async lead({ name, lane, pushed }, signal) {
    const { position } = this;
    const scale = pushed ? this.scale : ASKING;
    const patch = position === 0 ? this.patch(scale) : this.patch(0, 'none');
    for await (const frame of this.run(patch, { signal, lane })) {
      if (frame.step === position) await this.turn(scale, lane);
      if (frame.step > position && !signal.aborted) this.onward = { ...this.onward, [name]: frame };
    }
  }

  render() {
    const { say, seen, total, size } = this;
    const { strings } = this.app;
    const set = (/** @type {(value: any) => void} */ change) => (/** @type {any} */ value) => {
      change(value);
      this.look();
    };
    const positions = Math.max(0, total - AFTER);
    return html`
      ${radios({
        key: 'gradient-class',
        name: say.target,
        layout: 'chips',
        value: this.target,
        options: this.classOptions(this.target),
        set: set((name) => (this.target = name)),
      })}
      ${radios({
        key: 'gradient-sampler',
        name: say.sampler,
        layout: 'chips',
        value: this.sampler,
        options: /** @type {const} */ (['ddim', 'ddpm']).map((name) => ({ value: name, name: say.samplers[name] })),
        set: set((name) => (this.sampler = name)),
      })}
      <div class="row">
        ${slider({
          key: 'gradient-position',
          name: say.position,
          value: Math.min(this.position, positions),
          min: 0,
          max: positions,
          step: 1,
          text: seen ? strings.axes.timestep(Math.round(seen.asked.t)) : String(this.position),
          set: set((position) => (this.position = position)),
        })}
        ${slider({ key: 'gradient-scale', name: say.scale, value: this.scale, min: 1, max: 20, step: 1, set: set((scale) => (this.scale = scale)) })}
        <button type="button" data-action="other-noise" @click=${set(() => (this.seed += 1))}>${say.otherNoise}</button>
      </div>
      <div class="figures">${this.pictures()}</div>
      ${this.answer(() => this.lengths())}
      <div class="opinions three">${this.beliefs()}</div>
      <section aria-labelledby="onward-title">
        <h4 id="onward-title">${say.onwardTitle}</h4>
        <div class="figures">${ONWARD.map(({ name }) => {
          const frame = this.onward[name];
          const share = frame?.probabilities?.[this.index];
          const note =
            share === undefined ? undefined : say.believes(strings.label(this.target), strings.percent(share));
          return tile({ term: 'x0', rgba: frame?.x0, size, ...say.onward[name], note });
        })}</div>
        <div class="row">${this.button('onward', say.go, () => this.go())}</div>
      </section>
      ${this.troubleLine()}`;
  }

  get index() {
    return this.state.model?.classes.indexOf(this.target) ?? -1;
  }

  pictures() {
    const { say, seen, size } = this;
    const { xt, asked, plainNext, pushedNext } = seen ?? {};
    const slope = asked?.values.gradient;
    const change = pushedNext?.values.x0?.map((value, i) => value - Number(plainNext?.values.x0?.[i]));
    const figure = (
      /** @type {string} */ term,
      /** @type {Uint8ClampedArray | undefined} */ rgba,
      /** @type {keyof typeof say.pictures} */ name,
    ) => tile({ term, rgba, size, ...say.pictures[name], key: String(name) });
    return [
      figure('xt', xt, 'xt'),
      figure('gradient', asked && slope && veiled(asked.x0, slope), 'gradient'),
      figure('x0', plainNext?.x0, 'plain'),
      figure('x0', pushedNext?.x0, 'pushed'),
      figure('gradient', change && pushedNext && veiled(pushedNext.x0, change), 'change'),
    ];
  }

  /** How long the gradient is, and how far it pushes. */
  lengths() {
    const { say, seen } = this;
    const row = (/** @type {string} */ key, /** @type {unknown} */ name, /** @type {unknown} */ value) =>
      html`<div><dt>${name}</dt><dd data-readout=${key}>${value}</dd></div>`;
    const push = seen && { ...seen, length: seen.weight * seen.scale * seen.norm };
    return html`<dl class="readout">
      ${row('norm', say.norm, seen ? seen.norm.toFixed(3) : '–')}
      ${row('push', say.push[this.sampler], push ? say.product(push.weight, push.scale, push.norm, push.length) : '–')}
    </dl>`;
  }

  /** What the classifier makes of it, before and after: the class that is pushed towards, and the one it is surest of. */
  beliefs() {
    const { say, seen, target } = this;
    const { strings } = this.app;
    const moments = { before: seen?.asked, plain: seen?.plainNext, pushed: seen?.pushedNext };
    return Object.entries(moments).map(([moment, frame]) => {
      const first = surestOf(this, frame?.probabilities);
      return html`<div data-belief=${moment}><h4>${say.beliefs[moment]}</h4>
        ${beliefs(this, frame?.probabilities, target, [target])}
        <p class="line">${first && say.surest(strings.label(first.name), strings.percent(first.share))}</p></div>`;
    });
  }
}
customElements.define('gl-step-gradient', Gradient);
