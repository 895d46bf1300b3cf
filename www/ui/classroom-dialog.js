// @ts-check
/** Makes a link for a lesson: what of the page it hides or locks is ticked here. */
import { html, nothing } from 'lit';
import { isHidden, isLocked, PARTS, ruled } from '../classroom.js';
import { frameOf } from '../frame.js';
import { activeKeys } from '../settings.js';
import { Dialog } from './dialog.js';
import { settingName } from './setting-words.js';

/** @typedef {Event & { target: HTMLInputElement }} TickEvent */

export default class ClassroomDialog extends Dialog {
  /** @type {import('lit').PropertyDeclarations} */
  static properties = { rules: { state: true }, copied: { state: true } };

  constructor() {
    super();
    /** @type {import('../classroom.js').Rules | undefined} those of this page's own link until something is ticked */
    this.rules = undefined;
    /** @type {'yes' | 'no' | undefined} */
    this.copied = undefined;
  }

  get heading() {
    return this.app.strings.classroom.title;
  }

  concerns() {
    return false;
  }

  body() {
    const { strings, actions, catalogue, rules: own } = this.app;
    const { classroom } = strings;
    const { settings, model } = this.state;
    const rules = this.rules ?? own;
    const keys = [...activeKeys(settings, catalogue), 'backend'].filter(
      (key) => key !== 'style' || (model?.styles.length ?? 0) > 0,
    );
    const link = actions.lessonLink(rules);
    return html`<p class="line">${classroom.line}</p>
      <div class="rules">
        ${this.table(
          rules,
          classroom.part,
          Object.keys(PARTS).map((name) => ({ name, label: this.partName(name) })),
        )}
        ${this.table(
          rules,
          classroom.setting,
          keys.map((name) => ({ name, label: settingName(name, this.app) })),
        )}
      </div>
      ${this.text('link', classroom.link, link, classroom.copyLink)}
      ${this.text('frame', classroom.frame, frameOf(link, 'guidelight'), classroom.copyFrame)}
      <small>${classroom.frameLine}</small>
      <p class="line" role="status">${this.copied ? classroom.copied[this.copied] : nothing}</p>`;
  }

  /** A part of the page by the name that stands over it. @param {string} name */
  partName(name) {
    const { strings } = this.app;
    const { classroom, lab, lanes, numbers, save } = strings;
    const names = /** @type {Record<string, string>} */ ({
      preferences: classroom.preferences,
      save: save.title,
      timeline: strings.timeline,
      tree: strings.history,
      lanes: lanes.title,
      controls: strings.controls,
      reference: strings.referenceTitle,
      probabilities: strings.probabilities,
      trace: strings.trace,
      equation: strings.equation,
      numbers: numbers.title,
      lab: classroom.lab,
      schedule: lab.schedule.title,
      forward: lab.forward.title,
    });
    return names[name] ?? name;
  }

  /**
   * @param {import('../classroom.js').Rules} rules
   * @param {string} title
   * @param {{ name: string, label: string }[]} rows
   */
  table(rules, title, rows) {
    const { classroom } = this.app.strings;
    const row = (/** @type {{ name: string, label: string }} */ { name, label }) => {
      const tick = (/** @type {'lock' | 'hide'} */ verb) => {
        const on = verb === 'hide' ? isHidden(rules, name) : isLocked(rules, name) && !isHidden(rules, name);
        // What befalls the whole is said there; what is hidden needs no lock.
        const settled = (on && !rules[verb].includes(name)) || (verb === 'lock' && isHidden(rules, name));
        const change = (/** @type {TickEvent} */ { target }) => {
          this.rules = ruled(rules, name, target.checked ? verb : undefined);
          this.copied = undefined;
        };
        return html`<td><label><input type="checkbox" name=${verb} value=${name} .checked=${on} ?disabled=${settled}
          aria-label=${classroom[verb === 'lock' ? 'locks' : 'hides'](label)} @change=${change}></label></td>`;
      };
      const lockable = !Object.hasOwn(PARTS, name) || PARTS[name]?.lock;
      return html`<tr><th scope="row">${label}</th>${lockable ? tick('lock') : html`<td></td>`}${tick('hide')}</tr>`;
    };
    return html`<table><thead><tr><th scope="col">${title}</th><th scope="col">${classroom.lock}</th><th scope="col">${classroom.hide}</th></tr></thead>
      <tbody>${rows.map(row)}</tbody></table>`;
  }

  /**
   * @param {string} name
   * @param {string} label
   * @param {string} text
   * @param {string} copy
   */
  text(name, label, text, copy) {
    return html`<div class="lesson-text"><label for="lesson-${name}">${label}</label>
      <button type="button" data-action="copy-lesson-${name}" @click=${() => this.copy(name, text)}>${copy}</button>
      <textarea readonly rows="4" id="lesson-${name}" .value=${text}></textarea></div>`;
  }

  /**
   * @param {string} name
   * @param {string} text
   */
  async copy(name, text) {
    try {
      await navigator.clipboard.writeText(text);
      this.copied = 'yes';
    } catch {
      this.copied = 'no';
      const area = /** @type {HTMLTextAreaElement | null} */ (this.querySelector(`#lesson-${name}`));
      area?.focus();
      area?.select();
    }
  }
}
customElements.define('gl-classroom-dialog', ClassroomDialog);
