// @ts-check
/** RePaint: a hole in a picture, filled on the straight way down and with jumps back up. */
import { html } from 'lit';
import { BLACK, blank, keptShare, stroked, WHITE, withHoles } from '../../painting.js';
import { radios } from '../../ui/choices.js';
import '../../ui/paint-pad.js';
import { tile } from '../tile.js';
import { Edit } from './edit.js';

/** How often each stretch of the chain is walked. */
const TIMES = { straight: 1, jumping: 3 };

/** A hole in the middle. @param {number} size */
function middle(size) {
  const half = Math.floor(size / 2);
  return stroked(blank(size, WHITE), size, {
    from: { x: half, y: half },
    to: { x: half, y: half },
    diameter: half,
    colour: BLACK,
  });
}

export class Inpainting extends Edit {
  /** @type {import('lit').PropertyDeclarations} */
  static properties = { tool: { state: true }, mask: { state: true } };

  constructor() {
    super();
    /** @type {'hole' | 'keep'} */
    this.tool = 'hole';
    /** White is kept, black is painted. @type {Uint8ClampedArray} */
    this.mask = new Uint8ClampedArray();
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    super.willUpdate(changed);
    if (!this.hasUpdated) this.mask = middle(this.size);
  }

  firstUpdated() {
    this.pad?.begin(this.mask);
    this.pad?.requestUpdate();
  }

  get pad() {
    return /** @type {import('../../ui/paint-pad.js').PaintPad | null} */ (this.querySelector('gl-paint-pad'));
  }

  get wanted() {
    const { source, mask, seed } = this;
    if (!source) return [];
    const pictures = { init: source.rgba, mask: new Uint8Array(mask) };
    return Object.entries(TIMES).map(([name, times]) => ({
      name,
      patch: { ...this.telling('repaint'), 'jump-times': times, seed },
      pictures,
    }));
  }

  /** @param {CustomEvent<Uint8ClampedArray>} event */
  paint({ detail }) {
    this.mask = detail;
    this.look();
  }

  render() {
    const { words, app, size, source, mask } = this;
    const { strings } = app;
    const say = this.say.inpainting;
    const picture = source?.rgba ?? blank(size, WHITE);
    const all = html`<button type="button" data-action="clear" @click=${() => this.pad?.put(blank(size, WHITE))}>${say.keepAll}</button>`;
    return html`<div class="studio">
        <gl-paint-pad .app=${app} size=${size} label=${strings.maskLabel} .more=${all}
          .tool=${{ colour: this.tool === 'hole' ? BLACK : WHITE, fills: false }}
          .show=${(/** @type {Uint8ClampedArray} */ pixels) => withHoles(picture, pixels, size)} @painted=${this.paint}></gl-paint-pad>
        <div class="studio-side">
          ${radios({
            key: 'mask-tool',
            name: strings.tool,
            value: this.tool,
            set: (to) => (this.tool = /** @type {'hole' | 'keep'} */ (to)),
            options: Object.entries(strings.maskTools).map(([value, name]) => ({ value, name })),
          })}
          <p class="line" data-kept>${strings.maskKeeps(keptShare(mask))}</p>
          ${this.progress(words.again)}
          <div class="figures pair">${this.cells.map((cell) => this.cell(cell))}</div>
          ${this.troubleLine()}
        </div>
      </div>`;
  }

  /** @param {import('../runs.js').Cell} cell */
  cell(cell) {
    const { size } = this;
    const say = this.say.inpainting;
    const { name: key, last } = cell;
    return tile({ ...this.shown(cell), size, ...say[key], note: last && say.steps(last.step, last.total), key });
  }
}
customElements.define('gl-inpainting', Inpainting);
