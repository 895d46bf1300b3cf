// @ts-check
/** The settings of a method, a start or a sampler: the usual ones, and behind a disclosure those that most people leave alone. */
import { html, nothing } from 'lit';
import { isHidden } from '../classroom.js';
import { hasPicture } from '../pictures.js';
import { applies } from '../settings.js';
import { held } from './held.js';
import { paramControl } from './param.js';

/** @typedef {import('guidelight/*').Entry} Entry */
/** @typedef {import('./element.js').App} App */

/** Settings with a control of their own elsewhere: the terms of the update are switched beside their numbers. */
const ELSEWHERE = ['without'];

/** The entries whose disclosure is open: it stays so while the page lives, also when a method goes and comes back. */
const opened = new Set();

/**
 * @param {App} app
 * @param {Entry} entry
 */
export function entryParams(app, entry) {
  const { store, specs, strings } = app;
  const { settings } = store.get();
  const params = entry.params.filter(
    (param) => applies(settings, param) && !ELSEWHERE.includes(param.key) && !isHidden(app.rules, param.key),
  );
  const rest = params.filter(({ advanced }) => advanced);
  const changed = rest.filter(({ key }) => settings[key] !== specs.get(key)?.default).length;
  const remember = (/** @type {Event & { target: HTMLDetailsElement }} */ { target }) =>
    target.open ? opened.add(entry.name) : opened.delete(entry.name);
  const control = (/** @type {import('guidelight/*').Param} */ param) =>
    held(app, param.key, () => paramControl(app, param));
  return html`${params.filter(({ advanced }) => !advanced).map(control)}
    ${
      rest.length > 0
        ? html`<details data-more=${entry.name} ?open=${opened.has(entry.name)} @toggle=${remember}>
      <summary>${strings.entry(entry).more ?? strings.more}${changed > 0 ? html` <small>${strings.changed(changed)}</small>` : nothing}</summary>
      <div class="more">${rest.map(control)}</div>
    </details>`
        : nothing
    }`;
}

/**
 * What an entry in use still wants before it does something.
 * @param {App} app
 * @param {Entry} entry
 */
export function wanting({ store, strings }, { needs, params }) {
  const state = store.get();
  const { settings } = state;
  if (needs.class && settings.class === 'none') return html`<em>${strings.needsClass}</em>`;
  if (params.some(({ kind, key }) => kind === 'text' && settings[key] === ''))
    return html`<em>${strings.needsText}</em>`;
  return needs.reference && !hasPicture(state) ? html`<em>${strings.needsReference}</em>` : nothing;
}
