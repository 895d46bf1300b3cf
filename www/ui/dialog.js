// @ts-check
/** A modal dialog: fetched and made when it is opened, gone when it is closed. */
import { html, nothing } from 'lit';
import { PageElement } from './element.js';
import { icons } from './icons.js';

/** @typedef {import('./element.js').App} App */

/** The page's own keys mean nothing here. @param {Event} event */
const keep = (event) => event.stopPropagation();

export class Dialog extends PageElement {
  get heading() {
    return '';
  }

  /** @returns {unknown} */
  body() {
    return nothing;
  }

  render() {
    const { strings } = this.app;
    return html`<dialog class="sheet" aria-labelledby="sheet-title" @close=${this.remove} @keydown=${keep}>
      <div class="sheet-head"><h2 id="sheet-title">${this.heading}</h2>
        <button type="button" class="quiet" data-action="close" title=${strings.close} aria-label=${strings.close} @click=${this.close}>${icons.close}</button></div>
      ${this.body()}
    </dialog>`;
  }

  firstUpdated() {
    this.querySelector('dialog')?.showModal();
  }

  close() {
    this.querySelector('dialog')?.close();
  }
}

/**
 * @param {App} app
 * @param {() => Promise<{ default: new () => Dialog }>} load
 * @param {object} [properties]
 */
export async function openDialog(app, load, properties) {
  const fetched = await load().catch(() => undefined);
  if (!fetched) return app.actions.complain('dialog', (strings) => strings.dialogMissed);
  document.body.append(Object.assign(new fetched.default(), { app }, properties));
}
