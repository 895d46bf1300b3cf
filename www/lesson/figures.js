// @ts-check
/** What experiments show with: a picture with its caption, and a classifier's belief in each class. */
import { html, nothing } from 'lit';
import { cssVariable } from '../ui/css-variable.js';
import '../ui/thumb.js';

/** @typedef {import('./experiment.js').Experiment} Experiment */

/**
 * @param {Experiment} experiment
 * @param {string} term whose colour it has
 * @param {Uint8ClampedArray | undefined} rgba
 * @param {{ name: unknown, label: string }} words
 * @param {unknown} [more] what else stands below it
 */
export const figure = ({ size }, term, rgba, { name, label }, more = nothing) =>
  html`<figure class="picture term-${term}">
    <div class="frame"><gl-thumb .rgba=${rgba} size=${size} label=${label}></gl-thumb></div>
    <figcaption>${name} ${more}</figcaption>
  </figure>`;

/**
 * Bars of the classes, in the model's order, so that they stay where they are.
 * @param {Experiment} experiment
 * @param {Float32Array | undefined} shares
 * @param {string} asked the class that matters
 */
export const beliefs = ({ state, app: { strings } }, shares, asked) =>
  html`<ul class="bars">${state.model?.classes.map((name, index) => {
    const share = shares?.[index];
    return html`<li class=${name === asked ? 'asked' : ''} data-class=${name}>
      <span class="name">${strings.label(name)}</span>
      <span class="bar" aria-hidden="true"><span ${cssVariable('--share', share ?? 0)}></span></span>
      <span class="share">${share === undefined ? '–' : strings.percent(share)}</span>
    </li>`;
  })}</ul>`;
