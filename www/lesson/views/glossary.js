// @ts-check
import { html } from 'lit';
import { LessonElement } from '../element.js';

export default class Glossary extends LessonElement {
  render() {
    return html`<h2 tabindex="-1">${this.words.views.glossary}</h2>`;
  }
}
customElements.define('gl-glossary', Glossary);
