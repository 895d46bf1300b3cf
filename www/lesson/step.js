// @ts-check
/** One step: the idea, a prediction, the experiment that shows it, and where it comes from. */
import { html, nothing } from 'lit';
import { derivationOf } from './derivation.js';
import { COMPANIONS } from './companions.js';
import { LessonElement } from './element.js';
import './question.js';
import { EXPERIMENTS, STEPS } from './steps.js';

/** @typedef {import('./steps.js').StepId} StepId */

/** The same list each time: another one would be another run. @type {string[]} */
const NOTHING_MORE = [];

export class Step extends LessonElement {
  /** @type {import('lit').PropertyDeclarations} */
  static properties = { step: {}, experiment: { state: true }, missed: { state: true }, plane: { state: true } };

  constructor() {
    super();
    /** @type {StepId} */
    this.step = 'noise';
    /** @type {import('./experiment.js').Experiment | undefined} */
    this.experiment = undefined;
    this.missed = '';
    /** Whether the companion has been asked for, and so fetched. */
    this.plane = false;
  }

  /**
   * @param {import('./element.js').LessonState} state
   * @param {import('./element.js').LessonState} before
   */
  concerns(state, before) {
    return state.kept !== before.kept;
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    super.willUpdate(changed);
    if (this.app && (changed.has('step') || changed.has('app'))) this.fetch();
  }

  async fetch() {
    const { step } = this;
    this.experiment = undefined;
    this.missed = '';
    try {
      const { default: Made } = await EXPERIMENTS[step]();
      if (step !== this.step) return;
      const experiment = new Made();
      experiment.app = this.app;
      experiment.addEventListener('settled', () => this.plane && this.requestUpdate());
      this.experiment = experiment;
    } catch (error) {
      this.missed = error instanceof Error ? error.message : String(error);
    }
  }

  render() {
    const { words, step, lesson } = this;
    const { hidden } = lesson;
    const { title, idea, task, question, derivation } = words.steps[step];
    const number = STEPS.indexOf(step) + 1;
    return html`<article data-step=${step} aria-labelledby="step-title">
      <h2 id="step-title" tabindex="-1"><span class="number">${number}</span> ${title}</h2>
      <div class="prose">${idea}</div>
      ${question && !hidden.includes('question') ? html`<gl-question .app=${this.app} .step=${step} .question=${question}></gl-question>` : nothing}
      <section class="doing" aria-labelledby="task-title">
        <h3 id="task-title">${words.doIt}</h3>
        <div class="prose">${task}</div>
        ${this.missed ? html`<p class="notice error" role="alert">${words.missed(this.missed)} <button type="button" data-action="fetch-again" @click=${this.fetch}>${this.app.strings.retry}</button></p>` : nothing}
        <div class="experiment">${this.experiment}</div>
      </section>
      ${this.companion()}
      ${derivation && !hidden.includes('derivation') ? derivationOf(words, number, derivation) : nothing}
      ${this.onward()}
    </article>`;
  }

  /** The same in the plane, for the steps that have it. */
  companion() {
    const { words, step, lesson, experiment } = this;
    const companion = COMPANIONS[step];
    if (!companion || lesson.hidden.includes('companion')) return nothing;
    const toggle = async (/** @type {Event & { target: HTMLDetailsElement }} */ { target }) => {
      if (!target.open || this.plane) return;
      await import('./plane.js');
      this.plane = true;
    };
    return html`<details class="derivation" @toggle=${toggle}>
      <summary><h3>${words.plane.title}</h3> <span class="line">${words.plane.sub}</span></summary>
      ${this.plane ? html`<gl-plane .app=${this.app} .patch=${companion.follow(/** @type {any} */ (experiment ?? {}))} .offers=${companion.offers ?? NOTHING_MORE}></gl-plane>` : nothing}
    </details>`;
  }

  onward() {
    const { words, step, lesson } = this;
    const { cards } = lesson;
    const at = cards.indexOf(step);
    const link = (/** @type {StepId | undefined} */ to, /** @type {string} */ rel, /** @type {string} */ says) =>
      to ? html`<a href="#${to}" rel=${rel}><small>${says}</small> ${words.steps[to].title}</a>` : html`<span></span>`;
    if (cards.length < 2) return nothing;
    return html`<nav class="onward" aria-label=${words.onward}>${link(cards[at - 1], 'prev', words.before)}${link(cards[at + 1], 'next', words.next)}</nav>`;
  }
}
customElements.define('gl-step', Step);
