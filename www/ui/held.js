// @ts-check
/** What the link of a lesson hides and locks, as the page shows it. */
import { html, nothing } from 'lit';
import { isHidden } from '../classroom.js';
import { icons } from './icons.js';

/** @typedef {import('./element.js').App} App */

/**
 * A control, or a part of the page, as the link wants it: there, there with a sign that it is locked, or not there.
 * @param {App} app
 * @param {string} name of the setting or the part
 * @param {() => unknown} content
 */
export function held({ rules, strings }, name, content) {
  if (isHidden(rules, name)) return nothing;
  // What is locked as a whole has one sign.
  if (!rules.lock.includes(name)) return content();
  return html`<fieldset class="held" disabled>${lockSign(strings)}${content()}</fieldset>`;
}

/** @param {App['strings']} strings */
export const lockSign = (strings) => html`<small class="lock-sign">${icons.lock} ${strings.classroom.locked}</small>`;
