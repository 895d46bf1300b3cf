// @ts-check
import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { previewOf } from '../../www/preview.js';
import { readManifest } from '../../www/manifest.js';
import { formatUrl } from '../../www/url.js';
import { files, previewing } from '../double/models.js';
import { hashOf } from '../double/engine.js';
import { catalogue, fetchToy, memoryCache, page, specs, told, until } from './support/page.js';

const RUN = 'class=animal&steps=6&seed=3&backend=cpu';
const models = /** @type {import('../../www/settings.js').Model[]} */ (previewing.models);
const manifestFetch = async () => new Response(JSON.stringify(previewing));

/**
 * The page on a manifest with a preview, on a line that holds the large file back until `arrive` is called. What it
 * then brings can be spoilt.
 * @param {{ search?: string, cache?: ReturnType<typeof memoryCache> }} [options]
 */
function visit({ search = `?${RUN}`, cache } = {}) {
  let arrive = () => {};
  const held = new Promise((resolve) => {
    arrive = () => resolve(undefined);
  });
  /** @type {string[]} */
  const asked = [];
  /** @type {{ spoil?: () => Promise<Response>, spoilPreview?: () => Promise<Response> }} */
  const line = {};
  const fetch = /** @type {typeof globalThis.fetch} */ (
    async (input, init) => {
      const name = String(String(input).split('/').at(-1)).replace('.safetensors', '');
      asked.push(name);
      if (name === 'toy-nano' && line.spoilPreview) return line.spoilPreview();
      if (name === 'toy') {
        await held;
        init?.signal?.throwIfAborted();
        if (line.spoil) return line.spoil();
      }
      return fetchToy(input);
    }
  );
  const made = page(search, { manifestFetch, fetch, cache });
  const { store, boot, given, set } = made;
  return {
    ...made,
    arrive,
    asked,
    line,
    replaced: () => until(store, ({ preview }) => preview?.replaced),
    /** As a visitor does it. @param {Record<string, any>} patch */
    choose(patch) {
      for (const key of Object.keys(patch)) given.add(key);
      set(patch);
      return 'model' in patch ? boot.changeModel() : 'backend' in patch ? boot.changeBackend() : undefined;
    },
    address: () => formatUrl(store.get().settings, catalogue, specs),
  };
}

/** The pictures of a whole run of one model. @param {string} model @param {string} [more] */
async function straight(model, more = '') {
  const { boot, run, store } = visit({ search: `?model=${model}&${RUN}${more}`, cache: await full() });
  await boot.start();
  await run.play();
  return pictures(store);
}
/** A cache with every file in it. */
async function full() {
  const cache = memoryCache();
  for (const bytes of Object.values(files)) await cache.put(hashOf(bytes), bytes);
  return cache;
}
const pictures = (/** @type {any} */ store) => store.get().frames.map((/** @type {any} */ { xt }) => [...xt]);
const makers = (/** @type {any} */ store) => [
  ...new Set(store.get().frames.map((/** @type {any} */ { inputs }) => inputs.settings.model)),
];

/** Lets everything happen that is going to. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 60));

test('the two toy models make different pictures', async () => {
  assert.notDeepEqual(await straight('toy'), await straight('toy-nano', '&scale=4'));
});

test('a preview is a listed UNet of the same size, labels and classifier', () => {
  const [large, small, classifier] = models;
  assert.equal(previewOf(large, models), small);
  assert.equal(previewOf(small, models), undefined);
  for (const unfit of [
    { kind: 'classifier' },
    { name: 'another' },
    { size: 64 },
    { classes: small.classes.slice(1) },
    { styles: [] },
    { classifier: undefined },
  ])
    assert.equal(
      previewOf(large, [large, { ...small, .../** @type {any} */ (unfit) }, classifier]),
      undefined,
      JSON.stringify(unfit),
    );
  assert.equal(previewOf({ ...large, preview: 'toy' }, models), undefined);
});

test('the shipped manifest tells the truth about its files, and its previews fit', () => {
  const folder = new URL('../../www/models/', import.meta.url);
  const shipped = readManifest(readFileSync(new URL('manifest.json', folder), 'utf8'));
  for (const model of shipped) {
    const file = new URL(model.file, folder);
    assert.equal(statSync(file).size, model.bytes, model.name);
    assert.equal(createHash('sha256').update(readFileSync(file)).digest('hex'), model.sha256, model.name);
    if (model.preview) assert.equal(previewOf(model, shipped)?.name, model.preview);
  }
});

test('a bare address shows the preview first, and fetches the large file after its files', async () => {
  const { boot, store, run, asked, arrive, replaced } = visit();
  await boot.start();
  assert.deepEqual(asked, ['toy-nano', 'toy-classifier']);
  await until(store, ({ progress }) => progress.length > 0);
  const { phase, model, preview, settings, notices } = store.get();
  assert.deepEqual(
    [phase, model?.name, preview?.model.name, preview?.replaced, settings.model, notices],
    ['ready', 'toy', 'toy-nano', false, 'toy', []],
  );
  assert.deepEqual(
    store.get().progress.map(({ name }) => name),
    ['toy'],
  );
  await run.play();
  assert.deepEqual(makers(store), ['toy-nano']);
  assert.deepEqual(pictures(store), await straight('toy-nano', '&scale=4'));
  arrive();
  await replaced();
  assert.deepEqual(asked, ['toy-nano', 'toy-classifier', 'toy']);
  assert.deepEqual(store.get().progress, []);
});

test('an address never names the preview', async () => {
  const { boot, store, run, arrive, replaced, address } = visit();
  const addresses = new Set();
  store.subscribe(({ model }) => model && addresses.add(address()));
  await boot.start();
  await run.play();
  arrive();
  await replaced();
  await run.play();
  assert.deepEqual([...addresses], [address()]);
  assert.match(address(), /^\?model=toy&/);
});

for (const [named, first] of [
  ['toy', 'toy'],
  ['toy-nano', 'toy-nano'],
  ['nothing', 'toy'],
]) {
  test(`an address that names ${named} gets ${first} itself`, async () => {
    const { boot, store, asked, arrive, address } = visit({ search: `?model=${named}&${RUN}` });
    arrive();
    await boot.start();
    await settle();
    assert.deepEqual(asked, [first, 'toy-classifier']);
    assert.deepEqual([store.get().preview, store.get().model?.name], [undefined, first]);
    assert.match(address(), new RegExp(`^\\?model=${first}&`));
  });
}

test('a second visit has the large model in its cache and shows no preview', async () => {
  const cache = memoryCache();
  const first = visit({ cache });
  first.arrive();
  await first.boot.start();
  await first.replaced();
  const second = visit({ cache });
  await second.boot.start();
  assert.deepEqual([second.asked, second.store.get().preview], [[], undefined]);
  assert.deepEqual(second.store.get().sources, ['cache', 'cache']);
});

test('without a run the large model takes over at once, its noise on show', async () => {
  const { boot, store, run, workers, arrive, replaced } = visit();
  await boot.start();
  await until(store, ({ start }) => start);
  arrive();
  await replaced();
  await settle();
  const started = () => workers[0].received.filter((/** @type {any} */ { type }) => type === 'start');
  assert.deepEqual(
    started().map((/** @type {any} */ { settings }) => settings.model),
    ['toy-nano', 'toy'],
  );
  assert.equal(store.get().phase, 'ready');
  assert.deepEqual(store.get().sources, ['network', 'network']);
  await run.play();
  assert.deepEqual(pictures(store), await straight('toy'));
  assert.equal(store.get().preview, undefined);
  assert.equal(started().length, 2);
});

test('a run under way goes on with the preview; the next one is the large model’s', async () => {
  const { boot, store, run, arrive, replaced } = visit();
  await boot.start();
  const playing = run.play();
  await until(store, ({ cursor }) => cursor === 2);
  arrive();
  await replaced();
  await playing;
  assert.deepEqual(pictures(store), await straight('toy-nano', '&scale=4'));
  await settle();
  assert.deepEqual(makers(store), ['toy-nano']);
  await run.play();
  assert.deepEqual([pictures(store), makers(store)], [await straight('toy'), ['toy']]);
});

test('a paused run can be scrubbed, forked and finished with the preview; a new start is the large model’s', async () => {
  const { boot, store, run, arrive, replaced, choose } = visit();
  await boot.start();
  for (let i = 0; i < 3; i++) await run.step();
  const made = store.get().frames;
  arrive();
  await replaced();
  await run.seek(1);
  await run.step();
  assert.deepEqual([store.get().frames, store.get().cursor], [made, 2]);
  choose({ scale: 9 });
  await run.step();
  assert.deepEqual([store.get().frames.length, store.get().frames[2].forked, makers(store)], [3, true, ['toy-nano']]);
  await run.seek(0);
  await run.step();
  assert.deepEqual([store.get().frames.length, makers(store)], [1, ['toy']]);
});

test('a run that starts while the model is being handed over is known to be the large model’s', async () => {
  const cache = memoryCache();
  const { boot, store, run, arrive } = visit({ cache });
  await boot.start();
  await run.step();
  // wasm has the model by the time it is kept; the page does not know yet.
  const keeping = new Promise((resolve) => {
    cache.put = async () => {
      resolve(undefined);
      await settle();
    };
  });
  arrive();
  await keeping;
  assert.equal(store.get().preview?.replaced, false);
  await run.restart();
  assert.deepEqual([pictures(store), makers(store)], [await straight('toy'), ['toy']]);
});

test('another seed in the middle starts a run of the large model', async () => {
  const { boot, store, run, arrive, replaced, choose } = visit();
  await boot.start();
  await run.step();
  await run.step();
  arrive();
  await replaced();
  choose({ seed: 4 });
  await run.step();
  assert.deepEqual([store.get().frames.length, makers(store)], [1, ['toy']]);
});

for (const when of ['after its end', 'in its middle']) {
  test(`an autoplay run that nobody touched plays again when the model arrives ${when}`, async () => {
    const { boot, store, arrive } = visit();
    await boot.start({ autoplay: true });
    await until(store, ({ phase, cursor }) => (when === 'after its end' ? phase === 'done' : cursor === 2));
    arrive();
    await until(store, ({ phase, frames }) => phase === 'done' && frames[0].inputs.settings.model === 'toy');
    assert.deepEqual(pictures(store), await straight('toy'));
    assert.equal(store.get().preview, undefined);
  });
}

for (const [what, touch] of /** @type {[string, (visited: ReturnType<typeof visit>) => any][]} */ ([
  ['looked back along', ({ run }) => run.back().then(() => run.step())],
  ['played once more', ({ run }) => run.play()],
  ['changed a setting of', ({ choose }) => choose({ scale: 7 })],
])) {
  test(`an autoplay run is left alone when the visitor ${what} it`, async () => {
    const visited = visit();
    const { boot, store, arrive, replaced } = visited;
    await boot.start({ autoplay: true });
    await until(store, ({ phase }) => phase === 'done');
    await touch(visited);
    arrive();
    await replaced();
    await settle();
    assert.deepEqual([store.get().phase, makers(store)], ['done', ['toy-nano']]);
  });
}

test('a run that the visitor started is not played again', async () => {
  const { boot, store, run, arrive, replaced } = visit();
  await boot.start();
  await run.play();
  arrive();
  await replaced();
  await settle();
  assert.deepEqual([store.get().phase, makers(store)], ['done', ['toy-nano']]);
});

for (const [what, spoil, sentence] of /** @type {[string, () => Promise<Response>, RegExp][]} */ ([
  [
    'is not there',
    async () => new Response('', { status: 404 }),
    /^toy did not arrive, so toy-nano goes on \(toy could not be downloaded: expected status 200, got 404\)\.$/,
  ],
  [
    'is damaged',
    async () => new Response(files['toy.safetensors'].map((byte) => byte ^ 1)),
    /^toy did not arrive, so toy-nano goes on \(model file: expected SHA-256 \w+, got \w+\)\.$/,
  ],
  [
    'is too large',
    async () => new Response(new Uint8Array(700_002)),
    /^toy did not arrive, so toy-nano goes on \(toy is too large: expected 700001 bytes, got more\)\.$/,
  ],
])) {
  test(`a large file that ${what} leaves the preview at work, with one sentence and another try`, async () => {
    const cache = memoryCache();
    const { boot, store, run, line, arrive, replaced } = visit({ cache });
    line.spoil = spoil;
    await boot.start();
    await run.step();
    arrive();
    const { notices } = await until(store, (state) => state.notices.length > 0);
    assert.equal(notices.length, 1);
    assert.match(told(store)[0].text, sentence);
    assert.deepEqual([notices[0].kind, notices[0].retry, store.get().progress], ['note', true, []]);
    await run.play();
    assert.deepEqual([store.get().phase, makers(store)], ['done', ['toy-nano']]);
    assert.equal(cache.kept.has(models[0].sha256), false);

    assert.equal(store.get().preview?.missed, true);

    line.spoil = undefined;
    const frames = store.get().frames;
    boot.retry();
    assert.equal(store.get().preview?.missed, false);
    assert.deepEqual(store.get().notices, []);
    await replaced();
    assert.equal(store.get().frames, frames);
    await run.play();
    assert.deepEqual(pictures(store), await straight('toy'));
  });
}

test('what the visitor chose during the preview survives, and the defaults are the large model’s', async () => {
  const { boot, store, run, arrive, replaced, choose } = visit();
  await boot.start();
  assert.equal(store.get().settings.scale, 4);
  choose({ class: 'heart' });
  choose({ eta: 0.5 });
  const { settings } = store.get();
  arrive();
  await replaced();
  await run.play();
  assert.equal(store.get().settings, settings);
  assert.deepEqual(store.get().frames[0].inputs.settings, { ...settings, model: 'toy' });
});

test('choosing the small model during the download ends the download', async () => {
  const { boot, store, run, workers, arrive, asked, choose, address } = visit();
  await boot.start();
  await run.step();
  await until(store, () => asked.includes('toy'));
  await choose({ model: 'toy-nano' });
  arrive();
  await settle();
  const { phase, model, preview, frames, settings, progress, notices } = store.get();
  assert.deepEqual(
    [phase, model?.name, preview, frames.length, progress, notices],
    ['ready', 'toy-nano', undefined, 0, [], []],
  );
  assert.equal(settings.scale, 2);
  assert.match(address(), /^\?model=toy-nano&/);
  assert.ok(workers[0].ended);
  await run.play();
  assert.deepEqual(makers(store), ['toy-nano']);
});

test('the large model by name, after the small one, comes without a preview', async () => {
  const { boot, store, arrive, choose } = visit();
  await boot.start();
  await choose({ model: 'toy-nano' });
  arrive();
  await choose({ model: 'toy' });
  assert.deepEqual([store.get().phase, store.get().model?.name, store.get().preview], ['ready', 'toy', undefined]);
});

test('another back-end during the download: the preview again, then the model', async () => {
  const { boot, store, run, arrive, replaced, choose } = visit();
  await boot.start();
  await run.step();
  await choose({ backend: 'webgpu' });
  await settle();
  assert.deepEqual(
    [store.get().phase, store.get().backend?.name, store.get().preview?.replaced],
    ['paused', 'webgpu', false],
  );
  arrive();
  await replaced();
  assert.deepEqual([store.get().frames.length, makers(store)], [1, ['toy-nano']]);
  await run.play();
  assert.deepEqual([store.get().frames.length, makers(store)], [6, ['toy']]);
});

test('a worker that breaks during the download comes back with the preview, and the model still arrives', async () => {
  const { boot, store, run, workers, recoveries, arrive, replaced } = visit();
  await boot.start();
  await run.step();
  await run.step();
  workers[0].break({ type: 'crashed', message: 'unreachable' });
  await Promise.all(recoveries);
  const { preview, frames, notices } = store.get();
  assert.deepEqual([preview?.replaced, frames.length, notices.map(({ topic }) => topic)], [false, 2, ['break']]);
  arrive();
  await replaced();
  await run.play();
  assert.deepEqual(pictures(store), await straight('toy'));
});

test('a worker that breaks after the model has arrived comes back with it', async () => {
  const { boot, store, run, workers, recoveries, arrive, replaced } = visit({ cache: memoryCache() });
  await boot.start();
  arrive();
  await replaced();
  const playing = run.play();
  await until(store, ({ cursor }) => cursor === 2);
  workers[0].break({ type: 'crashed', message: 'unreachable' });
  await playing;
  await Promise.all(recoveries);
  await until(store, ({ phase }) => phase === 'done');
  assert.deepEqual([pictures(store), store.get().preview], [await straight('toy'), undefined]);
});

test('a preview that cannot be had keeps nobody from the model', async () => {
  const visited = visit();
  const { boot, store, run, line, arrive } = visited;
  line.spoilPreview = async () => new Response('', { status: 404 });
  arrive();
  await boot.start();
  assert.deepEqual([store.get().phase, store.get().preview, store.get().notices], ['ready', undefined, []]);
  await run.play();
  assert.deepEqual(pictures(store), await straight('toy'));
});
