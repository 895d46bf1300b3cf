// @ts-check
/** What the next step of a run takes: decided from data alone. */
import { activeKeys, startsFromPicture } from './settings.js';
import { modelAtWork } from './state.js';

/** @typedef {import('./protocol.js').Settings} Settings */
/** @typedef {import('./settings.js').Spec} Spec */
/** @typedef {import('./state.js').State} State */
/** @typedef {import('guidelight/*').Catalogue} Catalogue */

/**
 * What a step is computed from: the settings and the reference picture (compared by identity). Their `model` is the one
 * that computes it, which is the preview until the one that was asked for has arrived.
 * @typedef {{ settings: Settings, reference: Uint8Array | undefined }} Inputs
 */

/**
 * What a new run is computed from.
 * @param {State} state
 * @returns {Inputs}
 */
export function newInputs(state) {
  const { settings, reference } = state;
  return { settings: { ...settings, model: modelAtWork(state)?.name ?? settings.model }, reference: reference?.rgba };
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
  const { settings, reference } = newInputs(state);
  return { settings: { ...settings, model: begun?.settings.model ?? settings.model }, reference };
}

/**
 * Setting keys in which two inputs differ, of those that are in use; `reference` counts as one when it changes.
 * @param {Inputs} a
 * @param {Inputs} b
 * @param {Catalogue} catalogue
 * @returns {string[]}
 */
export function differences(a, b, catalogue) {
  const keys = new Set([...activeKeys(a.settings, catalogue), ...activeKeys(b.settings, catalogue)]);
  const changed = [...keys].filter((key) => a.settings[key] !== b.settings[key]);
  return a.reference === b.reference ? changed : [...changed, 'reference'];
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
  const forks = (/** @type {string} */ key) =>
    key === 'reference' ? !startsFromPicture(wanted.settings, catalogue) : specs.get(key)?.fork === true;
  if (!changed.every(forks)) return 'start';
  return changed.length > 0 || cursor < frames.length ? 'fork' : 'next';
}
