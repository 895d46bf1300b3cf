// @ts-check
/** A picture, and a picture with its words below it. */
import { html, nothing } from 'lit';
import '../ui/thumb.js';

/**
 * `label` is the text alternative; `old` is what is said of a picture that stands until the new one is there.
 * @typedef {{ rgba?: Uint8Array | Uint8ClampedArray, size: number, label: string, old?: string }} Framed
 */

/** @param {Framed} picture */
export const framed = ({ rgba, size, label, old }) =>
  html`<div class=${old ? 'frame old' : 'frame'}><gl-thumb .rgba=${rgba} size=${size} label=${old ? `${label} (${old})` : label}></gl-thumb></div>`;

/**
 * @param {Framed & { term?: string, name: unknown, note?: unknown, key?: string }} options `term` gives it its colour; `key`
 *   is what tests find it by
 */
export const tile = ({ term = 'xt', name, note, key = '', ...picture }) =>
  html`<figure class="picture term-${term}" data-tile=${key}>${framed(picture)}
    <figcaption><span>${name}</span>${note || picture.old ? html`<small>${picture.old ?? note}</small>` : nothing}</figcaption></figure>`;
