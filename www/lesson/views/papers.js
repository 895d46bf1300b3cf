// @ts-check
import { html } from 'lit';
import { LessonElement } from '../element.js';

export default class Papers extends LessonElement {
  render() {
    return html`<h2 tabindex="-1">${this.words.views.papers}</h2>`;
  }
}
customElements.define('gl-papers', Papers);
