// @ts-check
/** Draws a picture at the model's size, or over the one that is there. The page has it after each stroke. */
import { html, svg } from 'lit';
import { blank, WHITE } from '../painting.js';
import { radios } from './choices.js';
import { Dialog } from './dialog.js';
import './paint-pad.js';
import './peek.js';

/** @typedef {import('../painting.js').Colour} Colour */
/** @typedef {CustomEvent<Uint8ClampedArray>} Painted */

/** The colours at hand, as emoji have them. */
const COLOURS = {
  black: '#222222',
  red: '#e0343c',
  orange: '#f58b2a',
  yellow: '#ffcd42',
  green: '#3f9d4d',
  blue: '#2f78d2',
  purple: '#8a4fc0',
  brown: '#8a5a38',
  pink: '#f7a3b8',
  skin: '#f5c79a',
};

/** @param {string} hex @returns {Colour} */
const rgb = (hex) => /** @type {Colour} */ ([1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)));

export default class DrawDialog extends Dialog {
  /** @type {import('lit').PropertyDeclarations} */
  static properties = { place: { attribute: false }, tool: { state: true }, colour: { state: true } };

  constructor() {
    super();
    /** @type {import('../pictures.js').Place} */
    this.place = 'reference';
    /** @type {'brush' | 'eraser' | 'fill'} */
    this.tool = 'brush';
    /** @type {string} */
    this.colour = COLOURS.black;
  }

  get heading() {
    return this.app.strings.drawTitle;
  }

  /** Strokes come back as the picture on show, which this is not to be told. */
  concerns() {
    return false;
  }

  body() {
    const { strings, actions } = this.app;
    const { tool, colour } = this;
    const size = this.state.model?.size ?? 32;
    const clear = html`<button type="button" data-action="clear" @click=${() => this.clear()}>${strings.clear}</button>`;
    return html`<div class="studio">
      <gl-paint-pad .app=${this.app} size=${size} label=${strings.drawLabel} .more=${clear}
        .tool=${{ colour: tool === 'eraser' ? WHITE : rgb(colour), fills: tool === 'fill' }}
        @painted=${(/** @type {Painted} */ { detail }) => actions.drawReference(detail, this.place)}></gl-paint-pad>
      <div class="studio-side">
        ${radios({
          key: 'draw-tool',
          name: strings.tool,
          value: tool,
          set: (to) => (this.tool = /** @type {typeof tool} */ (to)),
          options: Object.entries(strings.tools).map(([value, name]) => ({ value, name })),
        })}
        <fieldset class="swatches"><legend>${strings.colour}</legend><div class="options">
          ${Object.entries(COLOURS).map(
            ([
              name,
              hex,
            ]) => html`<label title=${strings.colours[name] ?? name}><input type="radio" name="draw-colour" value=${hex} .checked=${hex === colour}
              @change=${() => (this.colour = hex)}><svg viewBox="0 0 20 20" aria-hidden="true">${svg`<circle cx="10" cy="10" r="9" fill=${hex}></circle>`}</svg><span class="hidden">${strings.colours[name] ?? name}</span></label>`,
          )}
          <label class="own" title=${strings.ownColour}><input type="color" .value=${colour} aria-label=${strings.ownColour}
            @input=${(/** @type {Event & { target: HTMLInputElement }} */ { target }) => (this.colour = target.value)}></label>
        </div></fieldset>
        <gl-peek .app=${this.app}></gl-peek>
      </div>
    </div>`;
  }

  firstUpdated() {
    const { model } = this.state;
    const there = this.state[this.place];
    const size = model?.size ?? 32;
    this.pad?.begin(there ? new Uint8ClampedArray(there.rgba) : blank(size, WHITE));
    this.pad?.requestUpdate();
    super.firstUpdated();
  }

  get pad() {
    return /** @type {import('./paint-pad.js').PaintPad | null} */ (this.querySelector('gl-paint-pad'));
  }

  clear() {
    this.pad?.put(blank(this.pad.size, WHITE));
  }
}
customElements.define('gl-draw-dialog', DrawDialog);
