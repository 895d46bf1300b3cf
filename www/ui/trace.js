// @ts-check
/** Belief in the asked class and length of the gradient, step by step. */
import { html, svg, nothing } from 'lit';
import { totalSteps } from '../state.js';
import { PageElement } from './element.js';
import { polyline } from './geometry.js';
import { plot, PLOT } from './plot.js';

/** @typedef {import('../state.js').State} State */

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
    // Where nothing is guided there is no gradient, and not one of length 0.
    const norms = frames.map(({ gradient, gradientNorm }) => (gradient ? gradientNorm : undefined));
    const longest = Math.max(0, ...norms.map((norm) => norm ?? 0));
    const now = beliefs[cursor - 1];
    const at = total > 1 ? ((cursor - 1) / (total - 1)) * PLOT.width : PLOT.width / 2;
    const content = svg`
      ${cursor > 0 ? svg`<line class="now" x1=${at} x2=${at} y1="0" y2=${PLOT.height}></line>` : nothing}
      <polyline class="norm" points=${polyline(norms, total, longest, PLOT)}></polyline>
      <polyline class="belief" points=${polyline(beliefs, total, 1, PLOT)}></polyline>`;
    const name = strings.label(settings.class);
    return html`<h2>${strings.trace}</h2>
      ${plot({
        label: now === undefined ? strings.traceLine : strings.traceLabel(name, strings.percent(now), total),
        x: [strings.axes.noise, strings.axes.step, strings.axes.picture],
        y: ['0', '1'],
        right: longest > 0 ? ['0', longest.toPrecision(2)] : undefined,
        content,
      })}
      <p class="line key"><span class="belief">${strings.traceProbability(name)}</span> ${longest > 0 ? html`<span class="norm">${strings.traceNorm}</span>` : nothing}</p>`;
  }
}
customElements.define('gl-trace', Trace);
