// @ts-check
/** Lets the run be heard while the visitor wants that: each step that is shown, live or recorded, and silence on pause. */
import { isPlaying, shownFrame } from './state.js';

/** @typedef {import('./state.js').State} State */

/** Gestures in which browsers let sound begin. */
const GESTURES = ['pointerup', 'keydown'];

/**
 * @param {{
 *   store: import('./store.js').Store<State>,
 *   sound: Pick<import('./sound.js').Sound, 'start' | 'hear' | 'hush' | 'stop'>,
 *   target: Pick<EventTarget, 'addEventListener'>,
 *   activation?: { isActive: boolean },
 *   refuse: (detail: string) => void,
 * }} options `target` is where gestures arrive
 */
export function listenTo({ store, sound, target, activation, refuse }) {
  const start = () => sound.start().catch((error) => refuse(error instanceof Error ? error.message : String(error)));
  // A choice that was remembered waits for the first gesture; what a phone call took is had again with the next.
  const wake = () => {
    if (store.get().sound && activation?.isActive !== false) start();
  };
  for (const gesture of GESTURES) target.addEventListener(gesture, wake);

  store.subscribe((state, before) => {
    if (state.sound !== before.sound) state.sound ? start() : sound.stop();
    if (!state.sound) return;
    const frame = shownFrame(state);
    // A run that is done may end with its last step.
    if (isPlaying(before) && !isPlaying(state) && state.phase !== 'done') sound.hush();
    else if (frame && frame !== shownFrame(before)) sound.hear(heardIn(frame, state));
  });
}

/**
 * @param {import('./state.js').KeptFrame} frame
 * @param {State} state
 * @returns {import('./sound.js').Heard}
 */
function heardIn({ abar, probabilities }, { model, settings }) {
  return { abar, confidence: probabilities?.[model?.classes.indexOf(settings.class) ?? -1] };
}
