// @ts-check
/** What makes a branch of the history different from another, in words. */
import { differences } from '../plan.js';
import { methodsOf } from '../settings.js';

/** @typedef {import('../plan.js').Inputs} Inputs */
/** @typedef {import('../tree.js').Row} Row */
/** @typedef {Pick<import('./element.js').App, 'strings' | 'catalogue'>} Context */

/**
 * A setting by its name on the page, and its value as the page writes it.
 * @param {Context} context
 * @param {string} key
 * @param {import('../state.js').KeptFrame} frame
 */
function settingInWords({ strings, catalogue }, key, { inputs: { settings }, picture }) {
  const entries = [...catalogue.guidance, ...catalogue.starts, ...catalogue.samplers];
  const param = entries.flatMap(({ params }) => params).find((candidate) => candidate.key === key);
  const named = (/** @type {string} */ name) => {
    const entry = entries.find((candidate) => candidate.name === name);
    return entry ? strings.entry(entry).name : name;
  };
  const value = String(settings[key]);
  switch (key) {
    case 'reference':
      return strings.setting(strings.referenceTitle, picture ? picture.name || strings.choosePicture : strings.none);
    case 'method':
      return strings.setting(strings.method, methodsOf(settings).map(named).join(' + ') || strings.none);
    case 'start':
      return strings.setting(strings.start, named(value));
    case 'model':
    case 'class':
    case 'style':
    case 'sampler':
    case 'steps':
    case 'seed':
      return strings.setting(strings[key], value === 'none' ? strings.none : (strings.choices[value] ?? value));
    default: {
      const name = strings.settings[key]?.name ?? param?.label ?? key;
      return strings.setting(name, param?.kind === 'choice' ? (strings.choices[value] ?? value) : value);
    }
  }
}

/**
 * What was changed on the way of a branch: where it left its parent or, for a run of its own, since the run before; and
 * later on it.
 * @param {Context} context
 * @param {Row} row
 * @param {Row['branch'] | undefined} before the run of its own that was begun before it
 * @returns {string}
 */
export function branchInWords(context, { branch, parent, at }, before) {
  const { strings, catalogue } = context;
  const { frames } = branch;
  const first = /** @type {import('../state.js').KeptFrame} */ (frames[at]);
  const other = (parent ?? before)?.frames[at];
  const words = (/** @type {string[]} */ keys, /** @type {import('../state.js').KeptFrame} */ frame) =>
    keys.map((key) => settingInWords(context, key, frame));
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
