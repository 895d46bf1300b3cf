// @ts-check
/** What the texts are written with: formulas, links to the glossary and the papers, and measured numbers. */
import { html } from 'lit';
import facts from 'virtual:facts';
import { formula } from '../formula.js';

/**
 * @typedef {{
 *   m: (name: string) => unknown,
 *   term: (id: string, says: string) => unknown,
 *   paper: (id: string, says: string) => unknown,
 *   lab: (says: string, settings: Record<string, string | number>) => unknown,
 *   facts: import('../build/facts.js').Facts,
 * }} Tools `m` is a formula; `term` and `paper` are links to an entry; `lab` opens the whole page with settings; `facts`
 *   are what texts quote
 */

/** @type {Tools} */
export const tools = {
  m: (name) => formula(name),
  term: (id, says) => html`<a class="term" href="#glossary/${id}">${says}</a>`,
  paper: (id, says) => html`<a href="#papers/${id}">${says}</a>`,
  lab: (says, settings) =>
    html`<a class="to-lab" href="./?${new URLSearchParams(Object.entries(settings).map(([key, value]) => [key, String(value)])).toString()}">${says}</a>`,
  facts,
};
