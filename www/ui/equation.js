// @ts-check
/** The step in equations, with the terms that are on, each in its picture's colour. */
import { html } from 'lit';
import { methodsOf } from '../settings.js';
import { shownFrame } from '../state.js';
import { PageElement } from './element.js';
import { stepEquations } from './math.js';

/** @typedef {import('../state.js').State} State */

export class Equation extends PageElement {
  /**
   * @param {State} state
   * @param {State} before
   */
  concerns(state, before) {
    return state.settings !== before.settings || shownFrame(state) !== shownFrame(before);
  }

  render() {
    const { strings } = this.app;
    const { settings } = this.state;
    // The model may leave its noisiest steps unguided: what is written is what happened.
    const frame = shownFrame(this.state);
    const methods = methodsOf(settings).filter((method) => method !== 'classifier' || !frame || frame.gradient);
    const lines = stepEquations({
      sampler: settings.sampler,
      eta: Number(settings.eta),
      order: Number(settings.order),
      methods,
      scale: Number(settings.scale),
      weight: Number(settings['cfg-weight']),
    });
    return html`<h2>${strings.equation}</h2><div class="lines">${lines.map((line) => html`<p>${line}</p>`)}</div>`;
  }
}
customElements.define('gl-equation', Equation);
