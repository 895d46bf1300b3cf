// @ts-check
/** A derivation: numbered lines that say what is done and then show it, and what the symbols are. */
import { html, nothing } from 'lit';
import sources from 'virtual:sources';
import { formula } from './formula.js';
import { TERMS } from './glossary.js';

/** @typedef {{ says: unknown, formula?: string }} Line */
/** @typedef {{ title: unknown, lines: Line[], symbols: string[] }} Derivation `symbols` are entries of the glossary */

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
        ${line.formula ? html`<div class="formula" tabindex="0"><div>${formula(line.formula, true)}</div><span class="number">(${chapter}.${(number += 1)})</span></div>` : nothing}</li>`,
    )}</ol>
    <ul class="symbols" aria-label=${words.symbols}>${symbols.map((id) => {
      const { symbol, source } = TERMS[id] ?? {};
      const place = source ? sources[source] : undefined;
      return html`<li><span>${symbol ? formula(symbol) : nothing}</span> <a href="#glossary/${id}">${words.glossary[id]?.name ?? id}</a>
        ${place ? html`<code>${place.file}:${place.line}</code>` : nothing}</li>`;
    })}</ul>
  </details>`;
}
