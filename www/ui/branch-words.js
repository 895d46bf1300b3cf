// @ts-check
/** What makes a branch of the history different from another, in words. */
import { differences } from '../plan.js';
import { settingName, valueName } from './setting-words.js';

/** @typedef {import('../tree.js').Row} Row */
/** @typedef {Pick<import('./element.js').App, 'strings' | 'catalogue' | 'specs'>} App */

/**
 * A setting or a picture by its name on the page, and its value as the page writes it.
 * @param {App} app
 * @param {string} key
 * @param {import('../state.js').KeptFrame} frame
 */
function settingInWords(app, key, { inputs: { settings }, shown }) {
  const { strings } = app;
  if (key !== 'reference' && key !== 'init' && key !== 'mask')
    return strings.setting(settingName(key, app), valueName(key, settings[key] ?? '', app));
  const picture = shown[key];
  const name = picture && 'name' in picture ? picture.name : '';
  return strings.setting(
    { reference: strings.referenceTitle, init: strings.initTitle, mask: strings.maskTitle }[key],
    picture ? name || strings.drawing : strings.label('none'),
  );
}

/**
 * What was changed on the way of a branch: where it left its parent or, for a run of its own, since the run before; and
 * later on it.
 * @param {App} app
 * @param {Row} row
 * @returns {string}
 */
export function branchInWords(app, { branch, parent, at, before }) {
  const { strings, catalogue } = app;
  const { frames } = branch;
  const first = /** @type {import('../state.js').KeptFrame} */ (frames[at]);
  const other = (parent ?? before)?.frames[at];
  const words = (/** @type {string[]} */ keys, /** @type {import('../state.js').KeptFrame} */ frame) =>
    keys.map((key) => settingInWords(app, key, frame));
  const begun = other
    ? words(differences(other.inputs, first.inputs, catalogue), first)
    : words(['class', 'seed'], first);
  const later = frames.slice(at + 1).flatMap((frame, k) => {
    const earlier = /** @type {import('../state.js').KeptFrame} */ (frames[at + k]);
    const keys = earlier.inputs === frame.inputs ? [] : differences(earlier.inputs, frame.inputs, catalogue);
    return keys.length > 0 ? [strings.changedLater(words(keys, frame), at + k + 1)] : [];
  });
  return strings.sentenceOf(begun.length > 0 ? begun : [strings.madeAgain], later);
}
