// @ts-check
/** The step in equations, with the terms that are on, each in its picture's colour. */
import { html } from 'lit';
import { methodsOf } from '../settings.js';
import { isGuided, shownFrame } from '../state.js';
import { presentParts, termsOff } from '../update.js';
import { PageElement } from './element.js';
import { climbs, stepEquations } from './math.js';

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
    const { strings, catalogue } = this.app;
    const { settings } = this.state;
    const frame = shownFrame(this.state);
    const on = methodsOf(settings);
    // The model may leave its noisiest steps unguided, and a method without its text does nothing: what is written is
    // what happened.
    const silent = (/** @type {import('guidelight/*').Entry} */ { name, params }) =>
      (climbs(name) && frame && !isGuided(frame)) || params.some(({ kind, key }) => kind === 'text' && !settings[key]);
    const methods = catalogue.guidance.filter((entry) => on.includes(entry.name) && !silent(entry));
    const lines = stepEquations(
      settings,
      methods.map(({ name }) => name),
      frame && { parts: presentParts(frame), off: termsOff(frame.inputs.settings) },
    );
    return html`<h2>${strings.equation}</h2><div class="lines" role="group" aria-label=${strings.equation} tabindex="0">${lines.map((line) => html`<p>${line}</p>`)}</div>`;
  }
}
customElements.define('gl-equation', Equation);
