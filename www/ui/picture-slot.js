// @ts-check
/** The buttons of one place for a picture: choose, take, draw, crop, remove. */
import { html, nothing } from 'lit';
import { cropped, sameView, whole } from '../view.js';
import { radios } from './choices.js';
import { openDialog } from './dialog.js';
import { icons } from './icons.js';

/** @typedef {import('./element.js').App} App */
/** @typedef {import('../pictures.js').Place} Place */

/**
 * @param {App} app
 * @param {Place} place
 */
export function pictureSlot(app, place) {
  const { strings, actions, store } = app;
  const { [place]: picture, model } = store.get();
  const choose = (/** @type {Event & { target: HTMLInputElement }} */ { target }) => {
    const [file] = target.files ?? [];
    if (file) actions.openReference(file, place);
    // So that choosing the same file again is a change again.
    target.value = '';
  };
  const draw = () => openDialog(app, () => import('./draw-dialog.js'), { place });
  const take = () => openDialog(app, () => import('./camera-dialog.js'), { place });
  const crop = () => openDialog(app, () => import('./crop-dialog.js'), { place });
  return html`<div class="row">
      <label class="button file"><input type="file" name=${place} accept="image/png,image/jpeg,image/webp,image/gif" @change=${choose}>
        <span>${picture ? strings.chooseAnother : strings.choosePicture}</span></label>
      ${
        // Not there outside secure contexts.
        navigator.mediaDevices
          ? html`<button type="button" data-action="take-${place}" ?disabled=${!model} @click=${take}>${strings.camera.open}</button>`
          : nothing
      }
      <button type="button" data-action="draw-${place}" ?disabled=${!model} @click=${draw}>${strings.draw}</button>
      ${
        picture
          ? html`<button type="button" data-action="crop-${place}" @click=${crop}>${strings.adjust}</button>
            <button type="button" class="quiet" data-action="remove-${place}" title=${strings.removePicture} aria-label=${strings.removePicture}
              @click=${() => actions.removeReference(place)}>${icons.close}</button>`
          : nothing
      }
    </div>
    ${
      picture
        ? radios({
            key: `fit-${place}`,
            name: strings.fit,
            value: sameView(picture.view, cropped())
              ? 'crop'
              : sameView(picture.view, whole(picture.source))
                ? 'whole'
                : '',
            set: (fit) => actions.viewReference(fit === 'whole' ? whole(picture.source) : cropped(), place),
            options: [
              { value: 'crop', name: strings.fits.crop },
              { value: 'whole', name: strings.fits.whole },
            ],
          })
        : nothing
    }`;
}
