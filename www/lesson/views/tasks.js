// @ts-check
import { html } from 'lit';
import { LessonElement } from '../element.js';

export default class Tasks extends LessonElement {
  render() {
    return html`<h2 tabindex="-1">${this.words.views.tasks}</h2>`;
  }
}
customElements.define('gl-tasks', Tasks);
