// @ts-check
/** A picture with its words below it. */
import { html, nothing } from 'lit';
import '../ui/thumb.js';

/**
 * @param {{ term?: string, rgba?: Uint8Array | Uint8ClampedArray, size: number, name: unknown, label: string, note?: unknown,
 *   key?: string }} options `term` gives it its colour; `label` is the text alternative; `key` is what tests find it by
 */
export const tile = ({ term = 'xt', rgba, size, name, label, note, key = '' }) =>
  html`<figure class="picture term-${term}" data-tile=${key}><div class="frame"><gl-thumb .rgba=${rgba} size=${size} label=${label}></gl-thumb></div>
    <figcaption><span>${name}</span>${note ? html`<small>${note}</small>` : nothing}</figcaption></figure>`;
