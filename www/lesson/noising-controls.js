// @ts-check
/** The controls of an experiment that noises a picture: which one, how far, and with which noise. */
import { html, nothing } from 'lit';
import { TRAINED_STEPS } from '../respacing.js';
import { slider } from '../ui/slider.js';
import { pictureChoice } from './picture-choice.js';

/** @typedef {import('./experiment.js').Experiment & { picture: import('./pictures.js').PictureName, t: number, seed: number }} Noising */

/**
 * @param {Noising} experiment
 * @param {{ key: string, otherNoise: unknown, more?: unknown, look: () => unknown, afresh?: () => unknown }} options `look` is
 *   for another timestep, `afresh` for another picture or other noise, if that is more; `more` stands between them
 */
export function noisingControls(experiment, { key, otherNoise, more = nothing, look, afresh = look }) {
  return html`${pictureChoice(experiment, experiment.picture, (picture) => {
    experiment.picture = picture;
    afresh();
  })}
    <div class="row">
      ${slider({
        key,
        name: experiment.words.timestep,
        value: experiment.t,
        min: 0,
        max: TRAINED_STEPS - 1,
        step: 1,
        set: (t) => {
          experiment.t = t;
          look();
        },
      })}
      ${more}
      <button type="button" data-action="other-noise" @click=${() => {
        experiment.seed += 1;
        afresh();
      }}>${otherNoise}</button>
    </div>`;
}
