// @ts-check
/** The list of the steps, how far each is, and what there is beside them. */
import { html } from 'lit';
import { VIEWS } from './address.js';
import { LessonElement } from './element.js';
import { progressOf } from './kept.js';
import { STEPS } from './steps.js';

/** Where there is room for the list beside the step. */
const ROOMY = matchMedia('(min-width: 62rem)');

export class Contents extends LessonElement {
  constructor() {
    super();
    ROOMY.addEventListener('change', () => this.requestUpdate());
  }

  /**
   * @param {import('./element.js').LessonState} state
   * @param {import('./element.js').LessonState} before
   */
  concerns(state, before) {
    return state.place !== before.place || state.kept !== before.kept;
  }

  render() {
    const { words, lesson } = this;
    const { place, kept } = this.state;
    const { cards, hidden } = lesson;
    if (hidden.includes('contents')) return '';
    const progress = (/** @type {import('./steps.js').StepId} */ id) =>
      progressOf(kept, id, words.steps[id].question !== undefined && !hidden.includes('question'));
    const done = cards.filter((id) => progress(id) === 'done').length;
    const told = words.done(done, cards.length);
    // On a narrow screen it is folded again by whoever has chosen from it.
    return html`<nav aria-label=${words.contents}><details ?open=${ROOMY.matches}>
      <summary><b>${words.contents}</b> <small>${told}</small></summary>
      <progress max=${cards.length} value=${done} aria-label=${told}></progress>
      <ol>${cards.map((id) => {
        const here = place.view === 'step' && place.step === id;
        const how = progress(id);
        return html`<li class=${how}><a href="#${id}" aria-current=${here ? 'step' : 'false'}><span class="number">${STEPS.indexOf(id) + 1}</span>
          <span>${words.steps[id].title}</span> <span class="mark" role="img" aria-label=${words.progress[how]}></span></a></li>`;
      })}</ol>
      <ul>${VIEWS.map((view) => html`<li><a href="#${view}" aria-current=${place.view === view ? 'page' : 'false'}>${words.views[view]}</a></li>`)}</ul>
    </details></nav>`;
  }
}
customElements.define('gl-contents', Contents);
