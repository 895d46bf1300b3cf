// @ts-check
/** Three ways to change a picture that is there: paint a part of it anew, start from it, or follow it in another style. */
import { html } from 'lit';
import { dropDown, radios } from '../../ui/choices.js';
import { Experiment } from '../experiment.js';
import '../editing/inpainting.js';
import '../editing/sdedit.js';
import '../editing/styles.js';
import '../picture-source.js';
import '../../styles/lesson-guided.css';

/** @typedef {import('../picture-source.js').Source} Source */

const NO_LABEL = 'none';

export default class Editing extends Experiment {
  static step = /** @type {const} */ ('editing');

  /** @type {import('lit').PropertyDeclarations} */
  static properties = {
    way: { state: true },
    source: { state: true },
    label: { state: true },
    seed: { attribute: false },
  };

  constructor() {
    super();
    /** @type {'inpainting' | 'sdedit' | 'styles'} */
    this.way = 'inpainting';
    /** @type {Source | undefined} */
    this.source = undefined;
    this.label = NO_LABEL;
    this.seed = 1;
    /** Whether what is on show is what the learner asked for. */
    this.asked = false;
  }

  /** @param {Partial<Pick<Editing, 'way' | 'label' | 'seed'>>} patch */
  set(patch) {
    this.asked = true;
    Object.assign(this, patch);
  }

  /** @param {CustomEvent<Source>} event */
  take({ detail }) {
    this.asked = !detail.unasked;
    this.source = detail;
    // The network is told what the picture shows, where that is known.
    this.label = detail.name;
  }

  /** What the network is told: no class that it does not know. */
  get told() {
    return this.state.model?.classes.includes(this.label) ? this.label : NO_LABEL;
  }

  render() {
    const { app, say, state, way } = this;
    const ways = Object.entries(/** @type {Record<string, string>} */ (say.ways));
    const styled = state.model?.styles.length !== 0;
    return html`
      ${radios({
        key: 'way',
        name: say.way,
        value: way,
        options: ways.filter(([value]) => styled || value !== 'styles').map(([value, name]) => ({ value, name })),
        set: (to) => this.set({ way: /** @type {typeof way} */ (to) }),
      })}
      <gl-picture-source .app=${app} @picture=${this.take}></gl-picture-source>
      <div class="row">
        ${dropDown({
          key: 'told',
          name: say.told,
          value: this.told,
          options: [NO_LABEL, ...(state.model?.classes ?? [])].map((value) => ({
            value,
            name: app.strings.label(value),
          })),
          set: (label) => this.set({ label }),
        })}
        <button type="button" data-action="other-noise" @click=${() => this.set({ seed: this.seed + 1 })}>${say.otherNoise}</button>
      </div>
      ${this.chosen()}`;
  }

  chosen() {
    const { app, way, source, told, seed, asked } = this;
    switch (way) {
      case 'inpainting':
        return html`<gl-inpainting .app=${app} .source=${source} .label=${told} .seed=${seed} .asked=${asked}></gl-inpainting>`;
      case 'sdedit':
        return html`<gl-sdedit .app=${app} .source=${source} .label=${told} .seed=${seed} .asked=${asked}></gl-sdedit>`;
      case 'styles':
        return html`<gl-styles .app=${app} .source=${source} .label=${told} .seed=${seed} .asked=${asked}></gl-styles>`;
    }
  }
}
customElements.define('gl-step-editing', Editing);
