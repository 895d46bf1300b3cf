// @ts-check
/** Choose, replace, crop or remove the reference picture. Dropping and pasting work on the whole page (`main.js`). */
import { html, nothing } from 'lit';
import { methodsOf, joinMethods, readersOfPicture } from '../settings.js';
import { radios } from './choices.js';
import { PageElement } from './element.js';

/** @typedef {import('../state.js').State} State */

export class ReferencePanel extends PageElement {
  /**
   * @param {State} state
   * @param {State} before
   */
  concerns(state, before) {
    return state.reference !== before.reference || state.settings !== before.settings;
  }

  render() {
    const { strings, actions, catalogue } = this.app;
    const { reference, settings } = this.state;
    const { guidance, starts } = catalogue;
    const use = (/** @type {import('guidelight/*').Entry} */ entry, /** @type {() => void} */ turnOn) =>
      entry.needs.reference
        ? html`<button type="button" data-action="use-reference" value=${entry.name} @click=${turnOn}>${strings.entry(entry).name}</button>`
        : nothing;
    return html`<div class="reference-panel" role="group" aria-labelledby="reference-title">
      <h2 id="reference-title">${strings.referenceTitle}</h2>
      <div class="row">
        <label class="button file"><input type="file" name="reference" accept="image/png,image/jpeg,image/webp,image/gif" @change=${this.choose}>
          <span>${reference ? strings.chooseAnother : strings.choosePicture}</span></label>
        ${
          reference
            ? html`<button type="button" data-action="remove-reference" @click=${actions.removeReference}>${strings.removePicture}</button>`
            : html`<small>${strings.orDrop}</small>`
        }
      </div>
      ${
        reference
          ? html`
        ${radios({
          key: 'fit',
          name: strings.fit,
          value: reference.fit,
          set: (fit) => actions.fitReference(fit === 'whole' ? 'whole' : 'crop'),
          options: [
            { value: 'crop', name: strings.fits.crop },
            { value: 'whole', name: strings.fits.whole },
          ],
        })}
        ${
          readersOfPicture(settings, catalogue).length > 0
            ? nothing
            : html`<div class="row"><small>${strings.useReference}</small>
          ${guidance.map((entry) => use(entry, () => this.steer(entry.name)))}
          ${starts.map((entry) => use(entry, () => actions.set('start', entry.name)))}</div>`
        }`
          : nothing
      }
    </div>`;
  }

  /** @param {Event & { target: HTMLInputElement }} event */
  choose({ target }) {
    const [file] = target.files ?? [];
    if (file) this.app.actions.openReference(file);
    // So that choosing the same file again is a change again.
    target.value = '';
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
