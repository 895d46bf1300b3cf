// @ts-check
/** A small picture to paint on, by pointer or by keyboard, with undo. Emits `painted` after each change. */
import { html, nothing } from 'lit';
import { blank, filled, History, stroked } from '../painting.js';
import { PageElement } from './element.js';
import { slider } from './slider.js';

/** @typedef {import('../painting.js').Colour} Colour */
/** @typedef {import('../painting.js').Point} Point */

const MAX_BRUSH = 8;

/** How far an arrow moves the brush with Shift held. */
const STRIDE = 4;

/** @type {Record<string, Point>} */
const ARROWS = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

export class PaintPad extends PageElement {
  /** @type {import('lit').PropertyDeclarations} */
  static properties = {
    size: { type: Number },
    label: {},
    tool: { attribute: false },
    show: { attribute: false },
    more: { attribute: false },
    brush: { state: true },
    at: { state: true },
  };

  constructor() {
    super();
    this.size = 32;
    this.label = '';
    /** @type {{ colour: Colour, fills: boolean }} */
    this.tool = { colour: [0, 0, 0], fills: false };
    /** How the pixels look. @type {(pixels: Uint8ClampedArray) => Uint8ClampedArray} */
    this.show = (pixels) => pixels;
    /** @type {unknown} further buttons, after undo and redo; their listeners are not to need `this` */
    this.more = nothing;
    this.brush = 2;
    /** @type {Point | undefined} where the brush is */
    this.at = undefined;
    /** The pixels with the stroke under way, while there is one. @type {Uint8ClampedArray | undefined} */
    this.wet = undefined;
    this.history = new History(blank(this.size, [255, 255, 255]));
  }

  concerns() {
    return false;
  }

  /** @param {Uint8ClampedArray} pixels */
  begin(pixels) {
    this.history = new History(pixels);
  }

  get pixels() {
    return this.wet ?? this.history.now;
  }

  render() {
    const { strings } = this.app;
    const { size, at, brush, history } = this;
    const shift = brush % 2 === 0 ? 0 : 0.5;
    const round = at && !this.tool.fills;
    return html`<div class="pad">
      <div class="pad-picture">
        <canvas data-pad tabindex="0" role="application" aria-label=${this.label} aria-describedby="pad-help" width=${size} height=${size}
          @pointerdown=${this.down} @pointermove=${this.move} @pointerup=${this.up} @pointercancel=${this.up} @pointerleave=${this.leave}
          @keydown=${this.key} @keyup=${this.up} @focus=${this.enter} @blur=${this.up}></canvas>
        <svg class="pad-brush" viewBox="0 0 ${size} ${size}" aria-hidden="true">
          <circle cx=${(at?.x ?? 0) + shift} cy=${(at?.y ?? 0) + shift} r=${round ? brush / 2 : at ? 0.5 : 0}></circle>
        </svg>
      </div>
      <output class="hidden">${at ? strings.brushAt(at.x + 1, at.y + 1) : ''}</output>
      <div class="pad-tools">
        ${slider({ key: 'brush', name: strings.brushSize, value: brush, min: 1, max: MAX_BRUSH, step: 1, set: (to) => (this.brush = to) })}
        <div class="row">
          <button type="button" data-action="undo" ?disabled=${!history.canUndo} @click=${this.undo}>${strings.undo}</button>
          <button type="button" data-action="redo" ?disabled=${!history.canRedo} @click=${this.redo}>${strings.redo}</button>
          ${this.more}
        </div>
        <small id="pad-help">${strings.padHelp}</small>
      </div>
    </div>`;
  }

  updated() {
    const context = this.querySelector('canvas')?.getContext('2d', { willReadFrequently: true });
    const shown = new Uint8ClampedArray(this.show(this.pixels));
    context?.putImageData(new ImageData(shown, this.size, this.size), 0, 0);
  }

  /** @param {PointerEvent & { currentTarget: HTMLCanvasElement }} event */
  pointOf({ clientX, clientY, currentTarget }) {
    const { left, top, width, height } = currentTarget.getBoundingClientRect();
    const pixel = (/** @type {number} */ share) => Math.min(this.size - 1, Math.max(0, Math.floor(share * this.size)));
    return { x: pixel((clientX - left) / width), y: pixel((clientY - top) / height) };
  }

  /** @param {PointerEvent & { currentTarget: HTMLCanvasElement }} event */
  down(event) {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    this.at = this.pointOf(event);
    this.paint(this.at, this.at);
  }

  /** @param {PointerEvent & { currentTarget: HTMLCanvasElement }} event */
  move(event) {
    const before = this.at;
    this.at = this.pointOf(event);
    if (this.wet && before && !this.tool.fills) this.paint(before, this.at);
  }

  /** Ends the stroke. @param {Event} event */
  up(event) {
    if (event instanceof KeyboardEvent && event.key !== ' ') return;
    if (!this.wet) return;
    const painted = this.wet;
    this.wet = undefined;
    this.put(painted);
  }

  leave() {
    if (!this.wet) this.at = undefined;
  }

  enter() {
    const middle = Math.floor(this.size / 2);
    this.at ??= { x: middle, y: middle };
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const { key, shiftKey } = event;
    const arrow = ARROWS[key];
    if ((event.ctrlKey || event.metaKey) && ['z', 'y'].includes(key.toLowerCase())) {
      if (key.toLowerCase() === 'y' || shiftKey) this.redo();
      else this.undo();
    } else if (arrow) {
      this.enter();
      const before = /** @type {Point} */ (this.at);
      const far = shiftKey ? STRIDE : 1;
      const within = (/** @type {number} */ at) => Math.min(this.size - 1, Math.max(0, at));
      this.at = { x: within(before.x + arrow.x * far), y: within(before.y + arrow.y * far) };
      if (this.wet && !this.tool.fills) this.paint(before, this.at);
    } else if (key === ' ') {
      this.enter();
      const at = /** @type {Point} */ (this.at);
      if (!event.repeat) this.paint(at, at);
    } else return;
    event.preventDefault();
  }

  /**
   * @param {Point} from
   * @param {Point} to
   */
  paint(from, to) {
    const { colour, fills } = this.tool;
    this.wet = fills
      ? filled(this.pixels, this.size, { at: to, colour })
      : stroked(this.pixels, this.size, { from, to, diameter: this.brush, colour });
    this.requestUpdate();
  }

  /** Takes other pixels as one change. @param {Uint8ClampedArray} pixels */
  put(pixels) {
    if (this.history.put(pixels)) this.tell();
    this.requestUpdate();
  }

  undo() {
    this.history.undo();
    this.tell();
  }

  redo() {
    this.history.redo();
    this.tell();
  }

  tell() {
    this.requestUpdate();
    this.dispatchEvent(new CustomEvent('painted', { detail: this.history.now }));
  }
}
customElements.define('gl-paint-pad', PaintPad);
