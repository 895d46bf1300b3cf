// @ts-check
/** The papers, and the terms that come from each. */
import { html } from 'lit';
import { LessonElement } from '../element.js';
import { TERMS } from '../glossary.js';
import { PAPERS } from '../papers.js';

export default class Papers extends LessonElement {
  concerns() {
    return false;
  }

  render() {
    const { words } = this;
    return html`<article>
      <h2 tabindex="-1">${words.views.papers}</h2>
      <p class="line">${words.papersLine}</p>
      <ul class="papers">${Object.entries(PAPERS).map(([id, { authors, year, title, where, url }]) => {
        const terms = Object.keys(TERMS).filter((term) => TERMS[term]?.papers.includes(id));
        return html`<li id="papers/${id}" tabindex="-1">
          <p lang="en">${authors} (${year}). <a href=${url} rel="external">${title}</a>. ${where}.</p>
          <p class="line">${terms.map((term) => html`<a href="#glossary/${term}">${words.glossary[term]?.name}</a> `)}</p>
        </li>`;
      })}</ul>
    </article>`;
  }
}
customElements.define('gl-papers', Papers);
