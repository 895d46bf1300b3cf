// @ts-check
/** The classifier's belief in each class, as bars. */
import { html } from 'lit';
import { classesOf, shownFrame } from '../state.js';
import { cssVariable } from './css-variable.js';
import { PageElement } from './element.js';
import { smallSymbols } from './math.js';

/** @typedef {import('../state.js').State} State */

export class Probabilities extends PageElement {
  /**
   * @param {State} state
   * @param {State} before
   */
  concerns(state, before) {
    return (
      shownFrame(state) !== shownFrame(before) ||
      state.settings.class !== before.settings.class ||
      state.model !== before.model
    );
  }

  render() {
    const { strings } = this.app;
    const { settings } = this.state;
    const frame = shownFrame(this.state);
    const shares = frame?.probabilities;
    return html`<h2>${strings.probabilities} <span class="symbol" role="img" aria-label="p(y | x_t)">${smallSymbols.probability}</span></h2>
      <ul class="bars">${classesOf(this.state, frame).map((name, index) => {
        const share = shares?.[index];
        return html`<li class=${name === settings.class ? 'asked' : ''} data-class=${name}>
          <span class="name">${strings.label(name)}</span>
          <span class="bar" aria-hidden="true"><span ${cssVariable('--share', share ?? 0)}></span></span>
          <span class="share">${share === undefined ? '–' : strings.percent(share)}</span>
        </li>`;
      })}</ul>
      <p class="line">${shares ? strings.probabilitiesLine : strings.noProbabilities}</p>`;
  }
}
customElements.define('gl-probabilities', Probabilities);
