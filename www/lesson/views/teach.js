// @ts-check
import { html } from 'lit';
import { LessonElement } from '../element.js';

export default class Teach extends LessonElement {
  render() {
    return html`<h2 tabindex="-1">${this.words.views.teach}</h2>`;
  }
}
customElements.define('gl-teach', Teach);
