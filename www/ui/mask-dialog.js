// @ts-check
/** Paints over a picture what inpainting makes anew. The page has the mask after each stroke. */
import { html } from 'lit';
import { BLACK, blank, inverted, keptShare, WHITE, withHoles } from '../painting.js';
import { picturesOf } from '../pictures.js';
import { radios } from './choices.js';
import { Dialog } from './dialog.js';
import './paint-pad.js';

/** @typedef {CustomEvent<Uint8ClampedArray>} Painted */

export default class MaskDialog extends Dialog {
  /** @type {import('lit').PropertyDeclarations} */
  static properties = { tool: { state: true } };

  constructor() {
    super();
    /** @type {'hole' | 'keep'} */
    this.tool = 'hole';
  }

  get heading() {
    return this.app.strings.maskTitle;
  }

  body() {
    const { strings } = this.app;
    const { mask } = this.state;
    const picture = picturesOf(this.state).init ?? blank(this.size, WHITE);
    const buttons = html`<button type="button" data-action="invert" @click=${() => this.invert()}>${strings.invert}</button>
      <button type="button" data-action="clear" @click=${() => this.clear()}>${strings.clear}</button>`;
    return html`<div class="studio">
      <gl-paint-pad .app=${this.app} size=${this.size} label=${strings.maskLabel} .more=${buttons}
        .tool=${{ colour: this.tool === 'hole' ? BLACK : WHITE, fills: false }}
        .show=${(/** @type {Uint8ClampedArray} */ pixels) => withHoles(picture, pixels, this.size)} @painted=${this.take}></gl-paint-pad>
      <div class="studio-side">
        ${radios({
          key: 'mask-tool',
          name: strings.tool,
          value: this.tool,
          set: (to) => (this.tool = /** @type {'hole' | 'keep'} */ (to)),
          options: Object.entries(strings.maskTools).map(([value, name]) => ({ value, name })),
        })}
        <p class="line" data-kept>${strings.maskKeeps(mask ? keptShare(mask.rgba) : 1)}</p>
        <p class="line">${strings.maskLine}</p>
      </div>
    </div>`;
  }

  firstUpdated() {
    const { mask } = this.state;
    this.pad?.begin(mask ? new Uint8ClampedArray(mask.rgba) : blank(this.size, WHITE));
    this.pad?.requestUpdate();
    super.firstUpdated();
  }

  get size() {
    return this.state.model?.size ?? 32;
  }

  get pad() {
    return /** @type {import('./paint-pad.js').PaintPad | null} */ (this.querySelector('gl-paint-pad'));
  }

  /** @param {Painted} event */
  take({ detail }) {
    this.app.actions.setMask({ rgba: new Uint8Array(detail), size: this.size });
  }

  invert() {
    if (this.pad) this.pad.put(inverted(this.pad.pixels));
  }

  clear() {
    this.pad?.put(blank(this.size, WHITE));
  }
}
customElements.define('gl-mask-dialog', MaskDialog);
