// @ts-check
/** What can be saved of a run, and how it is shared. Opened from the transport; closes with Escape. */
import { html, nothing } from 'lit';
import { radios } from './choices.js';
import { openDialog } from './dialog.js';
import { PageElement } from './element.js';
import { icons } from './icons.js';

/** @typedef {import('../state.js').State} State */
/** @typedef {import('../export/film.js').Show} Show */

const SHOWS = /** @type {const} */ (['xt', 'x0', 'both']);

export class SavePanel extends PageElement {
  /** @type {import('lit').PropertyDeclarations} */
  static properties = { show: { state: true } };

  constructor() {
    super();
    /** @type {Show} */
    this.show = 'xt';
  }

  /**
   * @param {State} state
   * @param {State} before
   */
  concerns(state, before) {
    return (
      state.saving !== before.saving ||
      state.frames.length > 0 !== before.frames.length > 0 ||
      state.cursor > 0 !== before.cursor > 0
    );
  }

  render() {
    const { strings, actions } = this.app;
    const { save } = strings;
    const { frames, cursor, saving } = this.state;
    const busy = saving?.share !== undefined;
    const button = (
      /** @type {string} */ action,
      /** @type {string} */ name,
      /** @type {() => void} */ run,
      enabled = true,
    ) => html`<button type="button" data-action=${action} ?disabled=${!enabled} @click=${run}>${name}</button>`;
    const row = (/** @type {string} */ name, /** @type {unknown} */ choices, /** @type {string} */ line) =>
      html`<div class="save-row" role="group" aria-label=${name}><h3>${name}</h3><div class="row">${choices}</div>${line ? html`<small>${line}</small>` : nothing}</div>`;
    const hasFrames = frames.length > 0;
    return html`<div id="save-panel" popover role="group" aria-labelledby="save-title">
      <header><h2 id="save-title">${save.title}</h2>
        <button type="button" class="quiet" popovertarget="save-panel" popovertargetaction="hide" title=${save.close} aria-label=${save.close}>${icons.close}</button></header>
      ${row(save.picture, button('save-picture', 'PNG', actions.savePicture, cursor > 0), save.pictureLine)}
      ${row(
        save.film,
        html`${radios({
          key: 'film',
          name: save.filmShow,
          value: this.show,
          options: SHOWS.map((show) => ({ value: show, name: save.shows[show] })),
          set: (show) => (this.show = /** @type {Show} */ (show)),
        })}
          ${button('save-gif', 'GIF', () => actions.saveFilm('gif', this.show), hasFrames)}
          ${button('save-webm', 'WebM', () => actions.saveFilm('webm', this.show), hasFrames)}`,
        save.filmLine,
      )}
      ${row(save.trajectory, button('save-npz', '.npz', actions.saveTrajectory, hasFrames), save.trajectoryLine)}
      ${row(
        save.settings,
        html`${button('save-settings', 'JSON', actions.saveSettings)}
          <label class="button file"><input type="file" name="settings" accept="application/json,image/png" @change=${this.open}><span>${save.openSettings}</span></label>`,
        save.settingsLine,
      )}
      ${row(save.share, html`${button('copy-link', save.copyLink, actions.copyLink)} ${button('copy-command', save.copyCommand, actions.copyCommand)}`, '')}
      ${row(
        save.lesson,
        button('lesson', strings.classroom.open, () => openDialog(this.app, () => import('./classroom-dialog.js'))),
        save.lessonLine,
      )}
      <div class="save-state">
        ${busy ? html`<progress max="1" value=${saving.share} aria-label=${saving.say(strings)}></progress>` : nothing}
        <p class="line" role="status">${saving?.say(strings) ?? (hasFrames ? save.here : save.noSteps)}</p>
        ${busy ? html`<button type="button" data-action="cancel-saving" @click=${actions.cancelSaving}>${save.cancel}</button>` : nothing}
      </div>
      ${saving?.copy === undefined ? nothing : html`<textarea readonly rows="4" name="copy" aria-label=${save.copyByHand} .value=${saving.copy}></textarea>`}
    </div>`;
  }

  updated() {
    const text = this.querySelector('textarea');
    if (!text || document.activeElement === text) return;
    text.focus();
    text.select();
  }

  /** @param {Event & { target: HTMLInputElement }} event */
  open({ target }) {
    const [file] = target.files ?? [];
    if (file) this.app.actions.openReference(file);
    // So that choosing the same file again is a change again.
    target.value = '';
  }
}
customElements.define('gl-save-panel', SavePanel);
