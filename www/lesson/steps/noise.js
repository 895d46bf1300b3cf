// @ts-check
/** Noise: one jump to any timestep, beside the chain of small steps that leads to the same place. */
import { html } from 'lit';
import { TRAINED_STEPS } from '../../respacing.js';
import { slider } from '../../ui/slider.js';
import '../../ui/thumb.js';
import { Experiment } from '../experiment.js';
import { pictureChoice } from '../picture-choice.js';
import { pictureOf } from '../pictures.js';

const LAST = TRAINED_STEPS - 1;

export default class Noise extends Experiment {
  static step = /** @type {const} */ ('noise');

  /** @type {import('lit').PropertyDeclarations} */
  static properties = { picture: { state: true }, t: { state: true }, seed: { state: true }, seen: { state: true } };

  constructor() {
    super();
    /** @type {import('../pictures.js').PictureName} */
    this.picture = 'animal';
    this.t = 0;
    this.seed = 1;
    /** @type {import('../../protocol.js').Noised | undefined} */
    this.seen = undefined;
  }

  firstUpdated() {
    this.look({ unasked: true });
  }

  /** @param {{ unasked?: boolean }} [how] */
  look(how) {
    return this.perform(async () => {
      const picture = await pictureOf(this.picture, this.size);
      this.seen = await this.lesson.engine.noised(new Uint8Array(picture), this.t, this.seed);
    }, how);
  }

  render() {
    const { say, words, seen, size } = this;
    const figure = (
      /** @type {string} */ term,
      /** @type {Uint8ClampedArray | undefined} */ rgba,
      /** @type {{ name: string, label: string }} */ { name, label },
    ) =>
      html`<figure class="picture term-${term}"><div class="frame"><gl-thumb .rgba=${rgba} size=${size} label=${label}></gl-thumb></div><figcaption>${name}</figcaption></figure>`;
    const [signal, noise] = seen ? [Math.sqrt(seen.abar), Math.sqrt(1 - seen.abar)] : [];
    return html`
      ${pictureChoice(this, this.picture, (picture) => {
        this.picture = picture;
        this.look();
      })}
      <div class="row">
        ${slider({
          key: 'noise-t',
          name: words.timestep,
          value: this.t,
          min: 0,
          max: LAST,
          step: 1,
          set: (t) => {
            this.t = t;
            this.look();
          },
        })}
        <button type="button" data-action="other-noise" @click=${() => {
          this.seed += 1;
          this.look();
        }}>${say.otherNoise}</button>
      </div>
      <div class="figures">
        ${figure('xt', seen?.xt, say.pictures.xt)}
        ${figure('noise', seen?.noise, say.pictures.noise)}
      </div>
      <p class="says" data-readout="mix">${signal === undefined || noise === undefined ? '–' : say.mix(signal, noise)}</p>
      ${this.troubleLine()}`;
  }
}
customElements.define('gl-step-noise', Noise);
