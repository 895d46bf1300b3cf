// @ts-check
/** Chooses the square of a picture that is used: drag, pinch, wheel or keys. The picture as it came is kept. */
import { html } from 'lit';
import { atModelSize } from '../reference.js';
import { cropped, MAX_ZOOM, minZoom, panned, placement, sameView, whole, zoomed } from '../view.js';
import { Dialog } from './dialog.js';
import { slider } from './slider.js';
import './peek.js';
import './thumb.js';

/** @typedef {import('../view.js').View} View */

/** Pixels of the canvas on a side: it is only looked at. */
const SIDE = 480;

/** How far a key pans, as a share of the square's side, and zooms, as a factor. */
const PAN = 1 / 16;
const ZOOM = 1.1;

/** @type {Record<string, [number, number]>} the picture moves against the arrow, so that the square moves with it */
const ARROWS = { ArrowLeft: [PAN, 0], ArrowRight: [-PAN, 0], ArrowUp: [0, PAN], ArrowDown: [0, -PAN] };

export default class CropDialog extends Dialog {
  /** @type {import('lit').PropertyDeclarations} */
  static properties = { place: { attribute: false }, view: { state: true } };

  constructor() {
    super();
    /** @type {import('../pictures.js').Place} */
    this.place = 'reference';
    this.view = cropped();
    /** @type {Map<number, { x: number, y: number }>} the fingers that are down, as shares of the square's side */
    this.fingers = new Map();
  }

  get heading() {
    return this.app.strings.cropTitle;
  }

  concerns() {
    return false;
  }

  get source() {
    return /** @type {import('../state.js').Reference} */ (this.state[this.place]).source;
  }

  connectedCallback() {
    super.connectedCallback();
    this.view = this.state[this.place]?.view ?? this.view;
  }

  body() {
    const { strings } = this.app;
    const size = this.state.model?.size ?? 32;
    const { view, source } = this;
    const wheel = { handleEvent: (/** @type {WheelEvent} */ event) => this.wheel(event), passive: false };
    return html`<div class="studio">
      <div class="crop-picture"><canvas data-crop tabindex="0" role="application" aria-label=${strings.cropLabel} aria-describedby="crop-help" width=${SIDE} height=${SIDE}
        @pointerdown=${this.down} @pointermove=${this.move} @pointerup=${this.up} @pointercancel=${this.up} @wheel=${wheel} @keydown=${this.key}></canvas></div>
      <div class="studio-side">
        ${slider({
          key: 'zoom',
          name: strings.zoom,
          value: Math.log2(view.zoom),
          min: Math.log2(minZoom(source)),
          max: Math.log2(MAX_ZOOM),
          step: 0.01,
          text: `${view.zoom.toFixed(2)}×`,
          set: (to) => this.put(zoomed(this.view, source, 2 ** to / this.view.zoom)),
        })}
        <div class="row">
          <button type="button" data-view="crop" @click=${() => this.put(cropped())}>${strings.fits.crop}</button>
          <button type="button" data-view="whole" @click=${() => this.put(whole(source))}>${strings.fits.whole}</button>
        </div>
        <small id="crop-help">${strings.cropHelp}</small>
        <div class="peeks">
          <figure class="peek"><gl-thumb .rgba=${atModelSize(source, size, view)} size=${size} label=${strings.atThatSize}></gl-thumb><figcaption><small>${strings.atThatSize}</small></figcaption></figure>
          <gl-peek .app=${this.app}></gl-peek>
        </div>
      </div>
    </div>`;
  }

  updated() {
    const context = this.querySelector('canvas')?.getContext('2d');
    if (!context) return;
    const { x, y, width, height } = placement(this.source, SIDE, this.view);
    context.fillStyle = '#fff';
    context.fillRect(0, 0, SIDE, SIDE);
    context.imageSmoothingQuality = 'high';
    context.drawImage(this.source, x, y, width, height);
  }

  /** Takes a view; the page has it when the hand is off. @param {View} view */
  put(view) {
    this.view = view;
    if (this.fingers.size > 0) return;
    const { actions } = this.app;
    const placed = this.state[this.place];
    if (placed && !sameView(placed.view, view)) actions.viewReference(view, this.place);
  }

  /** @param {MouseEvent & { currentTarget: Element }} event */
  pointOf({ clientX, clientY, currentTarget }) {
    const { left, top, width, height } = currentTarget.getBoundingClientRect();
    return { x: (clientX - left) / width, y: (clientY - top) / height };
  }

  /** @param {PointerEvent & { currentTarget: Element }} event */
  down(event) {
    event.currentTarget.setPointerCapture(event.pointerId);
    this.fingers.set(event.pointerId, this.pointOf(event));
  }

  /** @param {PointerEvent & { currentTarget: Element }} event */
  move(event) {
    const before = this.fingers.get(event.pointerId);
    if (!before) return;
    const now = this.pointOf(event);
    const [other] = [...this.fingers].filter(([id]) => id !== event.pointerId).map(([, point]) => point);
    this.fingers.set(event.pointerId, now);
    // Of two fingers each moves the picture by half.
    const share = other ? 0.5 : 1;
    const moved = panned(this.view, this.source, (now.x - before.x) * share, (now.y - before.y) * share);
    if (!other) return this.put(moved);
    const apart = (/** @type {typeof now} */ point) => Math.hypot(point.x - other.x, point.y - other.y);
    const middle = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
    this.put(zoomed(moved, this.source, apart(now) / Math.max(apart(before), 0.01), middle));
  }

  /** @param {PointerEvent} event */
  up(event) {
    this.fingers.delete(event.pointerId);
    this.put(this.view);
  }

  /** @param {WheelEvent} event */
  wheel(event) {
    event.preventDefault();
    const at = this.pointOf(/** @type {WheelEvent & { currentTarget: Element }} */ (event));
    this.put(zoomed(this.view, this.source, event.deltaY < 0 ? ZOOM : 1 / ZOOM, at));
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const arrow = ARROWS[event.key];
    if (arrow) this.put(panned(this.view, this.source, ...arrow));
    else if (event.key === '+' || event.key === '=') this.put(zoomed(this.view, this.source, ZOOM));
    else if (event.key === '-') this.put(zoomed(this.view, this.source, 1 / ZOOM));
    else return;
    event.preventDefault();
  }
}
customElements.define('gl-crop-dialog', CropDialog);
