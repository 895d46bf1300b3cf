// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { differences, planStep } from '../../www/plan.js';
import { pull } from '../../www/sampler.js';
import { defaultSettings } from '../../www/settings.js';
import { shownFrame, totalSteps } from '../../www/state.js';
import { cropped } from '../../www/view.js';
import * as double from '../double/engine.js';
import { catalogue, page, specs, until } from './support/page.js';

const READY = '?class=animal&steps=6&seed=3&backend=cpu';

/** The left half dark, the right half light. */
const HALVES = Uint8Array.from({ length: 32 * 32 * 4 }, (_, i) =>
  i % 4 === 3 ? 255 : Math.floor(i / 4) % 32 < 16 ? 30 : 220,
);
const reference = { rgba: HALVES, size: 32, source: undefined, name: 'halves', view: cropped() };

/** @param {string} [search] */
async function ready(search = READY) {
  const made = page(search);
  await made.boot.start();
  await until(made.store, ({ phase, start }) => phase === 'ready' && start);
  return made;
}
const pixels = (/** @type {any} */ store) => store.get().frames.map((/** @type {any} */ frame) => [...frame.xt]);

test('plays to the end, one request at a time', async () => {
  const { run, store, workers } = await ready();
  const phases = new Set();
  store.subscribe(({ phase }) => phases.add(phase));
  await run.play();
  const { frames, cursor, total, phase } = store.get();
  assert.deepEqual([frames.length, cursor, total, phase], [6, 6, 6, 'done']);
  assert.deepEqual([...phases], ['running', 'done']);
  assert.deepEqual(
    frames.map(({ step }) => step),
    [1, 2, 3, 4, 5, 6],
  );
  // One session was started for the noise on show, and the run used it.
  assert.equal(workers[0].received.filter(({ type }) => type === 'start').length, 1);
});

test('showing the noise stops nothing', async () => {
  const { run, store } = await ready();
  const playing = run.play();
  await run.preview();
  await playing;
  assert.deepEqual([store.get().frames.length, store.get().phase], [6, 'done']);
});

test('the same settings give the same pixels', async () => {
  const [a, b] = [await ready(), await ready()];
  await Promise.all([a.run.play(), b.run.play()]);
  assert.deepEqual(pixels(a.store), pixels(b.store));
});

test('pauses, steps, goes back without computing, and goes on', async () => {
  const { run, store, workers } = await ready();
  const playing = run.play();
  await until(store, ({ cursor }) => cursor === 2);
  await run.pause();
  await playing;
  const at = store.get().cursor;
  assert.equal(store.get().phase, 'paused');
  await run.step();
  assert.equal(store.get().cursor, at + 1);
  const asked = workers[0].received.length;
  await run.back();
  await run.back();
  assert.equal(store.get().cursor, at - 1);
  await run.step();
  assert.equal(store.get().cursor, at);
  assert.equal(workers[0].received.length, asked);
  assert.equal(shownFrame(store.get())?.step, at);
  await run.play();
  assert.equal(store.get().phase, 'done');
});

test('scrubs within what there is', async () => {
  const { run, store } = await ready();
  await run.play();
  for (const [to, cursor, phase] of /** @type {[number, number, string][]} */ ([
    [3, 3, 'paused'],
    [0, 0, 'ready'],
    [99, 6, 'done'],
    [-4, 0, 'ready'],
  ])) {
    await run.seek(to);
    assert.deepEqual([store.get().cursor, store.get().phase], [cursor, phase]);
  }
});

test('changed settings fork the run where it stands', async () => {
  const { run, store, set, workers } = await ready();
  for (let k = 0; k < 5; k++) await run.step();
  const before = pixels(store);
  await run.seek(2);
  set({ class: 'heart', scale: 12 });
  await run.step();
  const after = pixels(store);
  assert.equal(after.length, 3);
  assert.deepEqual(after.slice(0, 2), before.slice(0, 2));
  assert.notDeepEqual(after[2], before[2]);
  assert.ok(store.get().frames[2].forked);
  assert.deepEqual(
    workers[0].received.slice(-3).map(({ type }) => type),
    ['seek', 'update', 'step'],
  );
  await run.play();
  assert.equal(store.get().total, 6);
});

test('going back to before a fork and on takes the settings on show', async () => {
  const { run, store, set } = await ready();
  await run.step();
  await run.step();
  set({ scale: 12 });
  await run.step();
  await run.seek(1);
  const first = pixels(store)[1];
  await run.step();
  assert.notDeepEqual(pixels(store)[1], first);
  assert.equal(store.get().frames.length, 2);
});

test('fewer steps in the middle of a run shorten what is left', async () => {
  const { run, store, set } = await ready();
  for (let k = 0; k < 3; k++) await run.step();
  set({ steps: '2' });
  await run.play();
  const { cursor, total, phase } = store.get();
  assert.equal(phase, 'done');
  assert.equal(cursor, total);
  assert.ok(total < 6);
});

test('another seed starts over', async () => {
  const { run, store, set } = await ready();
  await run.step();
  await run.step();
  set({ seed: 4 });
  await run.step();
  assert.equal(store.get().cursor, 1);
});

test('settings changed while it runs steer the next step', async () => {
  const { run, store, set } = await ready('?class=animal&steps=20&backend=cpu');
  const playing = run.play();
  await until(store, ({ cursor }) => cursor >= 4);
  set({ class: 'vehicle' });
  await playing;
  const { frames, total } = store.get();
  assert.equal(frames.length, total);
  assert.equal(frames.filter(({ forked }) => forked).length, 1);
  assert.equal(frames.at(-1)?.inputs.settings.class, 'vehicle');
});

test('restart and play at the end start over', async () => {
  const { run, store } = await ready();
  await run.play();
  const first = pixels(store);
  await run.play();
  assert.deepEqual(pixels(store), first);
  await run.restart();
  assert.deepEqual([store.get().phase, store.get().frames.length], ['done', 6]);
});

test('the noise of the start is on show, and follows the seed', async () => {
  const { run, store, set } = await ready();
  const first = [...store.get().start.xt];
  set({ seed: 11 });
  await run.preview();
  assert.notDeepEqual([...store.get().start.xt], first);
  assert.equal(store.get().phase, 'ready');
});

test('ILVR without a picture is a refusal, and nothing is lost', async () => {
  const { boot, run, store, refused } = page('?class=animal&method=classifier,ilvr&steps=6&backend=cpu');
  await boot.start();
  await run.play();
  assert.deepEqual(
    refused.map(({ lacking }) => lacking.name),
    ['ilvr'],
  );
  assert.equal(store.get().phase, 'ready');
});

test('ILVR brings the layout of the reference into the sample', async () => {
  const distance = async (/** @type {string} */ method) => {
    const made = await ready(`?class=animal&method=${method}&steps=6&backend=cpu`.replace('ilvr', 'classifier'));
    made.set({ method });
    made.store.set({ reference });
    await made.run.play();
    return Number(made.store.get().frames.at(-1)?.lowpassDistance);
  };
  const [off, on] = [await distance('classifier'), await distance('classifier,ilvr')];
  assert.ok(on * 5 < off, `${on} against ${off}`);
});

test('a run that starts from a picture has fewer steps, known before the first of them', async () => {
  const { boot, run, store, refused } = page(`${READY}&start=sdedit&strength=0.5&method=none`);
  await boot.start();
  await run.preview();
  assert.equal(store.get().start, undefined);
  await run.play();
  assert.deepEqual([refused.map(({ lacking }) => lacking.name), store.get().phase], [['sdedit'], 'ready']);
  store.set({ reference });
  await run.preview();
  assert.equal(totalSteps(store.get()), 3);
  // Dark on the left already.
  const { xt } = store.get().start;
  assert.ok(xt[4 * (32 * 16 + 4)] < xt[4 * (32 * 16 + 28)]);
  await run.play();
  assert.deepEqual([store.get().phase, store.get().frames.length], ['done', 3]);
});

const INVERTED = `${READY}&start=inversion&strength=1&method=none`;

/** A page with a picture to invert, and what its store says of that. */
async function inverting() {
  const made = page(INVERTED);
  /** @type {string[]} */
  const told = [];
  made.store.subscribe(({ inversion }, before) => {
    if (inversion && inversion !== before.inversion) told.push(`${inversion.done} of ${inversion.total}`);
  });
  await made.boot.start();
  made.store.set({ reference });
  const asked = (/** @type {string} */ type) =>
    made.workers[0].received.filter((/** @type {any} */ request) => request.type === type).length;
  return { ...made, told, asked };
}

test('an inversion is told step by step, before the run and before its start is only looked at', async () => {
  const { run, store, told } = await inverting();
  await run.play();
  assert.deepEqual(told, ['0 of 5', '1 of 5', '2 of 5', '3 of 5', '4 of 5']);
  assert.deepEqual([store.get().phase, store.get().frames.length, store.get().inversion], ['done', 6, undefined]);
  const looked = await inverting();
  await looked.run.preview();
  assert.deepEqual(looked.told, told);
  assert.deepEqual([looked.store.get().phase, looked.store.get().inversion], ['ready', undefined]);
  assert.deepEqual([...looked.store.get().start.xt], [...store.get().start.xt]);
  await looked.run.play();
  assert.deepEqual(pixels(looked.store), pixels(store));
});

test('an inversion can be paused, and goes on', async () => {
  const [whole, { run, store, told, asked }] = [await inverting(), await inverting()];
  await whole.run.play();
  const playing = run.play();
  await until(store, ({ inversion }) => inversion?.done === 2);
  assert.equal(store.get().phase, 'running');
  await run.pause();
  await playing;
  const { phase, inversion, frames } = store.get();
  assert.deepEqual([phase, inversion, frames.length, asked('invert')], ['ready', undefined, 0, 3]);
  await run.step();
  assert.deepEqual([store.get().cursor, asked('start'), asked('invert')], [1, 1, 5]);
  assert.deepEqual(told, ['0 of 5', '1 of 5', '2 of 5', '3 of 5', '4 of 5']);
  await run.play();
  assert.deepEqual(pixels(store), pixels(whole.store));
});

test('an inversion that is no longer wanted is left, whether it was for a run or for a look', async () => {
  for (const ask of /** @type {const} */ (['play', 'preview'])) {
    const { run, store, set, told, asked } = await inverting();
    const running = run[ask]();
    await until(store, ({ inversion }) => inversion?.done === 1);
    set({ strength: 0.5 });
    await running;
    // The page looks again when a setting has changed.
    if (ask === 'preview') await run.preview();
    assert.deepEqual(told, ['0 of 5', '1 of 5', '0 of 2', '1 of 2'], ask);
    assert.deepEqual([asked('start'), totalSteps(store.get())], [2, 3]);
  }
});

test('a picture is inverted in place of the run on show', async () => {
  const { run, store, set, told } = await inverting();
  set({ start: 'noise' });
  await run.play();
  await run.seek(3);
  set({ start: 'inversion' });
  const stepping = run.step();
  await until(store, ({ inversion }) => inversion?.done === 1);
  assert.deepEqual([store.get().frames.length, store.get().cursor], [0, 0]);
  await run.pause();
  await stepping;
  await run.step();
  assert.deepEqual([store.get().cursor, store.get().total, told.length], [1, 6, 5]);
});

test('an inversion that was left does not take away the branch that is gone back to', async () => {
  const { run, store, set } = await inverting();
  set({ start: 'noise' });
  for (let k = 0; k < 3; k++) await run.step();
  set({ start: 'inversion' });
  const stepping = run.step();
  await until(store, ({ inversion }) => inversion?.done === 1);
  await run.pause();
  await stepping;
  await run.show(1);
  await run.step();
  assert.deepEqual([store.get().cursor, store.get().frames.length, store.get().tree.branches.length], [4, 4, 1]);
});

test('what a run started from cannot be changed on the way: it starts anew', async () => {
  const made = await ready();
  const { run, store, set } = made;
  store.set({ reference });
  await run.step();
  await run.step();
  set({ start: 'sdedit' });
  await run.step();
  assert.deepEqual([store.get().cursor, store.get().total], [1, 4]);
  await run.step();
  set({ strength: 1 });
  await run.step();
  assert.deepEqual([store.get().cursor, store.get().total], [1, 6]);
  await run.step();
  store.set({ reference: { ...reference, rgba: HALVES.map((value) => 255 - value) } });
  await run.step();
  assert.equal(store.get().cursor, 1);
});

test('a text that the engine refuses loses nothing', async () => {
  const { run, store, set, refused } = await ready();
  await run.step();
  await run.step();
  set({ method: 'palette', palette: 'red' });
  await run.play();
  assert.deepEqual(
    refused.map(({ message }) => message),
    ['palette: expected a colour such as ffcc00, got red'],
  );
  assert.deepEqual([store.get().phase, store.get().cursor], ['paused', 2]);
  set({ palette: 'ff0000' });
  await run.play();
  assert.deepEqual([store.get().phase, store.get().frames[2].forked, refused.length], ['done', true, 1]);
});

test('a fork that was refused and taken back leaves the run as it was', async () => {
  const [whole, { run, store, set, refused }] = [await ready(), await ready()];
  await whole.run.play();
  for (let k = 0; k < 4; k++) await run.step();
  await run.seek(2);
  set({ method: 'palette', palette: 'red' });
  await run.step();
  assert.equal(refused.length, 1);
  set({ method: 'classifier' });
  await run.play();
  assert.deepEqual(pixels(store), pixels(whole.store));
});

/** @param {any} store @param {number} id */
const branch = (store, id) => store.get().tree.branches.find((/** @type {any} */ known) => known.id === id);
/** What the engine was asked for, from the `from`-th request on. @param {any[]} workers @param {number} from */
const asked = (workers, from) => workers[0].received.slice(from).map((/** @type {any} */ { type }) => type);

test('a fork keeps what it leaves, and both share their trunk', async () => {
  const { run, store, set } = await ready();
  await run.play();
  const straight = pixels(store);
  await run.seek(2);
  set({ class: 'heart' });
  await run.play();
  const { tree, frames } = store.get();
  assert.deepEqual([tree.branches.length, tree.present], [2, 2]);
  assert.equal(branch(store, 2).frames, frames);
  assert.equal(branch(store, 1).frames[1], frames[1]);
  assert.notEqual(branch(store, 1).frames[2], frames[2]);
  const { settings } = store.get();
  await run.show(1);
  assert.deepEqual(pixels(store), straight);
  const now = store.get();
  assert.deepEqual([now.cursor, now.phase, now.tree.present, now.settings.class], [6, 'done', 1, 'animal']);
  await run.show(2, 2);
  assert.deepEqual([store.get().cursor, store.get().phase, store.get().settings], [2, 'paused', settings]);
});

test('an old branch is gone on with: its steps are made again, with the same pixels, then new ones', async () => {
  // Fresh noise in every step, so that a step made from another state or under another number would differ.
  const search = `${READY}&eta=1`;
  const whole = await ready(search);
  await whole.run.step();
  whole.set({ scale: 9 });
  await whole.run.play();
  const wanted = pixels(whole.store);

  const { run, store, set, workers } = await ready(search);
  await run.step();
  set({ scale: 9 });
  for (let k = 0; k < 3; k++) await run.step();
  const kept = [...store.get().frames];
  for (const label of ['heart', 'vehicle']) {
    await run.seek(1);
    set({ class: label });
    await run.play();
  }
  await run.show(1);
  /** @type {string[]} */
  const told = [];
  store.subscribe(({ replay }, before) => {
    if (replay && replay !== before.replay) told.push(`${replay.done} of ${replay.total}`);
  });
  const from = workers[0].received.length;
  await run.step();
  // The trunk is one step: the engine goes back to it, takes the settings of the old branch and makes three steps again.
  assert.deepEqual(asked(workers, from), ['seek', 'update', 'step', 'step', 'step', 'step']);
  assert.deepEqual(told, ['1 of 4', '2 of 4', '3 of 4']);
  assert.deepEqual([store.get().replay, store.get().tree.branches.length], [undefined, 3]);
  kept.forEach((frame, k) => assert.equal(store.get().frames[k], frame));
  await run.play();
  assert.deepEqual(pixels(store), wanted);
});

test('a branch of another seed, and one with another picture, are made again from their start', async () => {
  const { run, store, set, workers } = await ready();
  await run.step();
  await run.step();
  set({ seed: 4 });
  await run.play();
  await run.show(1);
  let from = workers[0].received.length;
  await run.step();
  assert.deepEqual(asked(workers, from), ['start', 'step', 'step', 'step']);
  assert.equal(store.get().tree.branches.length, 2);
  // Another picture on the way: an engine that was given one keeps it.
  await run.seek(1);
  store.set({ reference });
  set({ method: 'classifier,ilvr' });
  await run.step();
  await run.show(1);
  assert.equal(store.get().reference, undefined);
  from = workers[0].received.length;
  await run.step();
  assert.deepEqual(asked(workers, from), ['start', 'step', 'step', 'step', 'step']);
  assert.equal(store.get().frames[3].lowpass, undefined);
  await run.show(3);
  assert.deepEqual([store.get().reference, store.get().settings.method], [reference, 'classifier,ilvr']);
});

test('making steps again can be paused, and goes on where it was', async () => {
  const { run, store, set, workers } = await ready();
  for (let k = 0; k < 4; k++) await run.step();
  set({ seed: 4 });
  await run.step();
  await run.show(1);
  const playing = run.play();
  await until(store, ({ replay }) => replay?.done === 2);
  assert.equal(store.get().phase, 'running');
  await run.pause();
  await playing;
  assert.deepEqual([store.get().phase, store.get().cursor, store.get().replay], ['paused', 4, undefined]);
  const from = workers[0].received.length;
  await run.step();
  assert.deepEqual(asked(workers, from), ['step', 'step']);
  assert.equal(store.get().cursor, 5);
});

test('on an engine that computes other pixels the way is another branch, and nothing is mixed', async () => {
  const { run, store, set, boot } = await ready(`${READY}&eta=1`);
  await run.step();
  await run.step();
  const [kept] = store.get().frames;
  // As if another back-end had made it.
  kept.xt[0] ^= 1;
  set({ backend: 'auto' });
  await boot.changeBackend();
  await until(store, ({ phase }) => phase === 'paused');
  await run.step();
  const { tree, frames, cursor } = store.get();
  assert.deepEqual([tree.branches.length, cursor, frames.length], [2, 3, 3]);
  assert.notEqual(frames[0], kept);
  assert.deepEqual(branch(store, 1).frames[0], kept);
});

test('a run that is made again with the same settings is no second branch', async () => {
  const { run, store, set, workers } = await ready();
  await run.play();
  const { frames } = store.get();
  const from = workers[0].received.length;
  const playing = run.restart();
  await until(store, ({ cursor }) => cursor === 2);
  assert.equal(store.get().frames.length, 2);
  await playing;
  assert.equal(asked(workers, from).filter((/** @type {string} */ type) => type === 'step').length >= 6, true);
  assert.deepEqual(store.get().frames, frames);
  assert.equal(store.get().tree.branches.length, 1);
  // There and back: what was made after the fork is found again.
  await run.seek(3);
  set({ class: 'heart' });
  await run.step();
  await run.seek(3);
  set({ class: 'animal' });
  await run.play();
  assert.deepEqual([store.get().tree.branches.length, store.get().tree.present], [2, 1]);
  assert.deepEqual(store.get().frames, frames);
});

test('a branch that is removed can be brought back', async () => {
  const { run, store, set } = await ready();
  await run.play();
  await run.seek(2);
  set({ class: 'heart' });
  await run.play();
  const { frames } = store.get();
  await run.remove(2);
  assert.deepEqual([store.get().tree.branches.length, store.get().tree.present, store.get().cursor], [1, 1, 2]);
  assert.equal(store.get().phase, 'paused');
  await run.bringBack();
  assert.deepEqual([store.get().tree.present, store.get().cursor, store.get().phase], [2, 6, 'done']);
  assert.equal(store.get().frames, frames);
  await run.remove(1);
  await run.remove(2);
  assert.deepEqual([store.get().frames, store.get().phase, store.get().tree.present], [[], 'ready', undefined]);
  await run.bringBack();
  assert.equal(store.get().frames, frames);
  await run.bringBack();
  assert.deepEqual([store.get().tree.branches.map(({ id }) => id), store.get().tree.removed], [[1, 2], []]);
});

test('another model ends the history: its pictures and classes are others', async () => {
  const { run, store, boot } = await ready();
  await run.play();
  await boot.changeModel();
  assert.deepEqual([store.get().tree.branches, store.get().frames], [[], []]);
});

test('a run is computed up to where the visitor was', async () => {
  const { run, store } = await ready();
  await run.reach(4);
  assert.deepEqual([store.get().cursor, store.get().frames.length, store.get().phase], [4, 4, 'paused']);
});

test('what the engine refuses is said, and the run stays usable', async () => {
  const bundle = {
    ...double,
    Engine: {
      create: async () =>
        Object.assign(await double.Engine.create('cpu'), {
          session() {
            throw new Error('Steps: expected 25, got 6.');
          },
        }),
    },
  };
  const { boot, run, store, refused } = page(READY, { bundle });
  await boot.start();
  await run.step();
  assert.equal(refused.at(-1).message, 'Steps: expected 25, got 6.');
  assert.deepEqual([store.get().phase, store.get().cursor], ['ready', 0]);
});

test('plans: start, show, fork, next', () => {
  const settings = { ...defaultSettings(specs), class: 'face' };
  const inputs = { settings, pictures: {} };
  const other = { settings: { ...settings, scale: 9 }, pictures: {} };
  const plan = (/** @type {any} */ state) =>
    planStep({ cursor: 0, frames: [], session: inputs, wanted: inputs, specs, catalogue, ...state });
  const frames = [{ inputs }, { inputs }];
  assert.equal(plan({ session: undefined }), 'start');
  assert.equal(plan({}), 'next');
  assert.equal(plan({ wanted: other }), 'start');
  assert.equal(plan({ frames }), 'show');
  assert.equal(plan({ frames, cursor: 1 }), 'show');
  assert.equal(plan({ frames, cursor: 2 }), 'next');
  assert.equal(plan({ frames, cursor: 2, wanted: other }), 'fork');
  assert.equal(plan({ frames, cursor: 1, wanted: other, session: other }), 'fork');
  assert.equal(plan({ frames, cursor: 2, session: undefined }), 'start');
  assert.equal(plan({ frames, cursor: 2, wanted: { settings: { ...settings, seed: 9 }, pictures: {} } }), 'start');
  const [picture, pictured] = [new Uint8Array(4), { ...settings, start: 'sdedit' }];
  assert.equal(
    plan({ frames, cursor: 2, wanted: { settings, pictures: { reference: picture, init: picture } } }),
    'fork',
  );
  assert.equal(plan({ frames, cursor: 2, wanted: { settings: pictured, pictures: {} } }), 'start');
  const session = { settings: pictured, pictures: {} };
  assert.equal(
    plan({
      frames,
      cursor: 2,
      session,
      wanted: { settings: pictured, pictures: { reference: picture, init: picture } },
    }),
    'start',
  );
  const faced = { settings: { ...pictured, class: 'heart' }, pictures: {} };
  assert.equal(plan({ frames, cursor: 2, session, wanted: faced }), 'fork');
});

test('settings that nothing reads make no difference', () => {
  const settings = { ...defaultSettings(specs), method: 'none', sampler: 'ddpm' };
  const changed = (/** @type {object} */ patch) =>
    differences({ settings, pictures: {} }, { settings: { ...settings, ...patch }, pictures: {} }, catalogue);
  assert.deepEqual(changed({ scale: 9, eta: 1, kernel: 'box', backend: 'cpu' }), []);
  assert.deepEqual(changed({ method: 'classifier' }), ['method']);
  assert.deepEqual(
    differences({ settings, pictures: {} }, { settings, pictures: { reference: new Uint8Array(4) } }, catalogue),
    ['reference'],
  );
});

test('the pull loop asks for nothing ahead and stops when told', async () => {
  let asked = 0;
  const controller = new AbortController();
  const seen = [];
  for await (const frame of pull(async () => (asked < 5 ? ++asked : undefined), controller.signal)) {
    assert.equal(asked, frame);
    seen.push(frame);
    if (frame === 3) controller.abort();
  }
  assert.deepEqual(seen, [1, 2, 3]);
});
