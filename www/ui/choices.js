// @ts-check
/** One of several: buttons side by side, or a drop-down list. */
import { html, nothing } from 'lit';
import { live } from 'lit/directives/live.js';

/**
 * @typedef {{ key: string, name: unknown, line?: unknown, value: string, options: { value: string, name: unknown }[],
 *   set: (value: string) => void }} Choice
 */

/**
 * Radio buttons that look like buttons; for few short names, or where all of them should be seen.
 * @param {Choice & { layout?: 'segments' | 'chips' | 'list' }} choice
 */
export function radios({ key, name, line, value, options, set, layout = 'segments' }) {
  return html`<fieldset class="choice ${layout}">
    <legend>${name}</legend>
    <div class="options">${options.map(
      (option) => html`<label><input type="radio" name=${key} value=${option.value}
      .checked=${live(option.value === value)} @change=${() => set(option.value)}><span>${option.name}</span></label>`,
    )}</div>
    ${line ? html`<small>${line}</small>` : nothing}
  </fieldset>`;
}

/** @param {Choice & { disabled?: boolean }} choice */
export function dropDown({ key, name, line, value, options, set, disabled = false }) {
  return html`<div class="field">
    <label for="set-${key}">${name}</label>
    <select id="set-${key}" name=${key} ?disabled=${disabled} aria-describedby=${line ? `line-${key}` : nothing}
      @change=${(/** @type {Event & { target: HTMLSelectElement }} */ { target }) => set(target.value)}>
      ${options.map((option) => html`<option value=${option.value} ?selected=${option.value === value} .selected=${option.value === value}>${option.name}</option>`)}
    </select>
    ${line ? html`<small id="line-${key}">${line}</small>` : nothing}
  </div>`;
}
