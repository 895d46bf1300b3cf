// @ts-check
/** The step in numbers, at one pixel: each term of the update with its weight, and a switch to leave it out. */
import { html, nothing } from 'lit';
import { isHeld } from '../classroom.js';
import { methodsOf } from '../settings.js';
import { shownFrame } from '../state.js';
import { atPixel, epsAtPixel, isCorrected, partsOfEps, presentParts, termsOff } from '../update.js';
import { PageElement } from './element.js';
import { lockSign } from './held.js';
import { smallSymbols, termSymbols } from './math.js';

/** @typedef {import('../state.js').State} State */
/** @typedef {import('../update.js').Rgb} Rgb */
/** @typedef {import('../protocol.js').Term} Term */

/** Pixels to each side of the picked one under the magnifier. */
const AROUND = 4;

/** How far the arrow keys go, and with shift. */
const STRIDE = { alone: 1, withShift: 8 };

/** @type {Record<string, [dx: number, dy: number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** Which colour a term has. @param {Term} term */
const colourOf = (term) => (term === 'earlier-x0' ? 'x0' : term);

export class Numbers extends PageElement {
  /**
   * @param {State} state
   * @param {State} before
   */
  concerns(state, before) {
    return (
      shownFrame(state) !== shownFrame(before) ||
      state.start !== before.start ||
      state.pixel !== before.pixel ||
      state.settings !== before.settings ||
      state.model !== before.model
    );
  }

  render() {
    const { numbers, notRecorded } = this.app.strings;
    const frame = shownFrame(this.state);
    const reading = frame && (frame.parts.length > 0 || partsOfEps(frame).length > 0);
    const instead = this.state.recorded ? notRecorded : frame ? numbers.noParts : numbers.noFrame;
    return html`<h2>${numbers.title}</h2>
      <div class="numbers">
        ${reading ? this.picker() : nothing}
        <div class="reading">${reading ? this.table(frame) : html`<p class="line">${instead}</p>`}${this.leftOut()}</div>
      </div>`;
  }

  get size() {
    return this.state.model?.size ?? 32;
  }

  /** The pixel, or where the keyboard begins. */
  get pixel() {
    const middle = Math.floor(this.size / 2);
    return this.state.pixel ?? { x: middle, y: middle };
  }

  /** A magnifier over x_t that the arrow keys move. */
  picker() {
    const { numbers } = this.app.strings;
    const { actions } = this.app;
    const { pixel } = this.state;
    const { x, y } = this.pixel;
    const side = 2 * AROUND + 1;
    return html`<div class="picker term-xt">
      <div class="magnifier" role="slider" tabindex="0" aria-label=${numbers.picker} aria-valuemin="0" aria-valuemax=${this.size ** 2 - 1}
        aria-valuenow=${y * this.size + x} aria-valuetext=${numbers.at(x, y)} @keydown=${this.move}>
        <canvas data-canvas="magnifier" width=${side} height=${side}></canvas>
      </div>
      <p class="line" data-pixel>${pixel ? numbers.at(x, y) : numbers.pick}</p>
      ${pixel ? html`<button type="button" data-action="unpick" @click=${() => actions.pick(undefined)}>${numbers.unpick}</button>` : nothing}
    </div>`;
  }

  /** @param {KeyboardEvent} event */
  move(event) {
    const [dx, dy] = ARROWS[event.key] ?? [];
    if (dx === undefined || dy === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    // The page's own arrow keys walk through the run.
    event.preventDefault();
    const stride = event.shiftKey ? STRIDE.withShift : STRIDE.alone;
    const within = (/** @type {number} */ at) => Math.max(0, Math.min(at, this.size - 1));
    const { x, y } = this.pixel;
    this.app.actions.pick({ x: within(x + dx * stride), y: within(y + dy * stride) });
  }

  /** @param {import('../state.js').KeptFrame} frame */
  table(frame) {
    const { numbers, entry } = this.app.strings;
    const { actions, catalogue, rules } = this.app;
    const { settings, pixel } = this.state;
    // The sum is the one of the step on show; the switches are for what comes.
    const [made, wanted] = [termsOff(frame.inputs.settings), termsOff(settings)];
    const read = pixel && atPixel(frame, made, pixel, this.size);
    const readEps = pixel && epsAtPixel(frame, made, pixel, this.size);
    const cells = (/** @type {Rgb | undefined} */ values, /** @type {Rgb | undefined} */ products) =>
      [0, 1, 2].map((c) => {
        const [value, product] = [values?.[c], products?.[c]];
        return html`<td>${value === undefined ? nothing : html`<small>${numbers.value(value)}</small> `}${product === undefined ? '–' : numbers.value(product)}</td>`;
      });
    const row = (
      /** @type {import('../protocol.js').Part} */ { term, weight },
      /** @type {{ values: Rgb, products: Rgb } | undefined} */ line,
    ) => {
      const name = numbers.terms[term];
      return html`<tr class="term-${colourOf(term)} ${made.includes(term) ? 'off' : ''}" data-term=${term}>
        <th scope="row"><label class="check"><input type="checkbox" name="term" value=${term} .checked=${!wanted.includes(term)} ?disabled=${isHeld(rules, 'without')}
          @change=${(/** @type {Event & { target: HTMLInputElement }} */ { target }) => actions.setTerm(term, target.checked)}>
          <span>${name}</span> <span class="symbol" aria-hidden="true">${termSymbols[term]}</span></label></th>
        <td>${numbers.value(weight)}</td>${cells(line?.values, line?.products)}
      </tr>`;
    };
    const total = (
      /** @type {string} */ key,
      /** @type {string} */ name,
      /** @type {unknown} */ symbol,
      /** @type {Rgb | undefined} */ values,
    ) => html`<tr data-total=${key}><th scope="row">${name} ${symbol}</th><td></td>${cells(undefined, values)}</tr>`;
    const ilvr = catalogue.guidance.find(({ name }) => name === 'ilvr');
    const corrector = ilvr && methodsOf(frame.inputs.settings).includes('ilvr') ? entry(ilvr).name : numbers.correction;
    const next = html`<span class="symbol term-xt" aria-hidden="true">${smallSymbols.next}</span>`;
    const eps = html`<span class="symbol term-eps" aria-hidden="true">${termSymbols.eps}</span>`;
    const network = html`<span class="symbol term-eps" aria-hidden="true">${smallSymbols.network}</span>`;
    const added = partsOfEps(frame);
    const parts = presentParts(frame);
    return html`<table>
      <caption class="line">${numbers.caption} ${isHeld(rules, 'without') ? lockSign(this.app.strings) : nothing}</caption>
      <thead><tr><th scope="col">${numbers.term}</th><th scope="col">${numbers.weight}</th>
        ${numbers.channels.map((channel) => html`<th scope="col">${channel}</th>`)}</tr></thead>
      ${
        added.length > 0
          ? html`<tbody data-sum="eps">
              ${total('network', numbers.network, network, readEps?.network)}
              ${added.map((part, k) => row(part, readEps?.rows[k]))}
              ${total('eps', numbers.terms.eps, eps, readEps?.eps)}
            </tbody>`
          : nothing
      }
      ${
        parts.length > 0
          ? html`<tbody>${parts.map((part, k) => row(part, read?.rows[k]))}</tbody>
              <tfoot>
                ${total('sum', numbers.sum, nothing, read?.sum)}
                ${isCorrected(frame, made) ? total('correction', corrector, nothing, read?.correction) : nothing}
                ${total('next', numbers.next, next, read?.next)}
              </tfoot>`
          : nothing
      }
    </table>
    ${parts.length > 0 ? nothing : html`<p class="line">${numbers.noParts}</p>`}`;
  }

  /** Terms that are off, whether or not this step has them: a switch that cannot be seen must not be forgotten. */
  leftOut() {
    const { rules, strings } = this.app;
    const { numbers } = strings;
    const off = /** @type {Term[]} */ (termsOff(this.state.settings));
    if (off.length === 0) return nothing;
    const known = off.filter((term) => term in termSymbols);
    return html`<p class="line left-out">${numbers.leftOut} ${known.map(
      (term) =>
        html`<button type="button" data-action="put-back" value=${term} ?disabled=${isHeld(rules, 'without')} @click=${() => this.app.actions.setTerm(term, true)}><span class="symbol term-${colourOf(term)}" aria-hidden="true">${termSymbols[term]}</span>
        ${numbers.putBack(numbers.terms[term])}</button>`,
    )}</p>`;
  }

  updated() {
    const { frames, cursor, start } = this.state;
    const rgba = frames[cursor - 1]?.xt ?? start?.xt;
    const canvas = /** @type {HTMLCanvasElement | null} */ (this.querySelector('canvas'));
    const context = canvas?.getContext('2d', { willReadFrequently: true });
    if (!canvas || !context) return;
    context.clearRect(0, 0, canvas.width, canvas.height);
    const { x, y } = this.pixel;
    if (rgba)
      context.putImageData(new ImageData(new Uint8ClampedArray(rgba), this.size, this.size), AROUND - x, AROUND - y);
  }
}
customElements.define('gl-numbers', Numbers);
