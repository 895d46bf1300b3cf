// @ts-check
/** Two Gaussians on a plane that can be dragged about, by pointer and by keyboard. */
import { html, LitElement, svg } from 'lit';
import '../styles/lesson-gaussians.css';
import { drawn, gripAt, GRIPS, nudged, SPAN } from './grips.js';

/** @typedef {import('./frechet.js').Gaussian} Gaussian */
/** @typedef {import('./grips.js').Grip} Grip */

export class Gaussians extends LitElement {
  /** @type {import('lit').PropertyDeclarations} */
  static properties = { pair: { attribute: false }, points: { attribute: false }, words: { attribute: false } };

  constructor() {
    super();
    /** @type {Record<'real' | 'made', Gaussian>} */
    this.pair = { real: { x: 0, y: 0, a: 1, b: 1, angle: 0 }, made: { x: 0, y: 0, a: 1, b: 1, angle: 0 } };
    /** @type {Record<'real' | 'made', [number, number][]>} */
    this.points = { real: [], made: [] };
    /** @type {any} */
    this.words = undefined;
  }

  createRenderRoot() {
    return this;
  }

  shouldUpdate() {
    return this.words !== undefined;
  }

  /** @param {'real' | 'made'} which @param {Gaussian} gaussian */
  change(which, gaussian) {
    this.dispatchEvent(new CustomEvent('change', { detail: { ...this.pair, [which]: gaussian } }));
  }

  render() {
    const both = /** @type {const} */ (['real', 'made']);
    return html`<svg class="gaussians" viewBox="${-SPAN} ${-SPAN} ${2 * SPAN} ${2 * SPAN}" role="group" aria-label=${this.words.plane}>
      <g transform="scale(1 -1)">
        <line class="grid" x1=${-SPAN} x2=${SPAN} y1="0" y2="0"></line>
        <line class="grid" y1=${-SPAN} y2=${SPAN} x1="0" x2="0"></line>
        ${both.map((which) => this.cloud(which))}
        ${both.map((which) => GRIPS.map((grip) => this.grip(which, grip)))}
      </g>
    </svg>`;
  }

  /** @param {'real' | 'made'} which */
  cloud(which) {
    const { x, y, a, b, angle } = this.pair[which];
    const place = `translate(${x} ${y}) rotate(${(angle * 180) / Math.PI})`;
    return svg`<g class=${which}>
      <path class="points" d=${this.points[which].map(([px, py]) => `M${px.toFixed(3)} ${py.toFixed(3)}h0`).join('')}></path>
      <ellipse class="one" rx=${a} ry=${b} transform=${place}></ellipse>
      <ellipse class="two" rx=${2 * a} ry=${2 * b} transform=${place}></ellipse>
    </g>`;
  }

  /** @param {'real' | 'made'} which @param {Grip} grip */
  grip(which, grip) {
    const gaussian = this.pair[which];
    const [x, y] = gripAt(gaussian, grip);
    const { name, text } = this.words.grips[grip];
    const press = (/** @type {PointerEvent & { currentTarget: SVGElement }} */ event) =>
      event.currentTarget.setPointerCapture(event.pointerId);
    const move = (/** @type {PointerEvent & { currentTarget: SVGElement }} */ event) => {
      if (!(event.buttons & 1)) return;
      const { left, top, width } = /** @type {SVGElement} */ (
        event.currentTarget.ownerSVGElement
      ).getBoundingClientRect();
      const unit = (2 * SPAN) / width;
      this.change(
        which,
        drawn(gaussian, grip, (event.clientX - left) * unit - SPAN, SPAN - (event.clientY - top) * unit),
      );
    };
    const key = (/** @type {KeyboardEvent} */ event) => {
      const next = nudged(gaussian, grip, event.key);
      if (!next) return;
      event.preventDefault();
      this.change(which, next);
    };
    const size = grip === 'centre' ? x : grip === 'long' ? gaussian.a : gaussian.b;
    return svg`<g class="grip ${which} ${grip}" data-grip="${which} ${grip}" tabindex="0" role="slider"
      aria-label=${`${this.words[which]}: ${name}`} aria-valuenow=${size.toFixed(2)} aria-valuetext=${text(gaussian)}
      @pointerdown=${press} @pointermove=${move} @keydown=${key}>
      <circle class="reach" cx=${x} cy=${y} r="0.32"></circle><circle class="dot" cx=${x} cy=${y} r="0.14"></circle>
    </g>`;
  }
}
customElements.define('gl-gaussians', Gaussians);
