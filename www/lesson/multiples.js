// @ts-check
/** Small multiples: pictures in rows and columns, a few words under each. */
import { html, nothing } from 'lit';
import '../styles/lesson-multiples.css';
import { framed } from './tile.js';

/**
 * `says` stands under the picture.
 * @typedef {Omit<import('./tile.js').Framed, 'size'> & { says?: unknown }} Cell
 */

/**
 * @param {{ caption: string, corner?: unknown, columns: unknown[], size: number,
 *   rows: { name: unknown, cells: Cell[], numbers?: unknown[] }[] }} options `numbers` stand after the pictures of a row,
 *   below columns of their own
 */
export function multiples({ caption, corner = nothing, columns, rows, size }) {
  const under = (/** @type {Cell} */ { says, old }) =>
    says === undefined ? nothing : html`<small>${old ?? (says || html`&nbsp;`)}</small>`;
  return html`<table class="multiples">
    <caption class="hidden">${caption}</caption>
    <thead><tr><td>${corner}</td>${columns.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
    <tbody>${rows.map(
      ({ name, cells, numbers = [] }) =>
        html`<tr><th scope="row">${name}</th>${cells.map((cell) => html`<td>${framed({ ...cell, size })}${under(cell)}</td>`)}
          ${numbers.map((number) => html`<td class="number">${number}</td>`)}</tr>`,
    )}</tbody>
  </table>`;
}
