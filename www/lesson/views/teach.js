// @ts-check
/** For teachers: links to some of the steps, without some of their parts, and how to put them into a page. */
import { html } from 'lit';
import { radios } from '../../ui/choices.js';
import { LANGUAGES } from '../../i18n/index.js';
import { PARTS } from '../address.js';
import { LessonElement } from '../element.js';
import { STEPS } from '../steps.js';
import { frameOf } from '../../frame.js';
import { linkOf } from '../teaching.js';

/** @typedef {import('../steps.js').StepId} StepId */
/** @typedef {import('../address.js').Part} Part */

export default class Teach extends LessonElement {
  /** @type {import('lit').PropertyDeclarations} */
  static properties = {
    cards: { state: true },
    hides: { state: true },
    language: { state: true },
    copied: { state: true },
  };

  constructor() {
    super();
    /** @type {StepId[]} */
    this.cards = STEPS;
    /** @type {Part[]} */
    this.hides = [];
    this.language = '';
    /** What became of copying. */
    this.copied = '';
  }

  concerns() {
    return false;
  }

  render() {
    const { words } = this;
    const { teach } = words;
    const language = /** @type {import('../../i18n/index.js').Language | undefined} */ (this.language || undefined);
    const address = linkOf(document.baseURI, { cards: this.cards, hidden: this.hides, language });
    return html`<article class="teach">
      <h2 tabindex="-1">${words.views.teach}</h2>
      <div class="prose">${teach.idea}</div>
      <fieldset><legend>${teach.cards}</legend>
        ${STEPS.map((id, index) => this.box(`card-${id}`, `${index + 1} ${words.steps[id].title}`, this.cards.includes(id), (on) => (this.cards = on ? [...this.cards, id] : this.cards.filter((card) => card !== id))))}
      </fieldset>
      <fieldset><legend>${teach.hide}</legend>
        ${PARTS.map((part) => this.box(`hide-${part}`, teach.parts[part], this.hides.includes(part), (on) => (this.hides = on ? [...this.hides, part] : this.hides.filter((other) => other !== part))))}
      </fieldset>
      ${radios({
        key: 'teach-language',
        name: teach.language,
        value: this.language,
        set: (value) => (this.language = value),
        options: [
          { value: '', name: teach.theirs },
          ...Object.entries(LANGUAGES).map(([value, { name, tag }]) => ({
            value,
            name: html`<span lang=${tag}>${name}</span>`,
          })),
        ],
      })}
      ${this.output('link', teach.link, address)}
      ${this.output('frame', teach.frame, frameOf(address, words.page.title))}
      <p role="status">${this.cards.length === 0 ? teach.chooseOne : this.copied}</p>
      <div class="prose">${teach.embedding}</div>
      <pre tabindex="0"><code>${teach.element}</code></pre>
      <div class="prose">${teach.more}</div>
    </article>`;
  }

  /**
   * @param {string} name
   * @param {unknown} says
   * @param {boolean} checked
   * @param {(on: boolean) => void} set
   */
  box(name, says, checked, set) {
    return html`<label class="check"><input type="checkbox" name=${name} .checked=${checked}
      @change=${(/** @type {Event & { target: HTMLInputElement }} */ { target }) => set(target.checked)}> ${says}</label>`;
  }

  /**
   * @param {'link' | 'frame'} what
   * @param {string} name
   * @param {string} text
   */
  output(what, name, text) {
    return html`<div class="field"><label for="teach-${what}">${name}</label>
      <textarea id="teach-${what}" name="teach-${what}" readonly rows=${what === 'link' ? 2 : 5} .value=${text}></textarea>
      <button type="button" data-action="copy-${what}" ?disabled=${this.cards.length === 0} @click=${() => this.copy(text)}>${this.words.teach.copy}</button></div>`;
  }

  /** @param {string} text */
  async copy(text) {
    const { teach } = this.words;
    try {
      await navigator.clipboard.writeText(text);
      this.copied = teach.copied;
    } catch {
      this.copied = teach.notCopied;
    }
  }
}
customElements.define('gl-teach', Teach);
