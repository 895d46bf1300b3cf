// @ts-check
/** A derivation: numbered lines that say what is done and then show it. */
import { html } from 'lit';
import { formula } from './formula.js';

/** @typedef {{ says: unknown, formula?: string }} Line */
/** @typedef {{ title: string, lines: Line[], symbols: string[] }} Derivation `symbols` are entries of the glossary */

/**
 * @param {import('./words/index.js').Words} words
 * @param {number} chapter the number of the step
 * @param {Derivation} derivation
 */
export function derivationOf(words, chapter, { title, lines, symbols }) {
  let number = 0;
  return html`<details class="derivation">
    <summary><h3>${words.derivation}</h3> <span class="line">${title}</span></summary>
    <ol class="lines">${lines.map(
      (line) => html`<li><p>${line.says}</p>
        ${line.formula ? html`<div class="formula"><span>${formula(line.formula, true)}</span><span class="number">(${chapter}.${(number += 1)})</span></div>` : ''}</li>`,
    )}</ol>
    <p class="line">${words.symbols} ${symbols.map((id) => html`<a href="#glossary/${id}">${words.glossary[id]?.name ?? id}</a> `)}</p>
  </details>`;
}
