// @ts-check
/** The pictures that an experiment can be done on, to choose from. */
import { radios } from '../ui/choices.js';
import { PICTURES } from './pictures.js';

/**
 * @template {string} [Own=never] what stands for a picture of the learner's own
 * @param {import('./element.js').LessonElement} element
 * @param {import('./pictures.js').PictureName | Own} value
 * @param {(picture: import('./pictures.js').PictureName | Own) => void} set
 * @param {{ value: Own, name: string }[]} [more]
 */
export function pictureChoice({ words, app }, value, set, more = []) {
  return radios({
    key: 'lesson-picture',
    name: words.picture,
    layout: 'chips',
    value,
    options: [...PICTURES.map((name) => ({ value: name, name: app.strings.label(name) })), ...more],
    set: (name) => set(/** @type {typeof value} */ (name)),
  });
}
