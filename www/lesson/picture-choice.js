// @ts-check
/** The pictures that an experiment can be done on, to choose from. */
import { radios } from '../ui/choices.js';
import { PICTURES } from './pictures.js';

/**
 * @param {import('./experiment.js').Experiment} experiment
 * @param {import('./pictures.js').PictureName} value
 * @param {(picture: import('./pictures.js').PictureName) => void} set
 */
export function pictureChoice({ words, app }, value, set) {
  return radios({
    key: 'lesson-picture',
    name: words.picture,
    layout: 'chips',
    value,
    options: PICTURES.map((name) => ({ value: name, name: app.strings.label(name) })),
    set: (name) => set(/** @type {import('./pictures.js').PictureName} */ (name)),
  });
}
