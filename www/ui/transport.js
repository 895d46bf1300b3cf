// @ts-check
/** Play, pause, step, back, restart, and the way to the panel for saving (`save-panel.js`). */
import { html, nothing } from 'lit';
import { isHidden } from '../classroom.js';
import { isPlaying, isUsable } from '../state.js';
import { PageElement } from './element.js';
import { icons } from './icons.js';

export class Transport extends PageElement {
  render() {
    const { strings, actions, rules } = this.app;
    const { phase, cursor, total, recorded, saving } = this.state;
    const running = isPlaying(this.state);
    const usable = recorded !== undefined || isUsable(this.state);
    const button = (
      /** @type {string} */ action,
      /** @type {string} */ name,
      /** @type {unknown} */ icon,
      /** @type {() => void} */ run,
      /** @type {boolean} */ enabled,
    ) =>
      html`<button type="button" data-action=${action} title=${name} ?disabled=${!enabled} @click=${run}>${icon}<span>${name}</span></button>`;
    return html`
      ${running ? button('pause', strings.pause, icons.pause, actions.pause, true) : button('play', strings.play, icons.play, actions.play, usable)}
      ${button('back', strings.back, icons.back, actions.back, usable && cursor > 0)}
      ${button('step', strings.step, icons.step, actions.step, usable && phase !== 'done' && !(recorded && cursor >= total))}
      ${button('restart', strings.restart, icons.restart, actions.restart, usable && cursor > 0)}
      ${
        isHidden(rules, 'save')
          ? nothing
          : html`<button type="button" data-action="save" title=${strings.save.open} popovertarget="save-panel">${icons.save}<span>${
              saving?.share === undefined ? strings.save.open : strings.save.busy(saving.share)
            }</span></button>`
      }`;
  }
}
customElements.define('gl-transport', Transport);
