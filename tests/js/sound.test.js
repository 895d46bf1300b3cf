// @ts-check
/** The sound of a step: what it is made of, and when there is any. No loudspeaker is needed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listenTo } from '../../www/listening.js';
import { Sound, toneOf } from '../../www/sound.js';
import { initialState } from '../../www/state.js';
import { createStore } from '../../www/store.js';
import { parseUrl } from '../../www/url.js';
import { specs } from './support/page.js';

test('wind and low tone are mixed as x_t is: √(1 − ᾱ) and √ᾱ', () => {
  for (const abar of [0, 0.1, 0.5, 0.9, 1]) {
    const { wind, ground } = toneOf({ abar });
    assert.ok(Math.abs(wind ** 2 - (1 - abar)) < 1e-12 && Math.abs(ground ** 2 - abar) < 1e-12);
  }
  assert.ok(toneOf({ abar: 0.1 }).brightness > toneOf({ abar: 0.9 }).brightness);
  assert.equal(toneOf({ abar: 0 }).brightness / toneOf({ abar: 1 }).brightness, 16);
});

test('the note climbs two octaves with the classifier, never falls on the way, and is not there without one', () => {
  const notes = Array.from({ length: 101 }, (_, k) => Number(toneOf({ abar: 0.5, confidence: k / 100 }).note));
  assert.ok(notes.every((note, k) => k === 0 || note >= Number(notes[k - 1])));
  assert.equal(Number(notes[100]) / Number(notes[0]), 4);
  assert.ok(new Set(notes).size >= 10);
  assert.equal(toneOf({ abar: 0.5 }).note, undefined);
});

test('numbers out of range sound like the nearest in it', () => {
  assert.deepEqual(toneOf({ abar: 1.2, confidence: 7 }), toneOf({ abar: 1, confidence: 1 }));
  assert.deepEqual(toneOf({ abar: -1, confidence: -7 }), toneOf({ abar: 0, confidence: 0 }));
});

/** An audio context that only writes down what it is told. @param {string} state */
function silent(state = 'suspended') {
  /** @type {Record<string, [value: number, at: number][]>} */
  const told = {};
  let made = 0;
  const param = (/** @type {string} */ name) => ({
    value: 0,
    setTargetAtTime: (/** @type {number} */ value, /** @type {number} */ at) => (told[name] ??= []).push([value, at]),
    cancelScheduledValues: () => {},
  });
  const node = () => {
    const name = `node${made++}`;
    return { connect() {}, start() {}, gain: param(`${name}.gain`), frequency: param(`${name}.frequency`) };
  };
  const context = {
    state,
    currentTime: 5,
    sampleRate: 100,
    destination: {},
    createGain: node,
    createOscillator: node,
    createBiquadFilter: node,
    createBufferSource: node,
    createBuffer: () => ({ getChannelData: () => new Float32Array(200) }),
    resume: async () => void (context.state = 'running'),
    close: async () => void (context.state = 'closed'),
  };
  return { context: /** @type {any} */ (context), told };
}

test('nothing is heard before the start; a step dies away by itself; silence is at once', async () => {
  const { context, told } = silent();
  const sound = new Sound(() => context);
  sound.hear({ abar: 0.5 });
  sound.hush();
  assert.deepEqual(told, {});
  await sound.start();
  await sound.start();
  sound.hear({ abar: 0.5, confidence: 1 });
  // The first node is what all voices go through.
  assert.deepEqual(
    told['node0.gain']?.map(([value]) => value),
    [1, 0],
  );
  assert.ok(Number(told['node0.gain']?.[1]?.[1]) > 5);
  sound.hush();
  assert.deepEqual(told['node0.gain']?.at(-1), [0, 5]);
  await sound.stop();
  assert.equal(context.state, 'closed');
  assert.doesNotThrow(() => sound.hear({ abar: 0.5 }));
});

/** A page with sound on or off, and what its sound was told. @param {boolean} on */
function listening(on) {
  const store = createStore(initialState(parseUrl('?class=animal', specs).settings, { sound: on }));
  store.set({ model: /** @type {any} */ ({ classes: ['food', 'animal'], styles: [] }), phase: 'ready' });
  /** @type {unknown[]} */
  const told = [];
  /** @type {string[]} */
  const refused = [];
  const activation = { isActive: false };
  const target = new EventTarget();
  const sound = {
    start: async () => void told.push('start'),
    stop: async () => void told.push('stop'),
    hush: () => void told.push('hush'),
    hear: (/** @type {object} */ heard) => void told.push(heard),
  };
  listenTo({ store, sound, target, activation, refuse: (detail) => refused.push(detail) });
  const frame = (/** @type {number} */ abar) => /** @type {any} */ ({ abar, probabilities: [0.25, 0.75] });
  return { store, told, activation, target, frame, sound, refused };
}

test('each step that is shown is heard, and pausing is silence; the last step rings out', () => {
  const { store, told, frame } = listening(true);
  store.set({ phase: 'running', frames: [frame(0.1)], cursor: 1 });
  store.set({ settings: { ...store.get().settings, seed: 3 } });
  assert.deepEqual(told, [{ abar: 0.1, confidence: 0.75 }]);
  store.set({ phase: 'paused' });
  assert.equal(told.at(-1), 'hush');
  store.set({ phase: 'running' });
  store.set({ frames: [...store.get().frames, frame(1)], cursor: 2 });
  store.set({ phase: 'done' });
  assert.deepEqual(told.at(-1), { abar: 1, confidence: 0.75 });
});

test('a recording is heard as well', () => {
  const { store, told, frame } = listening(true);
  store.set({ phase: 'loading', recorded: { playing: true }, frames: [frame(0.1), frame(0.2)], cursor: 1 });
  store.set({ cursor: 2 });
  assert.equal(told.length, 2);
  store.set({ recorded: { playing: false } });
  assert.equal(told.at(-1), 'hush');
});

test('off is off; a remembered choice waits for the first gesture; what fails is said', async () => {
  const off = listening(false);
  off.activation.isActive = true;
  off.target.dispatchEvent(new Event('pointerup'));
  off.store.set({ frames: [off.frame(0.1)], cursor: 1 });
  assert.deepEqual(off.told, []);
  off.store.set({ sound: true });
  off.store.set({ sound: false });
  assert.deepEqual(off.told, ['start', 'stop']);

  const on = listening(true);
  on.target.dispatchEvent(new Event('keydown'));
  assert.deepEqual(on.told, []);
  on.activation.isActive = true;
  on.target.dispatchEvent(new Event('pointerup'));
  assert.deepEqual(on.told, ['start']);
  on.sound.start = async () => {
    throw new Error('no device');
  };
  on.target.dispatchEvent(new Event('keydown'));
  await new Promise((resolve) => setTimeout(resolve));
  assert.deepEqual(on.refused, ['no device']);
});
