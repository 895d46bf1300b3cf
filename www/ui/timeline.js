// @ts-check
/** The run as two rows of small frames, x_t above x̂₀, over a slider that scrubs it; a tick marks each jump back up. */
import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { startsFromPicture } from '../settings.js';
import { totalSteps } from '../state.js';
import { cellSteps, jumps } from './geometry.js';
import { cssVariable } from './css-variable.js';
import { PageElement } from './element.js';
import { symbols } from './math.js';
import { paint } from './paint.js';

/** @typedef {import('../state.js').State} State */

/** The least width of a small frame, in px: below it a 32 × 32 picture cannot be told apart. */
const CELL = 34;

/** The two pictures of a step that the timeline shows. */
const ROWS = /** @type {const} */ (['xt', 'x0']);

export class Timeline extends PageElement {
  /** @type {import('lit').PropertyDeclarations} */
  static properties = { room: { state: true } };

  constructor() {
    super();
    this.room = 12;
    this.observer = new ResizeObserver(([entry]) => {
      if (entry) this.room = Math.floor(entry.contentRect.width / CELL);
    });
  }

  connectedCallback() {
    super.connectedCallback();
    this.observer.observe(this);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.observer.disconnect();
  }

  /**
   * @param {State} state
   * @param {State} before
   */
  concerns(state, before) {
    return (
      state.frames !== before.frames ||
      state.start !== before.start ||
      state.cursor !== before.cursor ||
      totalSteps(state) !== totalSteps(before) ||
      state.model !== before.model
    );
  }

  render() {
    const { strings, actions, catalogue } = this.app;
    const { frames, cursor, model, settings } = this.state;
    const total = totalSteps(this.state);
    const size = model?.size ?? 32;
    const steps = cellSteps(total, this.room);
    const back = jumps(frames);
    const nearest = steps.reduce((best, step) => (Math.abs(step - cursor) < Math.abs(best - cursor) ? step : best), 0);
    const cell = (
      /** @type {number} */ step,
      /** @type {string} */ row,
    ) => html`<canvas width=${size} height=${size} data-step=${step} data-row=${row}
      class=${[step === nearest ? 'now' : '', frames[step - 1]?.forked ? 'fork' : ''].join(' ')}
      @click=${() => step <= frames.length && actions.seek(step)}></canvas>`;
    return html`<div class="strip" ${cssVariable('--cells', steps.length)}>
      ${ROWS.map(
        (row) => html`<div class="cells term-${row}" aria-hidden="true"><span class="symbol">${symbols[row]}</span>
        ${repeat(
          steps,
          (step) => step,
          (step) => cell(step, row),
        )}</div>`,
      )}
      <svg class="jumps" viewBox="0 0 ${total} 1" preserveAspectRatio="none" aria-hidden="true"><path d=${back.map((step) => `M${step} 0V1`).join('')}></path></svg>
      <input type="range" name="timeline" min="0" max=${total} step="1" .value=${String(cursor)} ?disabled=${frames.length === 0}
        aria-label=${strings.timeline} aria-valuetext=${strings.timelineValue(cursor, total, startsFromPicture(settings, catalogue), back.includes(cursor))} @input=${this.scrub}>
    </div>
    <p class="keys">${strings.keys.map(([key, does]) => html`<span><kbd>${key}</kbd> ${does}</span>`)}
      ${back.length > 0 ? html`<span class="jump">${strings.jump}</span>` : nothing}</p>`;
  }

  /** @param {Event & { target: HTMLInputElement }} event */
  scrub({ target }) {
    const position = Math.min(Number(target.value), this.state.frames.length);
    // Beyond the last frame there is nothing to show: the thumb goes back to it.
    target.value = String(position);
    this.app.actions.seek(position);
  }

  updated() {
    const { frames, start } = this.state;
    for (const canvas of this.querySelectorAll('canvas')) {
      const frame = frames[Number(canvas.dataset.step) - 1];
      const row = /** @type {'xt' | 'x0'} */ (canvas.dataset.row);
      const rgba = canvas.dataset.step === '0' ? (row === 'xt' ? start?.xt : undefined) : frame?.[row];
      paint(canvas, rgba);
    }
  }
}
customElements.define('gl-timeline', Timeline);
