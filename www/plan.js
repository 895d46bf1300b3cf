// @ts-check
/** What the next step of a run takes: decided from data alone. */
import { picturesOf } from './pictures.js';
import { activeKeys, readersOfPicture, startsFromPicture } from './settings.js';
import { modelAtWork } from './state.js';

/** @typedef {import('./protocol.js').Settings} Settings */
/** @typedef {import('./settings.js').Spec} Spec */
/** @typedef {import('./state.js').State} State */
/** @typedef {import('guidelight/*').Catalogue} Catalogue */

/**
 * What a step is computed from: the settings and the pictures (compared by identity). Their `model` is the one
 * that computes it, which is the preview until the one that was asked for has arrived.
 * @typedef {{ settings: Settings, pictures: import('./protocol.js').Pictures }} Inputs
 */

/**
 * What a new run is computed from.
 * @param {State} state
 * @returns {Inputs}
 */
export function newInputs(state) {
  const { settings } = state;
  return { settings: { ...settings, model: modelAtWork(state)?.name ?? settings.model }, pictures: picturesOf(state) };
}

/**
 * What the next step is computed from. A run goes on with the model that it began with, whatever has arrived since.
 * @param {State} state
 * @param {Inputs | undefined} session what the engine's session was last told
 * @returns {Inputs}
 */
export function nextInputs(state, session) {
  const { cursor, frames } = state;
  const begun = cursor > 0 ? (frames[cursor]?.inputs ?? session) : undefined;
  const { settings, pictures } = newInputs(state);
  return { settings: { ...settings, model: begun?.settings.model ?? settings.model }, pictures };
}

/**
 * Setting keys in which two inputs differ, of those that are in use. Pictures count as one each: the reference always,
 * for its low frequencies are shown beside any run; the others where something reads them.
 * @param {Inputs} a
 * @param {Inputs} b
 * @param {Catalogue} catalogue
 * @returns {string[]}
 */
export function differences(a, b, catalogue) {
  const keys = new Set([...activeKeys(a.settings, catalogue), ...activeKeys(b.settings, catalogue)]);
  const changed = [...keys].filter((key) => a.settings[key] !== b.settings[key]);
  const read = [a, b].some(({ settings }) => readersOfPicture(settings, catalogue).length > 0);
  const pictures = /** @type {const} */ (['reference', 'init', 'mask']).filter(
    (name) => (read || name === 'reference') && a.pictures[name] !== b.pictures[name],
  );
  return [...changed, ...pictures];
}

/**
 * Whether a run can take another value of a key on its way. It cannot begin elsewhere, nor forget a mask.
 * @param {string} key
 * @param {Inputs} wanted
 * @param {Map<string, Spec>} specs
 * @param {Catalogue} catalogue
 */
function forks(key, { settings, pictures }, specs, catalogue) {
  switch (key) {
    case 'reference':
      return true;
    case 'init':
      return !startsFromPicture(settings, catalogue);
    case 'mask':
      return pictures.mask !== undefined;
    default:
      return specs.get(key)?.fork === true;
  }
}

/**
 * `start`: from pure noise. `show`: the next frame is there already. `fork`: go back to the cursor and take the new
 * inputs from there. `next`: simply on.
 * @param {{ cursor: number, frames: { inputs: Inputs }[], session: Inputs | undefined, wanted: Inputs,
 *   specs: Map<string, Spec>, catalogue: Catalogue }} state
 *   `session` is what the engine's session was last told; undefined when there is none
 * @returns {'start' | 'show' | 'fork' | 'next'}
 */
export function planStep({ cursor, frames, session, wanted, specs, catalogue }) {
  const made = frames[cursor]?.inputs;
  if (made && differences(made, wanted, catalogue).length === 0) return 'show';
  if (!session) return 'start';
  const changed = differences(session, wanted, catalogue);
  if (cursor === 0) return changed.length > 0 || frames.length > 0 ? 'start' : 'next';
  if (!changed.every((key) => forks(key, wanted, specs, catalogue))) return 'start';
  return changed.length > 0 || cursor < frames.length ? 'fork' : 'next';
}
