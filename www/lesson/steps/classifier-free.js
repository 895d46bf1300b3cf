// @ts-check
/** Classifier-free guidance: the two answers of one network, what is made of them, and what it costs. */
import { html, nothing } from 'lit';
import { dropDown } from '../../ui/choices.js';
import { slider } from '../../ui/slider.js';
import { callsAt, median, withoutLabel } from '../answers.js';
import { NOISE_RANGE, rgbaOf } from '../planes.js';
import { Runs } from '../runs.js';
import { tile } from '../tile.js';
import { tradeOff } from '../trade-off.js';
import '../../styles/lesson-guided.css';

/** @typedef {import('../runs.js').Cell} Cell */
/** @typedef {import('../experiment.js').Patch} Patch */
/** @typedef {{ asked: string, weight: number, frames: import('../experiment.js').Frame[] }} Answers */

/** The weights that are set side by side. */
const WEIGHTS = [0, 1, 3, 7];
const PLAIN = 1;
const GUIDED = 3;

export default class ClassifierFree extends Runs {
  static step = /** @type {const} */ ('classifier-free');

  /** @type {import('lit').PropertyDeclarations} */
  static properties = {
    label: { attribute: false },
    weight: { attribute: false },
    seed: { attribute: false },
    moment: { state: true },
    answers: { state: true },
  };

  constructor() {
    super();
    /** The class the network is told, where it knows it; the page's elsewhere. */
    this.label = 'face';
    this.weight = GUIDED;
    this.seed = 1;
    /** The step whose answers are on show. */
    this.moment = 8;
    /** The frames of a run with one weight, and what it was asked. @type {Answers} */
    this.answers = { asked: '', weight: GUIDED, frames: [] };
  }

  firstUpdated() {
    this.look({ unasked: true });
  }

  get told() {
    const { model, settings } = this.state;
    return model?.classes.includes(this.label) ? this.label : settings.class;
  }

  /** @returns {Patch} */
  get common() {
    return { class: this.told, seed: this.seed };
  }

  /** Another class or other noise is another row; its weights are its own. */
  get wanted() {
    const { common } = this;
    return [
      ...WEIGHTS.map((weight) => ({ name: String(weight), patch: this.guided(weight) })),
      { name: 'classifier', patch: { ...common, method: 'conditional,classifier' } },
    ];
  }

  /** @param {number} weight @returns {Patch} */
  guided(weight) {
    return { ...this.common, method: 'classifier-free', 'cfg-weight': weight };
  }

  /** What the answers on show should have been asked. */
  get asked() {
    return JSON.stringify(this.guided(this.weight));
  }

  /** @param {AbortSignal} signal */
  async work(signal) {
    await this.ask(signal);
    await this.make(signal);
  }

  /** The answers in every step of one run: those before stay until they are whole. @param {AbortSignal} signal */
  async ask(signal) {
    const { weight, asked, answers } = this;
    if (answers.asked === asked && answers.frames.length === answers.frames[0]?.total) return;
    /** @type {Answers['frames']} */
    const frames = [];
    for await (const frame of this.run(this.guided(weight), { signal })) {
      signal.throwIfAborted();
      frames.push(frame);
      if (answers.frames.length === 0) this.answers = { asked, weight, frames: [...frames] };
    }
    signal.throwIfAborted();
    this.answers = { asked, weight, frames };
  }

  /** @param {Partial<Pick<ClassifierFree, 'label' | 'weight' | 'seed'>>} patch */
  set(patch) {
    Object.assign(this, patch);
    this.look({ moving: true });
  }

  render() {
    const { say, words, state } = this;
    const total = this.answers.frames[0]?.total ?? Number(state.settings.steps);
    return html`
      <div class="row">
        ${dropDown({
          key: 'told',
          name: say.told,
          value: this.told,
          options: this.classOptions(this.told),
          set: (label) => this.set({ label }),
        })}
        <button type="button" data-action="other-noise" @click=${() => this.set({ seed: this.seed + 1 })}>${say.otherNoise}</button>
      </div>
      <div class="row">
      ${slider({
        key: 'weight',
        name: say.weight,
        value: this.weight,
        min: 0,
        max: 10,
        step: 0.5,
        text: say.conventions(this.weight),
        set: (weight) => this.set({ weight }),
      })}
      ${slider({ key: 'at', name: say.at, value: Math.min(this.moment, total), min: 1, max: total, step: 1, text: this.timestep(), set: (moment) => (this.moment = moment) })}
      </div>
      ${this.pictures()}
      ${this.troubleLine()}
      <h4>${say.beside}</h4>
      ${this.progress(words.again)}
      <div class="figures five">${this.cells.map((cell) => this.cell(cell))}</div>
      ${this.answer(
        () => html`<p class="says" data-readout="calls">${say.asked(callsAt(this.weight), this.weight)}</p>
          <p class="says" data-readout="cost">${this.cost()}</p>`,
      )}
      <h4>${say.measured.title}</h4>
      ${tradeOff(this.ways(), say.measured)}
      <p class="line">${say.measured.about}</p>`;
  }

  timestep() {
    const frame = this.seen();
    return frame ? this.say.step(this.moment, Math.round(frame.t)) : String(this.moment);
  }

  /** The frame whose answers are on show. */
  seen() {
    const { frames } = this.answers;
    return frames[Math.min(this.moment, frames.length) - 1];
  }

  pictures() {
    const { say, size, answers, words } = this;
    const { weight, frames } = answers;
    const frame = this.seen();
    const alone = frame && withoutLabel(frame, weight);
    const once = callsAt(weight) === 1;
    const old = frame && answers.asked !== this.asked ? words.earlier : undefined;
    const picture = (
      /** @type {string} */ term,
      /** @type {Uint8ClampedArray | undefined} */ rgba,
      /** @type {keyof typeof say.pictures} */ key,
    ) => tile({ term, rgba, size, ...say.pictures[key], old, key: String(key) });
    return html`<div class="figures four">
      ${picture('eps', alone && rgbaOf(alone, NOISE_RANGE), 'alone')}
      ${picture('steered', once ? undefined : frame?.steered, 'difference')}
      ${picture('eps', frame?.eps, 'used')}
      ${picture('xt', frames.at(-1)?.xt, 'result')}
    </div>
    ${once ? html`<p class="line">${say.askedOnce(weight)}</p>` : nothing}`;
  }

  /** @param {Cell} cell */
  cell(cell) {
    const { say, size, app, answered } = this;
    const { patch, last, name: key } = cell;
    const weight = patch['cfg-weight'];
    const name = weight === undefined ? say.byClassifier(Number(this.state.settings.scale)) : `s = ${weight}`;
    const index = this.state.model?.classes.indexOf(this.told) ?? -1;
    const calls = weight === undefined ? say.callAndGradient : say.calls(callsAt(Number(weight)));
    const ms = this.millisecondsOf(cell);
    const cost = answered
      ? html`${calls}${ms === undefined ? nothing : html`<br>${say.milliseconds(ms)}`}<br>`
      : nothing;
    const note = last && html`${cost}${say.belief(app.strings.label(this.told), last.probabilities?.[index] ?? 0)}`;
    return tile({ ...this.shown(cell), size, name, label: say.resultOf(name), key, note });
  }

  /**
   * What the networks took in a step of a run. A GPU is handed the work and only the whole step waits for it; on the CPU
   * the watching of the classifier can be left out.
   * @param {Cell} cell
   */
  millisecondsOf({ took, patch }) {
    const onCpu = this.state.backend?.name === 'cpu';
    const climbs = String(patch.method).includes('classifier') && patch['cfg-weight'] === undefined;
    return median(
      took.map(({ ms: { unet, classifier, total } }) => (onCpu ? unet + (climbs ? classifier : 0) : total)),
    );
  }

  cost() {
    const { say, state } = this;
    const at = (/** @type {number} */ weight) => {
      const cell = this.at(String(weight));
      return cell?.done ? this.millisecondsOf(cell) : undefined;
    };
    const [plain, guided] = [at(PLAIN), at(GUIDED)];
    if (plain === undefined || guided === undefined || !state.model) return '–';
    return say.cost({
      plain,
      guided,
      weight: GUIDED,
      onCpu: state.backend?.name === 'cpu',
      work: state.model['multiply-adds'],
    });
  }

  /** @returns {import('../trade-off.js').Way[]} */
  ways() {
    const { say, lesson } = this;
    const points = (/** @type {string} */ sweep) => lesson.facts.sweeps[sweep]?.points ?? [];
    return [
      { name: say.measured.free, points: points('cfg-weight'), look: 'free' },
      { name: say.measured.classifier, points: points('classifier-scale'), look: 'climbing' },
    ];
  }
}
customElements.define('gl-step-classifier-free', ClassifierFree);
