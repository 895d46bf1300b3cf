// @ts-check
/** The steps as a sheet to print: their questions and tasks, and the answers on a page of their own. */
import { html, nothing } from 'lit';
import { LessonElement } from '../element.js';
import { STEPS } from '../steps.js';

export default class Tasks extends LessonElement {
  /** @type {import('lit').PropertyDeclarations} */
  static properties = { answers: { state: true } };

  constructor() {
    super();
    this.answers = false;
  }

  concerns() {
    return false;
  }

  render() {
    const { words, lesson } = this;
    const steps = lesson.cards.map((id) => ({ id, number: STEPS.indexOf(id) + 1, ...words.steps[id] }));
    return html`<article class="to-print">
      <h2 tabindex="-1">${words.views.tasks}</h2>
      <div class="row for-screen">
        <label class="check"><input type="checkbox" name="answers" .checked=${this.answers} @change=${() => (this.answers = !this.answers)}> ${words.withAnswers}</label>
        <button type="button" data-action="print" @click=${() => window.print()}>${words.print}</button>
      </div>
      <ol class="tasks">${steps.map(
        ({ number, title, task, question }) => html`<li value=${number}>
          <h3>${title}</h3>
          ${
            question
              ? html`<p>${question.ask}</p>
            <ol type="A">${question.options.map((option) => html`<li>${option}</li>`)}</ol>`
              : nothing
          }
          <div class="prose">${task}</div>
          <div class="lines-to-write" aria-hidden="true"></div>
        </li>`,
      )}</ol>
      ${
        this.answers
          ? html`<section class="answers"><h2>${words.answersTitle}</h2>
        <ol class="tasks">${steps
          .filter(({ question }) => question)
          .map(
            ({ number, title, question }) => html`<li value=${number}>
            <h3>${title}</h3>
            <p><b>${'ABCDEF'[question?.answer ?? 0]}</b> ${question?.options[question.answer]}</p>
            <div class="prose">${question?.reveal}</div>
          </li>`,
          )}</ol></section>`
          : nothing
      }
    </article>`;
  }
}
customElements.define('gl-tasks', Tasks);
