// @ts-check
/** Lets the run be heard while the visitor wants that: each step that is shown, live or recorded, and silence on pause. */
import { isPlaying, shownFrame } from './state.js';

/** @typedef {import('./state.js').State} State */

/** Gestures in which browsers let sound begin. */
const GESTURES = ['pointerup', 'keydown'];

/**
 * @typedef {{
 *   store: import('./store.js').Store<State>,
 *   sound: Pick<import('./sound.js').Sound, 'start' | 'hear' | 'hush' | 'stop'>,
 *   target: Pick<EventTarget, 'addEventListener'>,
 *   activation?: { isActive: boolean },
 *   refuse: (detail: string) => void,
 * }} Listening `target` is where gestures arrive
 */

/**
 * Has the sound ready for as long as the visitor wants it.
 * @param {Listening} options
 */
export function keepReady({ store, sound, target, activation, refuse }) {
  const start = () => sound.start().catch((error) => refuse(error instanceof Error ? error.message : String(error)));
  // A choice that was remembered waits for the first gesture; what a phone call took is had again with the next.
  const wake = () => {
    if (store.get().sound && activation?.isActive !== false) start();
  };
  for (const gesture of GESTURES) target.addEventListener(gesture, wake);
  store.subscribe((state, before) => {
    if (state.sound !== before.sound) state.sound ? start() : sound.stop();
  });
}

/** @param {Listening} options */
export function listenTo(options) {
  const { store, sound } = options;
  keepReady(options);
  store.subscribe((state, before) => {
    if (!state.sound) return;
    const frame = shownFrame(state);
    // A run that is done may end with its last step.
    if (isPlaying(before) && !isPlaying(state) && state.phase !== 'done') sound.hush();
    else if (frame && frame !== shownFrame(before)) sound.hear(heardIn(frame, state));
  });
}

/**
 * @param {Pick<import('./protocol.js').Frame, 'abar' | 'probabilities'>} frame
 * @param {Pick<State, 'model'> & { settings: { class: string } }} of
 * @returns {import('./sound.js').Heard}
 */
export function heardIn({ abar, probabilities }, { model, settings }) {
  return { abar, confidence: probabilities?.[model?.classes.indexOf(settings.class) ?? -1] };
}
