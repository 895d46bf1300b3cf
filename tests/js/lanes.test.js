// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeOf, exchange, inOrder, presets, sweepValues, usualSweep } from '../../www/compare.js';
import { differenceMap, rootMeanSquare } from '../../www/difference.js';
import { cropped } from '../../www/view.js';
import { strings } from '../../www/i18n/en.js';
import { laneAt, runOf } from '../../www/lanes.js';
import { formatLanes, parseLanes } from '../../www/lanes-url.js';
import { pairing, sharesLeft } from '../../www/lock-step.js';
import { defaultSettings } from '../../www/settings.js';
import { initialState } from '../../www/state.js';
import * as double from '../double/engine.js';
import { manifest, previewing } from '../double/models.js';
import { catalogue, fetchToy, page, specs, until } from './support/page.js';

const READY = '?class=animal&steps=6&seed=3&backend=cpu';

/** The left half dark, the right half light. */
const HALVES = Uint8Array.from({ length: 32 * 32 * 4 }, (_, i) =>
  i % 4 === 3 ? 255 : Math.floor(i / 4) % 32 < 16 ? 30 : 220,
);
const reference = /** @type {const} */ ({
  rgba: HALVES,
  size: 32,
  name: 'halves',
  source: /** @type {any} */ (undefined),
  view: cropped(),
});

const made = (/** @type {number} */ count, total = count) =>
  Array.from({ length: count }, (_, i) => ({ step: i + 1, total }));

/** @param {any[]} changes @param {string} [search] @param {object} [environment] */
async function ready(changes, search = READY, environment = {}) {
  const site = page(search, environment);
  site.lanes.replace(changes);
  await site.boot.start();
  await until(site.store, ({ phase, start }) => phase === 'ready' && start);
  return site;
}
/** Waits until every lane is level with the cursor, or has stopped. @param {any} store */
const level = (store) =>
  until(store, (state) =>
    state.lanes.every((/** @type {any} */ lane) => {
      const { made, level } = laneAt(state, lane);
      const { problem, start } = runOf(state, lane);
      return problem || (start && (state.cursor === 0 || (level === state.frames[state.cursor - 1] && made > 0)));
    }),
  );
const framesOf = (/** @type {any} */ store, at = 0) => runOf(store.get(), store.get().lanes[at]).frames;
const pixels = (/** @type {any[]} */ frames) => frames.map(({ xt }) => [...xt]);
/** An engine that says how many sessions and engines it has that were not freed. */
function counting() {
  const alive = { sessions: 0, engines: 0 };
  const once = (/** @type {() => void} */ free) => {
    let done = false;
    return () => {
      assert.ok(!done, 'freed twice');
      done = true;
      free();
    };
  };
  class Engine extends double.Engine {
    /** @param {'webgpu' | 'cpu'} backend */
    static async create(backend) {
      const engine = new Engine();
      engine.backend = backend;
      alive.engines += 1;
      engine.free = once(() => (alive.engines -= 1));
      return engine;
    }
    /** @param {any} settings @param {any} pictures */
    session(settings, pictures) {
      const session = super.session(settings, pictures);
      alive.sessions += 1;
      session.free = once(() => (alive.sessions -= 1));
      return session;
    }
  }
  return { alive, bundle: { ...double, Engine } };
}

test('runs of as many steps go step for step', () => {
  assert.deepEqual(sharesLeft(made(4)), [0.75, 0.5, 0.25, 0]);
  assert.deepEqual(pairing(made(3, 6), made(2, 6), 6), [0, 1, 2]);
  assert.deepEqual(pairing(made(6), made(6), 6), [0, 1, 2, 3, 4, 5]);
  assert.deepEqual(pairing([], [], 6), [Infinity]);
});

test('runs of other numbers of steps have the same share of their way left, and end together', () => {
  // 12 against 4: each step of the follower goes with the middle of three.
  assert.deepEqual(pairing(made(12), made(4), 4), [1, 4, 7, 10]);
  const longer = pairing(made(4), made(12), 12);
  assert.deepEqual(longer, [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3]);
  for (const [leader, follower] of [
    [25, 10],
    [7, 100],
    [100, 7],
    [2, 3],
  ]) {
    const [ahead, own] = [sharesLeft(made(leader)), sharesLeft(made(follower))];
    pairing(made(leader), made(follower), follower).forEach((at, step) => {
      const before = step === 0 ? 1 : own[step - 1];
      assert.ok(ahead[at] <= (before + own[step]) / 2 + 1e-9, `${leader}:${follower} step ${step}`);
      assert.ok(at === 0 || ahead[at - 1] > (before + own[step]) / 2 - 1e-9, `${leader}:${follower} step ${step}`);
    });
  }
});

test('a run that is forked to another number of steps takes its followers along', () => {
  // Ten of 25 steps, then the rest in five.
  const forked = [...made(10, 25), ...made(15, 15).slice(10)];
  assert.deepEqual(pairing(forked, forked, 25), [...forked.keys()]);
  // Its follower has not been told yet.
  assert.equal(pairing(forked.slice(0, 11), made(10, 25), 25).at(-1), 10);
});

test('a lane with the same settings has the same pixels, one with others has others', async () => {
  const { run, store } = await ready([{ scale: 4 }, { method: 'none' }]);
  store.set({ settings: { ...store.get().settings, scale: 4 } });
  await run.play();
  assert.equal(store.get().phase, 'done');
  const main = pixels(store.get().frames);
  assert.deepEqual(pixels(framesOf(store, 0)), main);
  const other = pixels(framesOf(store, 1));
  assert.equal(other.length, 6);
  assert.notDeepEqual(other, main);
  assert.equal(framesOf(store, 1)[0].gradient, undefined);
});

test('before the first step the lanes show what they start from', async () => {
  const { store } = await ready([{ scale: 8 }, { seed: 4 }]);
  await level(store);
  const [same, other] = store.get().lanes.map((lane) => runOf(store.get(), lane).start?.xt);
  assert.deepEqual(same, store.get().start?.xt);
  assert.notDeepEqual(other, store.get().start?.xt);
});

test('playing is lock-step: nobody is ahead, and the next step waits for all', async () => {
  const { run, store } = await ready([{ scale: 8 }, { method: 'none' }, { steps: '3' }, { steps: '12' }]);
  /** @type {number[][]} */
  const seen = [];
  store.subscribe((state, before) => {
    if (state.cursor > before.cursor && before.cursor > 0)
      seen.push(state.lanes.map((lane) => runOf(before, lane).frames.length));
  });
  await run.play();
  assert.deepEqual(seen, [
    [1, 1, 1, 2],
    [2, 2, 1, 4],
    [3, 3, 2, 6],
    [4, 4, 2, 8],
    [5, 5, 3, 10],
  ]);
  await level(store);
  assert.deepEqual(
    [0, 1, 2, 3].map((at) => framesOf(store, at).length),
    [6, 6, 3, 12],
  );
});

test('a lane that is added later catches up to the cursor, and no further', async () => {
  const { run, store, lanes } = await ready([]);
  await run.play();
  await run.seek(4);
  lanes.add({ scale: 12 });
  await level(store);
  assert.equal(framesOf(store).length, 4);
  await run.step();
  await level(store);
  assert.equal(framesOf(store).length, 5);
});

test('the cursor moves all lanes, without computing anything', async () => {
  const { run, store, workers } = await ready([{ scale: 8 }, { steps: '3' }]);
  await run.play();
  const asked = workers[0].received.length;
  for (const [to, steps] of /** @type {[number, number[]][]} */ ([
    [2, [2, 1]],
    [0, [0, 0]],
    [6, [6, 3]],
  ])) {
    await run.seek(to);
    const state = store.get();
    assert.deepEqual(
      state.lanes.map((lane) => laneAt(state, lane).made),
      steps,
    );
  }
  assert.equal(workers[0].received.length, asked);
});

test('a pause does not wait for the lanes, which come to where it stands', async () => {
  const { run, store } = await ready([{ scale: 8 }, { steps: '100' }]);
  const playing = run.play();
  await until(store, ({ cursor }) => cursor === 1);
  const pausing = run.pause();
  await Promise.all([playing, pausing]);
  const { cursor } = store.get();
  assert.ok(cursor <= 2 && framesOf(store, 1).length < Math.round((100 * cursor) / 6), 'it waited');
  await level(store);
  assert.equal(framesOf(store, 0).length, cursor);
  assert.equal(store.get().cursor, cursor);
});

test('lanes fork where the run forks, and keep what they differ in', async () => {
  const { run, store, set, workers } = await ready([{ scale: 8 }, { class: 'animal' }]);
  for (let k = 0; k < 4; k++) await run.step();
  await level(store);
  const before = pixels(framesOf(store));
  await run.seek(2);
  set({ class: 'heart' });
  assert.equal(framesOf(store).length, 4);
  await run.step();
  await level(store);
  const after = pixels(framesOf(store));
  assert.deepEqual(after.slice(0, 2), before.slice(0, 2));
  assert.notDeepEqual(after[2], before[2]);
  assert.equal(after.length, 3);
  assert.equal(framesOf(store)[2].inputs.settings.class, 'heart');
  // The other lane has its own class: it has nothing to fork for, and was not told.
  assert.equal(framesOf(store, 1).length, 3);
  const told = workers[0].received.filter(({ lane, type }) => lane && type === 'update');
  assert.equal(told.length, 1);
});

test('starting over starts the lanes over; other settings start other sessions', async () => {
  const { run, store, set } = await ready([{ scale: 8 }]);
  await run.play();
  const first = pixels(framesOf(store));
  await run.restart();
  assert.deepEqual(pixels(framesOf(store)), first);
  set({ seed: 4 });
  await run.restart();
  assert.equal(framesOf(store).length, 6);
  assert.notDeepEqual(pixels(framesOf(store)), first);
});

test('what one lane stops at is told there, and the others go on', async () => {
  const { run, store, lanes } = await ready([
    { method: 'ilvr' },
    { method: 'palette', palette: 'mud' },
    { model: 'nothing' },
    { scale: 8 },
  ]);
  await run.play();
  const problems = store.get().lanes.map((lane) => runOf(store.get(), lane).problem);
  assert.deepEqual(
    problems.map((problem) => problem?.code),
    ['lacking', 'engine', 'model', undefined],
  );
  assert.match(strings.lanes.stopped(/** @type {any} */ (problems[0])), /reference picture/);
  assert.match(strings.lanes.stopped(/** @type {any} */ (problems[1])), /palette: expected a colour/);
  assert.match(strings.lanes.stopped(/** @type {any} */ (problems[2])), /nothing cannot stand beside/);
  assert.equal(store.get().phase, 'done');
  assert.equal(framesOf(store, 3).length, 6);
  // What it lacked is there: it goes on by itself.
  store.set({ reference });
  await run.restart();
  assert.equal(framesOf(store, 0).length, 6);
  // Trying again what is still wrong fails again, and costs nothing else.
  lanes.retry(store.get().lanes[1].id);
  await level(store);
  assert.equal(runOf(store.get(), store.get().lanes[1]).problem?.code, 'engine');
});

test('what can only be begun with, and changes on the way, stops the lane', async () => {
  const { run, store } = await ready([{ start: 'sdedit' }]);
  store.set({ reference });
  await run.step();
  await run.step();
  await level(store);
  const other = { ...reference, rgba: HALVES.map((value) => 255 - value) };
  store.set({ reference: other });
  await run.step();
  await level(store);
  assert.equal(runOf(store.get(), store.get().lanes[0]).problem?.code, 'late');
  await run.restart();
  assert.equal(runOf(store.get(), store.get().lanes[0]).problem, undefined);
  assert.ok(framesOf(store).length > 0);
});

test('an inversion of a lane is made step by step', async () => {
  const { store, lanes, workers } = await ready([]);
  store.set({ reference });
  lanes.add({ start: 'inversion', strength: 1 });
  await level(store);
  await until(store, () => workers[0].received.filter(({ type, lane }) => type === 'invert' && lane).length === 5);
});

test('what is removed is freed, and nothing else', async () => {
  const { alive, bundle } = counting();
  const { run, store, lanes } = await ready([{ scale: 8 }, { method: 'none' }, { steps: '3' }], READY, { bundle });
  await run.play();
  assert.equal(alive.sessions, 4);
  lanes.remove(store.get().lanes[1].id);
  assert.deepEqual(
    store.get().lanes.map(({ change }) => change),
    [{ scale: 8 }, { steps: '3' }],
  );
  await until(store, () => alive.sessions === 3);
  assert.equal(Object.keys(store.get().laneRuns).length, 2);
  lanes.replace([]);
  await until(store, () => alive.sessions === 1);
  assert.deepEqual(store.get().laneRuns, {});
  await run.restart();
  assert.deepEqual([store.get().phase, alive.sessions], ['done', 1]);
});

test('a lane that is removed in the middle of its step leaves nothing behind', async () => {
  const { alive, bundle } = counting();
  const { run, store, lanes } = await ready([{ scale: 8 }, { scale: 12 }], READY, { bundle });
  const playing = run.play();
  await until(store, ({ cursor }) => cursor === 2);
  lanes.remove(store.get().lanes[0].id);
  await playing;
  assert.equal(framesOf(store).length, 6);
  await until(store, () => alive.sessions === 2);
});

test('a lane with another model has an engine of its own, until it goes', async () => {
  const { alive, bundle } = counting();
  const manifestFetch = async (/** @type {any} */ input) =>
    String(input).endsWith('manifest.json') ? new Response(JSON.stringify(previewing)) : fetchToy(input);
  const address = `${READY}&model=toy`;
  const { run, store, lanes } = await ready([{ model: 'toy-nano' }, { scale: 8 }], address, { bundle, manifestFetch });
  await run.play();
  assert.deepEqual(alive, { sessions: 3, engines: 2 });
  assert.equal(framesOf(store).length, 6);
  assert.notDeepEqual(pixels(framesOf(store)), pixels(store.get().frames));
  assert.equal(framesOf(store)[0].inputs.settings.model, 'toy-nano');
  // As if the page ran it.
  const alone = await ready([], `${READY}&model=toy-nano&scale=4`, { manifestFetch });
  await alone.run.play();
  assert.deepEqual(pixels(framesOf(store)), pixels(alone.store.get().frames));
  lanes.remove(store.get().lanes[0].id);
  await until(store, () => alive.engines === 1 && alive.sessions === 2);
});

test('a model that does not arrive is told at its lane, which can try again or do without', async () => {
  const manifestFetch = async (/** @type {any} */ input) =>
    String(input).endsWith('manifest.json') ? new Response(JSON.stringify(previewing)) : fetchToy(input);
  let away = true;
  const fetch = async (/** @type {any} */ input) =>
    away && String(input).includes('toy-nano') ? new Response('', { status: 404 }) : fetchToy(input);
  const environment = { manifestFetch, fetch };
  const { run, store, lanes } = await ready([{ model: 'toy-nano' }], `${READY}&model=toy`, environment);
  await run.play();
  const [lane] = store.get().lanes;
  assert.equal(store.get().phase, 'done');
  assert.match(strings.lanes.stopped(/** @type {any} */ (runOf(store.get(), lane).problem)), /toy-nano.*404/);
  away = false;
  lanes.retry(lane.id);
  await level(store);
  assert.equal(framesOf(store).length, 6);
});

test('lanes go over to the model that a preview stood in for, together with the run', async () => {
  const { alive, bundle } = counting();
  const manifestFetch = async (/** @type {any} */ input) =>
    String(input).endsWith('manifest.json') ? new Response(JSON.stringify(previewing)) : fetchToy(input);
  /** @type {() => void} */
  let arrive = () => {};
  const arrived = new Promise((resolve) => (arrive = () => resolve(undefined)));
  const fetch = async (/** @type {any} */ input) => {
    if (String(input).endsWith('toy.safetensors')) await arrived;
    return fetchToy(input);
  };
  const { run, store, lanes } = await ready([{ scale: 8 }], READY, { bundle, manifestFetch, fetch });
  await run.step();
  await level(store);
  arrive();
  await until(store, ({ preview }) => preview?.replaced);
  const model = (/** @type {any[]} */ frames) => [...new Set(frames.map(({ inputs }) => inputs.settings.model))].join();
  // A lane that is new to a run of the preview still is of that model.
  lanes.add({ scale: 12 });
  await level(store);
  assert.deepEqual([store.get().frames, framesOf(store), framesOf(store, 1)].map(model), Array(3).fill('toy-nano'));
  await run.restart();
  assert.deepEqual([store.get().frames, framesOf(store), framesOf(store, 1)].map(model), Array(3).fill('toy'));
  await until(store, () => alive.engines === 1 && alive.sessions === 3);
});

test('a worker that broke takes the sessions with it; the lanes begin anew', async () => {
  const { run, store, workers, recoveries } = await ready([{ scale: 8 }]);
  await run.step();
  await level(store);
  workers[0].break({ type: 'crashed', message: 'gone' });
  await Promise.all(recoveries);
  await until(store, ({ phase }) => phase !== 'loading');
  await run.restart();
  assert.deepEqual([store.get().phase, framesOf(store).length], ['done', 6]);
  assert.equal(runOf(store.get(), store.get().lanes[0]).problem, undefined);
});

test('a lane and the run change places, and the others stay what they are', async () => {
  const settings = { ...defaultSettings(specs), scale: 4, method: 'classifier', steps: '10' };
  const lanes = [{ scale: 8 }, { method: 'none' }, { scale: 4, steps: '5' }].map((change, id) => ({ id, change }));
  const { settings: next, changes } = exchange(settings, lanes, lanes[0]);
  assert.equal(next.scale, 8);
  assert.deepEqual(changes, [{ scale: 4 }, { scale: 4, method: 'none' }, { scale: 4, steps: '5' }]);
  // Back again.
  assert.deepEqual(
    exchange(
      next,
      changes.map((change, id) => ({ id, change })),
      { id: 0, change: changes[0] },
    ).settings,
    settings,
  );

  const site = await ready([{ scale: 8 }]);
  assert.deepEqual(site.lanes.adopt(site.store.get().lanes[0].id), { scale: 8 });
  assert.equal(site.store.get().settings.scale, 8);
  assert.deepEqual(
    site.store.get().lanes.map(({ change }) => change),
    [{ scale: 4 }],
  );
});

test('no more than six runs', async () => {
  const { store, lanes } = await ready(Array.from({ length: 9 }, (_, seed) => ({ seed })));
  assert.equal(store.get().lanes.length, 5);
  lanes.add({ seed: 9 });
  assert.equal(store.get().lanes.length, 5);
});

const shop = (/** @type {Record<string, string | number>} */ settings = {}) => {
  const state = initialState({ ...defaultSettings(specs), model: 'toy', ...settings });
  return { ...state, model: /** @type {any} */ (manifest.models[0]), models: /** @type {any} */ (manifest.models) };
};

test('a sweep goes over what the setting can be', () => {
  const values = (/** @type {string} */ key, settings = {}) =>
    sweepValues(/** @type {any} */ (specs.get(key)), shop(settings));
  assert.deepEqual(values('scale', { scale: 4 }), [0, 1, 2, 8, 16]);
  assert.deepEqual(values('scale', { scale: 7 }), [0, 1, 2, 4, 16]);
  assert.deepEqual(values('eta', { eta: 0.5 }), [0, 0.2, 0.6, 0.8, 1]);
  assert.deepEqual(values('down-n', { 'down-n': 4 }), [1, 2, 8, 16, 32]);
  assert.deepEqual(values('seed', { seed: 7 }), [8, 9, 10, 11, 12]);
  assert.deepEqual(values('steps', { steps: '25' }), ['5', '10', '50', '100', '200']);
  assert.deepEqual(values('sampler', { sampler: 'ddim' }), ['ddpm']);
  assert.equal(values('class', { class: 'animal' }).length, 5);
  assert.ok(!values('class', { class: 'animal' }).includes('animal'));
  assert.deepEqual(values('palette'), []);
  assert.equal(usualSweep(shop({ method: 'classifier' }).settings, catalogue), 'scale');
  assert.equal(usualSweep(shop({ method: 'none' }).settings, catalogue), 'sampler');
  for (const { key, kind } of specs.values())
    for (const value of values(key)) assert.ok(kind !== 'number' || typeof value === 'number', key);
});

test('runs that go over a number stand by its value, the page’s own among them', () => {
  const order = (/** @type {any} */ settings, /** @type {any[]} */ changes) =>
    inOrder(
      shop(settings).settings,
      changes.map((change, index) => ({ id: index + 1, change })),
    ).map((lane) => lane?.id ?? 0);
  const scales = [0, 1, 2, 8, 16].map((scale) => ({ scale }));
  assert.deepEqual(order({ scale: 4 }, scales), [1, 2, 3, 0, 4, 5]);
  assert.deepEqual(order({ scale: 8 }, scales), [1, 2, 3, 0, 4, 5]);
  assert.deepEqual(order({ scale: 4 }, [{ scale: 8 }, { scale: 2 }]), [2, 0, 1]);
  assert.deepEqual(order({ steps: '25' }, [{ steps: '100' }, { steps: '5' }]), [2, 0, 1]);
  // Names, respacings and several settings at once have no order; one lane stands beside its run.
  for (const changes of [
    [{ class: 'plant' }, { class: 'food' }],
    [{ steps: 'ddim5' }, { steps: '5' }],
    [{ scale: 2 }, { eta: 0 }],
    [{ scale: 2 }],
  ])
    assert.deepEqual(
      order({ scale: 4, steps: '25' }, changes),
      [0, 1, 2].slice(0, changes.length + 1),
      JSON.stringify(changes),
    );
});

test('lanes that were replaced all at once come back, until others are added', async () => {
  const { lanes, store } = await ready([{ seed: 1 }, { scale: 2 }]);
  const changes = () => store.get().lanes.map(({ change }) => change);
  lanes.replace([], changes());
  assert.deepEqual(changes(), []);
  lanes.bringBack();
  assert.deepEqual([changes(), store.get().lanesBefore], [[{ seed: 1 }, { scale: 2 }], []]);
  lanes.replace([{ scale: 8 }], changes());
  lanes.add({ seed: 5 });
  assert.deepEqual([changes(), store.get().lanesBefore], [[{ scale: 8 }, { seed: 5 }], []]);
});

test('a setting of a method that is off turns it on', () => {
  const { settings } = shop({ method: 'classifier', sampler: 'ddpm', start: 'noise' });
  assert.deepEqual(changeOf('scale', 8, settings, catalogue), { scale: 8 });
  assert.deepEqual(changeOf('down-n', 8, settings, catalogue), { method: 'classifier,ilvr', 'down-n': 8 });
  assert.deepEqual(changeOf('eta', 1, settings, catalogue), { sampler: 'ddim', eta: 1 });
  assert.deepEqual(changeOf('strength', 0.5, settings, catalogue), { start: 'sdedit', strength: 0.5 });
  assert.deepEqual(changeOf('seed', 5, settings, catalogue), { seed: 5 });
});

test('what is offered first is what differs and can be had', () => {
  const changes = (/** @type {any} */ state) => presets(state, catalogue).map(({ change }) => change);
  assert.deepEqual(changes(shop({ method: 'classifier', steps: '25' })), [
    { method: 'none' },
    { sampler: 'ddpm' },
    { steps: '13' },
  ]);
  assert.deepEqual(changes({ ...shop({ method: 'none' }), reference }).slice(0, 2), [
    { method: 'classifier' },
    { method: 'ilvr' },
  ]);
});

test('lanes in the address: there and back', () => {
  for (const text of [
    '',
    'method:none;scale:8',
    'method:classifier,ilvr scale:8;steps:10,15;class:heart',
    'palette:ffcc00%20%3B%25',
  ]) {
    const { changes, problems } = parseLanes(text, specs);
    assert.deepEqual(problems, []);
    assert.equal(formatLanes(changes), text);
  }
  assert.deepEqual(parseLanes('method:none;scale:8', specs).changes, [{ method: 'none' }, { scale: 8 }]);
  assert.equal(parseLanes('palette:ffcc00%20%3B%25', specs).changes[0].palette, 'ffcc00 ;%');
});

test('lanes in the address: what cannot be used is said, and the rest is kept', () => {
  const { changes, problems } = parseLanes(
    'scale:much eta:1;colour:red;backend:cpu;nonsense;method:none;seed:1',
    specs,
  );
  assert.deepEqual(changes, [{ eta: 1 }, { method: 'none' }]);
  const told = problems.map((problem) => strings.lanes.badAddress(problem));
  assert.equal(told.length, 5);
  for (const [part, index] of /** @type {[RegExp, number][]} */ ([
    [/asks for 6 runs to compare, expected at most 5/, 0],
    [/scale:much in compared run 1, expected a number from 0 to 1000/, 1],
    [/“colour” in compared run 2, which is no setting/, 2],
    [/“backend” in compared run 3/, 3],
    [/“nonsense” in compared run 4, expected setting:value/, 4],
  ]))
    assert.match(told[index], part);
});

test('difference maps: black where equal, one hue a sign, full at half the range', () => {
  const grey = (/** @type {number[]} */ ...values) =>
    Uint8ClampedArray.from(values.flatMap((value) => [value, value, value, 255]));
  const [a, b] = [grey(100, 228, 0, 110), grey(100, 100, 128, 100)];
  const rows = (/** @type {Uint8ClampedArray} */ map) =>
    [0, 1, 2, 3].map((pixel) => [...map.slice(pixel * 4, pixel * 4 + 4)]);
  assert.deepEqual(rows(differenceMap(a, b, 'absolute')), [
    [0, 0, 0, 255],
    [255, 255, 255, 255],
    [255, 255, 255, 255],
    [20, 20, 20, 255],
  ]);
  const [same, up, down, slightly] = rows(differenceMap(a, b, 'signed'));
  assert.deepEqual(same, [0, 0, 0, 255]);
  assert.ok(up[0] > up[2] && down[2] > down[0]);
  assert.ok(slightly[0] > 0 && slightly[0] < up[0] / 5);
  assert.equal(rootMeanSquare(a, a), 0);
  assert.ok(Math.abs(rootMeanSquare(grey(255), grey(0)) - 1) < 1e-12);
  assert.ok(Math.abs(rootMeanSquare(grey(51, 0), grey(0, 0)) - 0.2 / Math.SQRT2) < 1e-12);
});
