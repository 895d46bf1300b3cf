// @ts-check
/** What a classifier believes: its share for every class, and the class that it is surest of. */
import { html, nothing } from 'lit';
import { cssVariable } from '../ui/css-variable.js';

/** @typedef {import('./experiment.js').Experiment} Experiment */

/**
 * Bars of classes, in the model's order, so that they stay where they are.
 * @param {Experiment} experiment
 * @param {Float32Array | undefined} shares
 * @param {string} asked the class that matters
 * @param {readonly string[]} [shown] all classes unless there are named some
 */
export const beliefs = ({ state, app: { strings } }, shares, asked, shown) =>
  html`<ul class="bars">${state.model?.classes.map((name, index) => {
    const share = shares?.[index];
    if (shown?.includes(name) === false) return nothing;
    return html`<li class=${name === asked ? 'asked' : ''} data-class=${name}>
      <span class="name">${strings.label(name)}</span>
      <span class="bar" aria-hidden="true"><span ${cssVariable('--share', share ?? 0)}></span></span>
      <span class="share">${share === undefined ? '–' : strings.percent(share)}</span>
    </li>`;
  })}</ul>`;

/**
 * The class that the classifier is surest of.
 * @param {Experiment} experiment
 * @param {Float32Array | undefined} shares
 */
export function surestOf({ state }, shares) {
  const share = Math.max(...(shares ?? []));
  const name = state.model?.classes[shares?.indexOf(share) ?? -1];
  return name === undefined ? undefined : { name, share };
}
