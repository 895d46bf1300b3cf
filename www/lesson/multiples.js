// @ts-check
/** Small multiples: pictures in rows and columns, a few words under each. */
import { html } from 'lit';
import '../styles/lesson-multiples.css';
import '../ui/thumb.js';

/**
 * `label` is the picture's text alternative, `says` stands under it.
 * @typedef {{ rgba: Uint8ClampedArray | undefined, label: string, says?: unknown }} Cell
 */

/**
 * @param {{ caption: string, columns: unknown[], rows: { name: unknown, cells: Cell[] }[], size: number }} options
 */
export function multiples({ caption, columns, rows, size }) {
  return html`<table class="multiples">
    <caption class="hidden">${caption}</caption>
    <thead><tr><td></td>${columns.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
    <tbody>${rows.map(
      ({ name, cells }) =>
        html`<tr><th scope="row">${name}</th>${cells.map(
          ({ rgba, label, says }) =>
            html`<td><div class="frame"><gl-thumb .rgba=${rgba} size=${size} label=${label}></gl-thumb></div><small>${says ?? html`&nbsp;`}</small></td>`,
        )}</tr>`,
    )}</tbody>
  </table>`;
}
