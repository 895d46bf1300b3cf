// @ts-check
/** One term of the step as a picture: a canvas at the model's resolution, its symbol and one line on what it is. */
import { html, nothing, svg } from 'lit';
import { symbols } from './math.js';
import { PageElement } from './element.js';
import { paint } from './paint.js';

/** @typedef {'xt' | 'x0' | 'eps' | 'gradient' | 'steered' | 'reference' | 'lowpass' | 'detail'} PictureName */
/** @typedef {{ term: 'gradient' | 'steered', strengths: ArrayLike<number> }} Veil a term by how strong it is at each pixel */

/** Side of the canvas before a model says otherwise. */
const DEFAULT_SIZE = 32;

export class Picture extends PageElement {
  /** @type {import('lit').PropertyDeclarations} */
  static properties = {
    name: {},
    rgba: { attribute: false },
    size: { type: Number },
    when: {},
    empty: {},
    edge: {},
    pixel: { attribute: false },
    veil: { attribute: false },
    tools: { attribute: false },
  };

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
    /** @type {import('../state.js').Pixel | undefined} the one whose numbers are read */
    this.pixel = undefined;
    /** @type {Veil | undefined} what is laid over the picture */
    this.veil = undefined;
    /** @type {unknown} what stands below it */
    this.tools = nothing;
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
        <canvas data-canvas=${this.name} width=${this.size} height=${this.size} role="img" aria-label=${label} @click=${this.pick}></canvas>
        ${this.veil ? html`<canvas class="veil term-${this.veil.term}" data-canvas="overlay" width=${this.size} height=${this.size} aria-hidden="true"></canvas>` : nothing}
        ${this.edge ? html`<svg class="mask-edge" viewBox="0 0 ${this.size} ${this.size}" aria-hidden="true"><path d=${this.edge}></path></svg>` : nothing}
        ${this.pixel && this.rgba ? cross(this.pixel, this.size) : nothing}
        ${this.rgba ? nothing : html`<p class="hint" aria-hidden="true">${this.empty}</p>`}
      </div>
      <figcaption><b>${term.name}</b> <span class="symbol" aria-hidden="true">${symbols[this.name]}</span><small>${term.line}</small>${this.tools}</figcaption>
    </figure>`;
  }

  /** @param {MouseEvent & { target: HTMLCanvasElement }} event */
  pick({ clientX, clientY, target }) {
    const { left, top, width, height } = target.getBoundingClientRect();
    const at = (/** @type {number} */ share) => Math.max(0, Math.min(this.size - 1, Math.floor(share * this.size)));
    if (this.rgba) this.app.actions.pick({ x: at((clientX - left) / width), y: at((clientY - top) / height) });
  }

  /** @param {Map<string, unknown>} changed */
  updated(changed) {
    if (changed.has('veil') || changed.has('size')) this.drawVeil();
    if (changed.has('rgba') || changed.has('size')) paint(this.querySelector('canvas'), this.rgba);
  }

  /** In the term's own colour, the more opaque the stronger. */
  drawVeil() {
    /** @type {HTMLCanvasElement | null} */
    const canvas = this.querySelector('canvas.veil');
    const context = canvas?.getContext('2d', { willReadFrequently: true });
    if (!canvas || !context || !this.veil) return;
    const { strengths } = this.veil;
    const alpha = new ImageData(this.size, this.size);
    for (let i = 0; i < strengths.length; i++) alpha.data[i * 4 + 3] = Math.round(255 * (strengths[i] ?? 0));
    context.putImageData(alpha, 0, 0);
    context.globalCompositeOperation = 'source-in';
    context.fillStyle = getComputedStyle(canvas).color;
    context.fillRect(0, 0, this.size, this.size);
    context.globalCompositeOperation = 'source-over';
  }
}

/**
 * Lines through a pixel, which stays free: light ones below dark ones, to be seen on any picture.
 * @param {import('../state.js').Pixel} pixel
 * @param {number} size
 */
function cross({ x, y }, size) {
  const [column, row] = [x + 0.5, y + 0.5];
  const path = `M0 ${row}H${x}M${x + 1} ${row}H${size}M${column} 0V${y}M${column} ${y + 1}V${size}M${x} ${y}h1v1h-1z`;
  return html`<svg class="cross" viewBox="0 0 ${size} ${size}" aria-hidden="true">${svg`<path d=${path}></path><path d=${path}></path>`}</svg>`;
}
customElements.define('gl-picture', Picture);
