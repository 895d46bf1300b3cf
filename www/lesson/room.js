// @ts-check
/** What is on show: a step, or what there is beside the steps; each is fetched when it is first gone to. */
import { html } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { LessonElement } from './element.js';
import './step.js';

/** @typedef {import('./address.js').Place} Place */

const VIEWS = {
  glossary: () => import('./views/glossary.js'),
  papers: () => import('./views/papers.js'),
  tasks: () => import('./views/tasks.js'),
  teach: () => import('./views/teach.js'),
};

export class Room extends LessonElement {
  /** @type {import('lit').PropertyDeclarations} */
  static properties = { view: { state: true }, missed: { state: true } };

  constructor() {
    super();
    /** @type {{ name: keyof typeof VIEWS, content: LessonElement } | undefined} */
    this.view = undefined;
    /** @type {{ name: keyof typeof VIEWS, detail: string } | undefined} what could not be fetched */
    this.missed = undefined;
    /** @type {Place | undefined} */
    this.shown = undefined;
  }

  /**
   * @param {import('./element.js').LessonState} state
   * @param {import('./element.js').LessonState} before
   */
  concerns(state, before) {
    return state.place !== before.place;
  }

  render() {
    const { place } = this.state;
    // Another step is another page: nothing of the one before stays open in it.
    if (place.view === 'step') return keyed(place.step, html`<gl-step .app=${this.app} .step=${place.step}></gl-step>`);
    if (this.missed?.name === place.view)
      return html`<p class="notice error" role="alert">${this.words.missed(this.missed.detail)} <button type="button" data-action="fetch-again" @click=${() => (this.missed = undefined)}>${this.app.strings.retry}</button></p>`;
    if (this.view?.name !== place.view) this.fetch(place.view);
    return this.view?.name === place.view ? this.view.content : html`<p class="line">${this.words.coming}</p>`;
  }

  /** @param {keyof typeof VIEWS} name */
  async fetch(name) {
    try {
      const { default: Made } = await VIEWS[name]();
      const content = new Made();
      content.app = this.app;
      this.view = { name, content };
      this.missed = undefined;
    } catch (error) {
      this.missed = { name, detail: error instanceof Error ? error.message : String(error) };
    }
  }

  /** Whoever goes somewhere is taken there: the top of a step, or the entry that was asked for. */
  async updated() {
    const { place } = this.state;
    const first = this.shown === undefined;
    if (place === this.shown) return;
    /** @type {import('./step.js').Step | null} */
    const step = this.querySelector('gl-step');
    await step?.updateComplete;
    if (place.view !== 'step' && this.view?.name !== place.view) return;
    this.shown = place;
    const entry = place.view === 'step' ? undefined : place.entry;
    // A page that has just been opened begins at its top.
    if (first && !entry) return;
    await this.view?.content.updateComplete;
    const target = (entry && document.getElementById(entry)) || this.querySelector('h2');
    target?.scrollIntoView({ block: 'start' });
    if (target instanceof HTMLElement) target.focus({ preventScroll: true });
  }
}
customElements.define('gl-room', Room);
