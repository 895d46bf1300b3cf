// @ts-check
/** Belief in the asked class and length of the gradient, step by step. */
import { html, svg, nothing } from 'lit';
import { totalSteps } from '../state.js';
import { PageElement } from './element.js';
import { polyline } from './geometry.js';

/** @typedef {import('../state.js').State} State */

/** The drawing's own units; it is stretched to the room there is, its lines keep their width. */
const SIZE = { width: 300, height: 100 };

export class Trace extends PageElement {
  /**
   * @param {State} state
   * @param {State} before
   */
  concerns(state, before) {
    return (
      state.frames !== before.frames ||
      state.cursor !== before.cursor ||
      state.settings !== before.settings ||
      state.model !== before.model
    );
  }

  render() {
    const { strings } = this.app;
    const { frames, cursor, model, settings } = this.state;
    const index = model?.classes.indexOf(settings.class) ?? -1;
    const total = totalSteps(this.state);
    const beliefs = frames.map(({ probabilities }) => probabilities?.[index]);
    const norms = frames.map(({ gradientNorm }) => gradientNorm);
    const now = beliefs[cursor - 1];
    const label =
      now === undefined
        ? strings.traceLine
        : strings.traceLabel(strings.label(settings.class), strings.percent(now), total);
    const at = total > 1 ? ((cursor - 1) / (total - 1)) * SIZE.width : SIZE.width / 2;
    return html`<h2>${strings.trace}</h2>
      <svg class="trace" viewBox="0 0 ${SIZE.width} ${SIZE.height}" preserveAspectRatio="none" role="img" aria-label=${label}>
        ${[0, 0.5, 1].map((share) => svg`<line class="grid" x1="0" x2=${SIZE.width} y1=${SIZE.height * share} y2=${SIZE.height * share}></line>`)}
        ${cursor > 0 ? svg`<line class="now" x1=${at} x2=${at} y1="0" y2=${SIZE.height}></line>` : nothing}
        <polyline class="norm" points=${polyline(norms, total, Math.max(0, ...norms.map((norm) => norm ?? 0)), SIZE)}></polyline>
        <polyline class="belief" points=${polyline(beliefs, total, 1, SIZE)}></polyline>
      </svg>
      <p class="line key"><span class="belief">${strings.traceProbability(strings.label(settings.class))}</span> <span class="norm">${strings.traceNorm}</span></p>`;
  }
}
customElements.define('gl-trace', Trace);
