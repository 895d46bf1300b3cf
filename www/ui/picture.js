// @ts-check
/** One term of the step as a picture: a canvas at the model's resolution, its symbol and one line on what it is. */
import { html, nothing } from 'lit';
import { symbols } from './math.js';
import { PageElement } from './element.js';

/** @typedef {'xt' | 'x0' | 'eps' | 'gradient' | 'reference' | 'lowpass'} PictureName */

/** Side of the canvas before a model says otherwise. */
const DEFAULT_SIZE = 32;

export class Picture extends PageElement {
  /** @type {import('lit').PropertyDeclarations} */
  static properties = { name: {}, rgba: { attribute: false }, size: { type: Number }, when: {}, empty: {}, edge: {} };

  constructor() {
    super();
    /** @type {PictureName} */
    this.name = 'xt';
    /** @type {Uint8Array | Uint8ClampedArray | undefined} RGBA, size × size × 4 */
    this.rgba = undefined;
    this.size = DEFAULT_SIZE;
    /** What the picture shows at this moment, for the text alternative. */
    this.when = '';
    /** What to say while there is none. */
    this.empty = '';
    /** A line over it, as a path in pixels. */
    this.edge = '';
  }

  concerns() {
    return false;
  }

  render() {
    const { strings } = this.app;
    const term = strings.terms[this.name];
    const label = strings.pictureLabel(term.name, term.spoken, this.rgba ? this.when : strings.empty);
    return html`<figure class="picture term-${this.name}">
      <div class="frame">
        <canvas data-canvas=${this.name} width=${this.size} height=${this.size} role="img" aria-label=${label}></canvas>
        ${this.edge ? html`<svg class="mask-edge" viewBox="0 0 ${this.size} ${this.size}" aria-hidden="true"><path d=${this.edge}></path></svg>` : nothing}
        ${this.rgba ? nothing : html`<p class="hint" aria-hidden="true">${this.empty}</p>`}
      </div>
      <figcaption><b>${term.name}</b> <span class="symbol" aria-hidden="true">${symbols[this.name]}</span><small>${term.line}</small></figcaption>
    </figure>`;
  }

  /** @param {Map<string, unknown>} changed */
  updated(changed) {
    if (!changed.has('rgba') && !changed.has('size')) return;
    const context = this.querySelector('canvas')?.getContext('2d', { willReadFrequently: true });
    if (!context) return;
    if (this.rgba) context.putImageData(new ImageData(new Uint8ClampedArray(this.rgba), this.size, this.size), 0, 0);
    else context.clearRect(0, 0, this.size, this.size);
  }
}
customElements.define('gl-picture', Picture);
