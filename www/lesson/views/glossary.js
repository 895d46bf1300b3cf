// @ts-check
/** Every term: what it is, its symbol, where it is taught, the papers it comes from and its lines of code. */
import { html, nothing } from 'lit';
import sources from 'virtual:sources';
import { LessonElement } from '../element.js';
import { formula } from '../formula.js';
import { TERMS } from '../glossary.js';
import { PAPERS } from '../papers.js';

export default class Glossary extends LessonElement {
  concerns() {
    return false;
  }

  render() {
    const { words } = this;
    return html`<article>
      <h2 tabindex="-1">${words.views.glossary}</h2>
      <p class="line">${words.glossaryLine}</p>
      <dl class="terms">${Object.keys(TERMS).map((id) => this.entry(id))}</dl>
    </article>`;
  }

  /** @param {string} id */
  entry(id) {
    const { words } = this;
    const { symbol, papers, source, step } = /** @type {import('../glossary.js').Term} */ (TERMS[id]);
    const { name, says } = /** @type {import('../words/en/glossary.js').Entry} */ (words.glossary[id]);
    const place = source ? sources[source] : undefined;
    return html`<div id="glossary/${id}" tabindex="-1">
      <dt>${name} ${symbol ? formula(symbol) : nothing}</dt>
      <dd>
        <p>${says}</p>
        <p class="line">
          ${step ? html`<a href="#${step}">${words.taughtIn(words.steps[step].title)}</a>` : nothing}
          ${papers.map((paper) => html` <a href="#papers/${paper}">${words.cite(/** @type {import('../papers.js').Paper} */ (PAPERS[paper]))}</a>`)}
        </p>
        ${place ? html`<details><summary><code>${place.file}:${place.line}</code></summary><pre tabindex="0"><code>${place.code}</code></pre></details>` : nothing}
      </dd>
    </div>`;
  }
}
customElements.define('gl-glossary', Glossary);
