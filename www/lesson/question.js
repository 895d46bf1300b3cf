// @ts-check
/** Predict, then see: options, a prediction that counts, and the explanation afterwards. */
import { html, nothing } from 'lit';
import { radios } from '../ui/choices.js';
import { LessonElement } from './element.js';

export class Question extends LessonElement {
  /** @type {import('lit').PropertyDeclarations} */
  static properties = { step: {}, question: { attribute: false }, chosen: { state: true } };

  constructor() {
    super();
    /** @type {import('./steps.js').StepId} */
    this.step = 'noise';
    /** @type {NonNullable<import('./words/step-words.js').StepWords['question']>} */
    this.question = { ask: '', options: [], answer: 0, reveal: '' };
    /** @type {number | undefined} */
    this.chosen = undefined;
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
    if (changed.has('step')) this.chosen = undefined;
  }

  render() {
    const { words, step } = this;
    const { ask, options } = this.question;
    const answered = this.state.kept.answers[step];
    if (answered !== undefined) return this.answered(answered);
    return html`<section class="question" aria-labelledby="question-title">
      <h3 id="question-title">${words.predict}</h3>
      ${radios({
        key: `predict-${step}`,
        name: ask,
        layout: 'list',
        value: String(this.chosen ?? ''),
        options: options.map((name, index) => ({ value: String(index), name })),
        set: (value) => (this.chosen = Number(value)),
      })}
      <button type="button" data-action="predict" ?disabled=${this.chosen === undefined} @click=${this.commit}>${words.commit}</button>
    </section>`;
  }

  /** @param {number} given */
  answered(given) {
    const { words, step, lesson } = this;
    const { ask, options, answer, reveal } = this.question;
    return html`<section class="question" aria-labelledby="question-title">
      <h3 id="question-title">${words.predict}</h3>
      <p>${ask}</p>
      <ul class="options-seen">${options.map(
        (name, index) =>
          html`<li class=${index === answer ? 'right' : index === given ? 'wrong' : ''}>${name}
            ${index === answer ? html`<b>${words.right}</b>` : nothing} ${index === given ? html`<small>${words.yours}</small>` : nothing}</li>`,
      )}</ul>
      <div class="reveal" role="status" tabindex="-1"><p><b>${given === answer ? words.predicted : words.surprised}</b></p>${reveal}</div>
      <button type="button" class="quiet" data-action="predict-again" @click=${() => lesson.actions.forget(step)}>${words.predictAgain}</button>
    </section>`;
  }

  async commit() {
    if (this.chosen === undefined) return;
    this.lesson.actions.answer(this.step, this.chosen);
    this.chosen = undefined;
    await this.updateComplete;
    // The button is gone: the keyboard goes on where the explanation is.
    /** @type {HTMLElement | null} */
    const reveal = this.querySelector('.reveal');
    reveal?.focus({ preventScroll: true });
  }
}
customElements.define('gl-question', Question);
