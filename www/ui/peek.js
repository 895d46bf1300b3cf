// @ts-check
/** What the settings on show make of the picture, before any step: what ILVR holds, and where the run would begin. */
import { html, nothing } from 'lit';
import { PEEK_LANE } from '../gallery.js';
import { hasPicture, samePictures } from '../pictures.js';
import { newInputs } from '../plan.js';
import { methodsOf, runSettings, startsFromPicture } from '../settings.js';
import { isUsable } from '../state.js';
import { PageElement } from './element.js';
import './thumb.js';

/** @typedef {import('../state.js').State} State */

export class Peek extends PageElement {
  /** @type {import('lit').PropertyDeclarations} */
  static properties = { seen: { state: true } };

  constructor() {
    super();
    /** @type {{ xt: Uint8ClampedArray, lowpass?: Uint8ClampedArray, toInvert: number } | undefined} */
    this.seen = undefined;
    this.looking = false;
    /** @type {State | undefined} what was looked at last */
    this.at = undefined;
  }

  /**
   * @param {State} state
   * @param {State} before
   */
  concerns(state, before) {
    return state.settings !== before.settings || state.phase !== before.phase || !samePictures(state, before);
  }

  render() {
    const { strings, catalogue } = this.app;
    const { settings, model } = this.state;
    if (!this.seen || !hasPicture(this.state)) return nothing;
    const { xt, lowpass, toInvert } = this.seen;
    const thumb = (/** @type {string} */ name, /** @type {Uint8ClampedArray} */ rgba, /** @type {string} */ says) =>
      html`<figure class="peek" data-peek=${name}><gl-thumb .rgba=${rgba} size=${model?.size ?? 32} label=${says}></gl-thumb><figcaption><small>${says}</small></figcaption></figure>`;
    return html`<div class="peeks">
      ${methodsOf(settings).includes('ilvr') && lowpass ? thumb('lowpass', lowpass, strings.peekLowpass(Number(settings['down-n']))) : nothing}
      ${startsFromPicture(settings, catalogue) && toInvert === 0 ? thumb('start', xt, strings.peekStart(Number(settings.strength))) : nothing}
    </div>`;
  }

  updated() {
    this.look();
  }

  /** Looks until what was seen is what is asked for: a slider moves on while the worker answers. */
  async look() {
    if (this.looking) return;
    const { engine, specs, store } = this.app;
    this.looking = true;
    try {
      while (this.isConnected && hasPicture(this.state) && isUsable(this.state)) {
        const now = store.get();
        if (this.at && this.at.settings === now.settings && samePictures(this.at, now)) break;
        this.at = now;
        const { settings, pictures } = newInputs(now);
        // Nothing steps here, so no method has to be ready.
        this.seen = await engine.start(runSettings({ ...settings, method: 'none' }, specs), pictures, PEEK_LANE);
      }
    } catch {
      // Settings that the engine refuses are answered where they are run.
    } finally {
      this.looking = false;
      engine.closeLane(PEEK_LANE).catch(() => {});
    }
  }
}
customElements.define('gl-peek', Peek);
