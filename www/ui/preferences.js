// @ts-check
/** How the page looks, speaks and sounds: its colours, its language, and whether steps are heard. */
import { html, nothing } from 'lit';
import { THEMES, themeOf } from '../appearance.js';
import { LANGUAGES } from '../i18n/index.js';
import { radios } from './choices.js';
import { PageElement } from './element.js';
import { held } from './held.js';
import { icons } from './icons.js';

/** @typedef {import('../state.js').State} State */
/** @typedef {import('../i18n/index.js').Language} Language */

export class Preferences extends PageElement {
  /**
   * @param {State} state
   * @param {State} before
   */
  concerns(state, before) {
    return state.theme !== before.theme || state.sound !== before.sound;
  }

  render() {
    return held(this.app, 'preferences', () => this.switches());
  }

  switches() {
    const { strings, actions } = this.app;
    const { language, theme, sound } = this.state;
    return html`
      ${
        // Where steps can be heard.
        actions.listen
          ? html`<button type="button" data-action="sound" aria-pressed=${sound} title=${strings.sound.name} aria-label=${strings.sound.name}
        @click=${() => actions.listen?.(!sound)}>${sound ? icons.sound : icons.silence}</button>`
          : nothing
      }
      ${radios({
        key: 'theme',
        name: strings.theme,
        value: theme,
        set: (value) => actions.dress(themeOf(value)),
        options: THEMES.map((value) => ({
          value,
          name: html`<span title=${strings.themes[value]}>${icons[value]}<span class="hidden">${strings.themes[value]}</span></span>`,
        })),
      })}
      ${radios({
        key: 'lang',
        name: strings.language,
        value: language,
        set: async (value) => {
          await actions.speak(/** @type {Language} */ (value));
          // Where its texts did not come, the language is the old one still.
          this.requestUpdate();
        },
        options: Object.entries(LANGUAGES).map(([value, { name, tag }]) => ({
          value,
          name: html`<span lang=${tag}>${name}</span>`,
        })),
      })}`;
  }
}
customElements.define('gl-preferences', Preferences);
