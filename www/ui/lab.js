// @ts-check
/** What is there for the curious, folded up. A section is fetched when it is opened for the first time. */
import { html, nothing } from 'lit';
import { isHidden } from '../classroom.js';
import { PageElement } from './element.js';

/** @typedef {import('./element.js').App} App */

/** @type {Record<'schedule' | 'forward', { load: () => Promise<unknown>, content: (app: App) => unknown }>} */
const SECTIONS = {
  schedule: {
    load: () => import('./schedule.js'),
    content: (app) => html`<gl-schedule .app=${app}></gl-schedule>`,
  },
  forward: {
    load: () => import('./forward.js'),
    content: (app) => html`<gl-forward .app=${app}></gl-forward>`,
  },
};

export class Lab extends PageElement {
  constructor() {
    super();
    /** @type {Set<string>} sections that have been open */
    this.fetched = new Set();
  }

  concerns() {
    return false;
  }

  render() {
    const { rules, strings } = this.app;
    const shown = Object.entries(SECTIONS).filter(([name]) => !isHidden(rules, name));
    return shown.map(([name, { load, content }]) => {
      const { title, line } = strings.lab[/** @type {keyof typeof SECTIONS} */ (name)];
      const toggle = async (/** @type {Event & { target: HTMLDetailsElement }} */ { target }) => {
        if (!target.open || this.fetched.has(name)) return;
        await load();
        this.fetched.add(name);
        this.requestUpdate();
      };
      return html`<details data-section=${name} @toggle=${toggle}>
        <summary><h2>${title}</h2> <span class="line">${line}</span></summary>
        ${this.fetched.has(name) ? content(this.app) : nothing}
      </details>`;
    });
  }
}
customElements.define('gl-lab', Lab);
