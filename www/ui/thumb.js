// @ts-check
/** A small picture without words of its own: a canvas at the model's resolution. */
import { html, LitElement } from 'lit';

export class Thumb extends LitElement {
  /** @type {import('lit').PropertyDeclarations} */
  static properties = { rgba: { attribute: false }, size: { type: Number }, label: {} };

  constructor() {
    super();
    /** @type {Uint8Array | Uint8ClampedArray | undefined} RGBA, size × size × 4 */
    this.rgba = undefined;
    this.size = 32;
    /** The text alternative; without one the picture is an ornament of its neighbour's words. */
    this.label = '';
  }

  createRenderRoot() {
    return this;
  }

  render() {
    return this.label
      ? html`<canvas width=${this.size} height=${this.size} role="img" aria-label=${this.label}></canvas>`
      : html`<canvas width=${this.size} height=${this.size} aria-hidden="true"></canvas>`;
  }

  updated() {
    const context = this.querySelector('canvas')?.getContext('2d', { willReadFrequently: true });
    if (this.rgba?.length === this.size * this.size * 4)
      context?.putImageData(new ImageData(new Uint8ClampedArray(this.rgba), this.size, this.size), 0, 0);
    else context?.clearRect(0, 0, this.size, this.size);
  }
}
customElements.define('gl-thumb', Thumb);
