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
    at: { state: true },
    frames: { state: true },
  };

  constructor() {
    super();
    /** The class the network is told, where it knows it; the page's elsewhere. */
    this.label = 'face';
    this.weight = GUIDED;
    this.seed = 1;
    /** The step whose answers are on show. */
    this.at = 8;
    /** @type {import('../experiment.js').Frame[]} */
    this.frames = [];
    /** What the row was made with. @type {string | undefined} */
    this.rowOf = undefined;
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

  /** @returns {Patch[]} */
  get row() {
    const { common } = this;
    return [
      ...WEIGHTS.map((weight) => ({ ...common, method: 'classifier-free', 'cfg-weight': weight })),
      { ...common, method: 'conditional,classifier' },
    ];
  }

  /** @param {{ unasked?: boolean }} [how] */
  look(how) {
    return this.perform(async (signal) => {
      const { weight, common } = this;
      this.frames = [];
      const patch = { ...common, method: 'classifier-free', 'cfg-weight': weight };
      for await (const frame of this.run(patch, { signal })) this.frames = [...this.frames, frame];
      const rowOf = `${this.told} ${this.seed}`;
      if (signal.aborted || this.rowOf === rowOf) return;
      this.rowOf = undefined;
      await this.make(this.row, { signal });
      this.rowOf = rowOf;
    }, how);
  }

  /** @param {Partial<Pick<ClassifierFree, 'label' | 'weight' | 'seed'>>} patch */
  set(patch) {
    Object.assign(this, patch);
    this.look();
  }

  render() {
    const { say, words, app, state } = this;
    const total = this.frames[0]?.total ?? Number(state.settings.steps);
    return html`
      <div class="row">
        ${dropDown({
          key: 'told',
          name: say.told,
          value: this.told,
          options: (state.model?.classes ?? [this.told]).map((value) => ({ value, name: app.strings.label(value) })),
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
      ${slider({ key: 'at', name: say.at, value: Math.min(this.at, total), min: 1, max: total, step: 1, text: this.timestep(), set: (at) => (this.at = at) })}
      </div>
      ${this.answers()}
      <p class="says" data-readout="calls">${say.asked(callsAt(this.weight), this.weight)}</p>
      ${this.troubleLine()}
      <h4>${say.beside}</h4>
      ${this.progress(words.again, () => {
        this.rowOf = undefined;
        this.look();
      })}
      <div class="figures five">${this.cells.map((cell) => this.cell(cell))}</div>
      <p class="says" data-readout="cost">${this.cost()}</p>
      <h4>${say.measured.title}</h4>
      ${tradeOff(this.ways(), say.measured)}
      <p class="line">${say.measured.about}</p>`;
  }

  timestep() {
    const frame = this.seen();
    return frame ? this.say.step(this.at, Math.round(frame.t)) : String(this.at);
  }

  /** The frame whose answers are on show. */
  seen() {
    return this.frames[Math.min(this.at, this.frames.length) - 1];
  }

  answers() {
    const { say, size, weight, frames } = this;
    const frame = this.seen();
    const alone = frame && withoutLabel(frame, weight);
    const once = callsAt(weight) === 1;
    const picture = (
      /** @type {string} */ term,
      /** @type {Uint8ClampedArray | undefined} */ rgba,
      /** @type {keyof typeof say.pictures} */ key,
    ) => tile({ term, rgba, size, ...say.pictures[key], key: String(key) });
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
    const { say, size, app } = this;
    const { patch, last } = cell;
    const weight = patch['cfg-weight'];
    const name = weight === undefined ? say.byClassifier(Number(this.state.settings.scale)) : `s = ${weight}`;
    const index = this.state.model?.classes.indexOf(this.told) ?? -1;
    const calls = weight === undefined ? say.callAndGradient : say.calls(callsAt(Number(weight)));
    const ms = this.millisecondsOf(cell);
    return tile({
      rgba: last?.xt,
      size,
      name,
      label: say.resultOf(name),
      key: weight === undefined ? 'classifier' : String(weight),
      note:
        last &&
        html`${calls}${ms === undefined ? nothing : html`<br>${say.milliseconds(ms)}`}<br>${say.belief(app.strings.label(this.told), last.probabilities?.[index] ?? 0)}`,
    });
  }

  /**
   * What the networks took in a step of a run. A GPU is handed the work and only the whole step waits for it; on the CPU
   * the watching of the classifier can be left out.
   * @param {Cell} cell
   */
  millisecondsOf({ took, patch }) {
    const onCpu = this.state.backend?.name === 'cpu';
    const climbs = String(patch.method).includes('classifier') && patch['cfg-weight'] === undefined;
    return median(took.map(({ unet, classifier, total }) => (onCpu ? unet + (climbs ? classifier : 0) : total)));
  }

  cost() {
    const { say, cells, state } = this;
    const at = (/** @type {number} */ weight) => {
      const cell = cells.find(({ patch }) => patch['cfg-weight'] === weight);
      return cell?.last && cell.last.step === cell.last.total ? this.millisecondsOf(cell) : undefined;
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
