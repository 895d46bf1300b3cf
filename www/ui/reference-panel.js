// @ts-check
/** The pictures of a run: yours, another to start from, a mask; and galleries of them. Dropping and pasting work on the whole page (`main.js`). */
import { html, nothing } from 'lit';
import { isHeld } from '../classroom.js';
import { hasPicture, picturesOf, samePictures } from '../pictures.js';
import { withHoles } from '../painting.js';
import { methodsOf, joinMethods, readersOfPicture } from '../settings.js';
import { isUsable } from '../state.js';
import { openDialog } from './dialog.js';
import { PageElement } from './element.js';
import './peek.js';
import { pictureSlot } from './picture-slot.js';
import './thumb.js';

/** @typedef {import('../state.js').State} State */
/** @typedef {import('guidelight/*').Entry} Entry */

/** The method that reads the mask. */
const INPAINTING = 'repaint';

export class ReferencePanel extends PageElement {
  /**
   * @param {State} state
   * @param {State} before
   */
  concerns(state, before) {
    return (
      !samePictures(state, before) ||
      state.settings !== before.settings ||
      state.model !== before.model ||
      isUsable(state) !== isUsable(before)
    );
  }

  render() {
    const { strings } = this.app;
    return html`<div class="reference-panel" role="group" aria-labelledby="reference-title">
      <h2 id="reference-title">${strings.referenceTitle}</h2>
      ${pictureSlot(this.app, 'reference')}
      ${hasPicture(this.state) ? html`${this.uses()}<gl-peek .app=${this.app}></gl-peek>${this.mask()}${this.other()}${this.galleries()}` : html`<small>${strings.orDrop}</small>`}
    </div>`;
  }

  /** What reads the picture, while nothing does. */
  uses() {
    const { strings, actions, catalogue, rules } = this.app;
    const { guidance, starts } = catalogue;
    const nothingToChoose = isHeld(rules, 'method') && isHeld(rules, 'start');
    if (nothingToChoose || readersOfPicture(this.state.settings, catalogue).length > 0) return nothing;
    const use = (/** @type {Entry} */ entry, /** @type {() => void} */ turnOn) =>
      entry.needs.reference
        ? html`<button type="button" data-action="use-reference" value=${entry.name} @click=${turnOn}>${strings.entry(entry).name}</button>`
        : nothing;
    return html`<div class="row"><small>${strings.useReference}</small>
      ${isHeld(rules, 'method') ? nothing : guidance.map((entry) => use(entry, () => this.steer(entry.name)))}
      ${isHeld(rules, 'start') ? nothing : starts.map((entry) => use(entry, () => actions.set('start', entry.name)))}</div>`;
  }

  mask() {
    const { strings, actions, rules } = this.app;
    const { mask, model, settings } = this.state;
    // What would read a mask is off, and stays off.
    if (isHeld(rules, 'method') && !methodsOf(settings).includes(INPAINTING)) return nothing;
    const size = model?.size ?? 32;
    const { init } = picturesOf(this.state);
    const paint = () => {
      this.steer(INPAINTING);
      openDialog(this.app, () => import('./mask-dialog.js'));
    };
    return html`<div class="row mask-row">
      ${mask && init ? html`<gl-thumb class="small" .rgba=${withHoles(init, mask.rgba, size)} size=${size} label=${strings.maskThumb}></gl-thumb>` : nothing}
      <button type="button" data-action="paint-mask" @click=${paint}>${mask ? strings.changeMask : strings.paintMask}</button>
      ${
        mask
          ? html`<button type="button" data-action="remove-mask" @click=${() => actions.setMask(undefined)}>${strings.removeMask}</button>`
          : nothing
      }
    </div>`;
  }

  /** A second picture, where ILVR follows one and something else reads one too. */
  other() {
    const { strings, catalogue } = this.app;
    const { init, settings, model } = this.state;
    const readers = readersOfPicture(settings, catalogue).map(({ name }) => name);
    if (!init && !(readers.includes('ilvr') && readers.length > 1)) return nothing;
    return html`<div class="other" role="group" aria-labelledby="init-title"><h3 id="init-title">${strings.initTitle}</h3>
      <small>${strings.initLine}</small>
      ${init ? html`<gl-thumb class="small" .rgba=${init.rgba} size=${model?.size ?? 32} label=${strings.initTitle}></gl-thumb>` : nothing}
      ${pictureSlot(this.app, 'init')}</div>`;
  }

  galleries() {
    const { strings } = this.app;
    const open = (/** @type {'levels' | 'styles'} */ kind) =>
      openDialog(this.app, () => import('./gallery-dialog.js'), { kind });
    const button = (/** @type {'levels' | 'styles'} */ kind) =>
      html`<button type="button" data-gallery=${kind} ?disabled=${!isUsable(this.state)} @click=${() => open(kind)}>${strings.galleries[kind].name}</button>`;
    return html`<div class="row"><small>${strings.galleryTitle}</small>
      ${button('levels')} ${(this.state.model?.styles.length ?? 0) > 1 ? button('styles') : nothing}</div>`;
  }

  /** @param {string} method */
  steer(method) {
    const { actions, catalogue } = this.app;
    actions.set(
      'method',
      joinMethods(
        [...methodsOf(this.state.settings), method],
        catalogue.guidance.map(({ name }) => name),
      ),
    );
  }
}
customElements.define('gl-reference', ReferencePanel);
