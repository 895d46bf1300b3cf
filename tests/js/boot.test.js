// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { strings as chinese } from '../../www/i18n/zh.js';
import * as double from '../double/engine.js';
import { previewing } from '../double/models.js';
import { fetchToy, gpu, memoryCache, page, told, until } from './support/page.js';

const CPU = '?class=animal&steps=6&seed=3&backend=cpu';

test('comes up: model, back-end with its reason, and where the weights came from', async () => {
  const { boot, store } = page(CPU);
  await boot.start();
  const { phase, model, backend, sources, notices } = store.get();
  assert.deepEqual([phase, model?.name, sources, notices], ['ready', 'toy', ['network', 'network'], []]);
  assert.deepEqual(backend, { name: 'cpu', adapter: '', reason: { code: 'asked' }, version: '0.0.0-double' });
});

test('autoplay runs to the end', async () => {
  const { boot, store } = page(CPU);
  await boot.start({ autoplay: true });
  await until(store, ({ phase }) => phase === 'done');
});

test('downloads begin before the engine is up', async () => {
  /** @type {string[]} */
  const order = [];
  const bundle = {
    ...double,
    Engine: {
      create: async () => {
        await new Promise((resolve) => setTimeout(resolve, 30));
        order.push('engine');
        return double.Engine.create('cpu');
      },
    },
  };
  const fetch = /** @type {typeof globalThis.fetch} */ (
    async (input, init) => {
      order.push('download');
      return fetchToy(input, init);
    }
  );
  const { boot } = page(CPU, { bundle, fetch });
  await boot.start();
  assert.deepEqual(order, ['download', 'download', 'engine']);
});

test('no network is one sentence and a way to try again', async () => {
  let online = false;
  const manifestFetch = /** @type {typeof globalThis.fetch} */ (
    async (input) => {
      if (!online) throw new TypeError('Failed to fetch');
      return fetchToy(input);
    }
  );
  const { boot, store } = page(CPU, { manifestFetch });
  await boot.start();
  assert.equal(store.get().phase, 'error');
  assert.deepEqual(told(store), [
    {
      kind: 'error',
      topic: 'start',
      retry: true,
      text: 'The page could not start: the list of models could not be fetched (Failed to fetch).',
    },
  ]);
  assert.equal(told(store, chinese)[0].text, '页面无法启动：无法获取模型列表（Failed to fetch）。');
  online = true;
  await boot.start();
  assert.deepEqual([store.get().phase, store.get().notices], ['ready', []]);
});

test('a damaged model file is refused with what wasm says', async () => {
  const fetch = /** @type {typeof globalThis.fetch} */ (
    async (input) => {
      const bytes = new Uint8Array(await (await fetchToy(input)).arrayBuffer());
      bytes[5] ^= 1;
      return new Response(bytes);
    }
  );
  const { boot, store } = page(CPU, { fetch });
  await boot.start();
  assert.equal(store.get().phase, 'error');
  assert.match(told(store)[0].text, /^The page could not start: model file: expected SHA-256 \w+, got \w+\.$/);
});

test('a damaged copy in the cache is thrown away and fetched once more', async () => {
  const cache = memoryCache();
  const { kept } = cache;
  const first = page(CPU, { cache });
  await first.boot.start();
  assert.equal(kept.size, 2);

  const second = page(CPU, {
    cache,
    fetch: async () => {
      throw new Error('no network');
    },
  });
  await second.boot.start();
  assert.deepEqual(second.store.get().sources, ['cache', 'cache']);

  const [hash, bytes] = [...kept][0];
  kept.set(
    hash,
    bytes.map((byte) => byte ^ 255),
  );
  const third = page(CPU, { cache });
  await third.boot.start();
  assert.equal(third.store.get().phase, 'ready');
  assert.deepEqual([...third.store.get().sources].sort(), ['cache', 'network']);
  assert.deepEqual(kept.get(hash), bytes);
});

test('a damaged file is not kept', async () => {
  let kept = 0;
  const cache = {
    get: async () => undefined,
    put: async () => {
      kept += 1;
    },
    evict: async () => {},
    prune: async () => {},
    problem: () => undefined,
  };
  const { boot } = page(CPU, {
    cache,
    fetch: async (/** @type {any} */ input) =>
      new Response(new Uint8Array((await (await fetchToy(input)).arrayBuffer()).byteLength)),
  });
  await boot.start();
  assert.equal(kept, 0);
});

test('a worker that breaks is replaced, settings kept, and the run goes on by itself', async () => {
  const { boot, store, run, workers, recoveries, set } = page(CPU);
  await boot.start();
  set({ scale: 7.5 });
  const playing = run.play();
  await until(store, ({ cursor }) => cursor === 2);
  workers[0].break({ type: 'crashed', message: 'unreachable' });
  await playing;
  await Promise.all(recoveries);
  await until(store, ({ phase }) => phase === 'done');
  const { settings, frames } = store.get();
  assert.equal(workers.length, 2);
  assert.ok(workers[0].ended);
  assert.equal(settings.scale, 7.5);
  assert.equal(frames.length, 6);
  assert.deepEqual(told(store), [
    {
      kind: 'error',
      topic: 'break',
      text: 'The computation broke off (unreachable); it was started again with your settings kept, and the run starts over.',
    },
  ]);
});

test('a worker that breaks while paused comes back ready to start over, its frames still on show', async () => {
  const { boot, store, run, workers, recoveries } = page(CPU);
  await boot.start();
  await run.step();
  await run.step();
  workers[0].break({ type: 'crashed', message: 'unreachable' });
  await Promise.all(recoveries);
  assert.equal(store.get().frames.length, 2);
  await run.play();
  assert.deepEqual([store.get().phase, store.get().frames.length], ['done', 6]);
});

test('a worker that keeps breaking is left alone after a while', async () => {
  const { boot, store, workers, recoveries } = page(CPU);
  await boot.start();
  for (let round = 0; round < 3; round++) {
    workers.at(-1).break({ type: 'crashed', message: 'out of memory' });
    await Promise.all(recoveries);
  }
  const { phase, notices } = store.get();
  assert.equal(phase, 'error');
  assert.equal(notices.at(-1)?.retry, true);
  assert.equal(
    told(store).at(-1)?.text,
    'The computation broke off several times (out of memory), so it was left stopped; your settings are kept.',
  );
  await boot.start();
  assert.equal(store.get().phase, 'ready');
});

test('a lost graphics device goes on on the CPU, until the visitor chooses again', async () => {
  /** @type {(message: string) => void} */
  let lose = () => {};
  const Engine = {
    create: async (/** @type {any} */ backend, /** @type {any} */ onTrouble) => {
      if (backend === 'webgpu') lose = onTrouble;
      return double.Engine.create(backend);
    },
  };
  const { boot, store, recoveries, set } = page('?class=animal&steps=6', { bundle: { ...double, Engine } });
  await boot.start();
  assert.equal(store.get().backend?.name, 'webgpu');
  lose('the GPU was lost (Unknown): driver reset');
  await Promise.all(recoveries);
  const { backend, phase, settings } = store.get();
  assert.deepEqual(
    [backend?.name, backend?.reason, phase, settings.backend],
    ['cpu', { code: 'lost', detail: 'the GPU was lost (Unknown): driver reset' }, 'ready', 'auto'],
  );
  assert.equal(
    told(store)[0].text,
    'The GPU was lost (Unknown): driver reset; it goes on on the CPU with your settings kept.',
  );
  set({ backend: 'webgpu' });
  await boot.changeBackend();
  assert.equal(store.get().backend?.name, 'webgpu');
});

test('WebGPU that breaks while starting falls to the CPU', async () => {
  const bundle = {
    ...double,
    Engine: {
      create: async (/** @type {any} */ backend) => {
        if (backend === 'webgpu') throw new WebAssembly.RuntimeError('unreachable');
        return double.Engine.create(backend);
      },
    },
  };
  const { boot, store, recoveries } = page('?class=animal&steps=6&autoplay=1', { bundle });
  await boot.start();
  await Promise.all(recoveries);
  assert.deepEqual([store.get().phase, store.get().backend?.reason.code], ['ready', 'crashed']);
});

for (const [name, gpuOf, code] of /** @type {[string, () => any, string][]} */ ([
  ['no WebGPU', () => undefined, 'no-webgpu'],
  ['no adapter', () => ({ requestAdapter: async () => null }), 'no-adapter'],
  [
    'an adapter that fails',
    () => ({
      requestAdapter: async () => {
        throw new Error('blocked');
      },
    }),
    'no-adapter',
  ],
  [
    'no timestamp-query',
    () => ({ requestAdapter: async () => ({ features: new Set(), info: {} }) }),
    'no-timestamp-query',
  ],
  [
    'a software adapter',
    () => ({
      requestAdapter: async () => ({ features: new Set(['timestamp-query']), info: { isFallbackAdapter: true } }),
    }),
    'software-adapter',
  ],
])) {
  test(`${name}: the CPU, and why`, async () => {
    const { boot, store } = page('', { gpuOf });
    await boot.start();
    assert.deepEqual(
      [store.get().phase, store.get().backend?.name, store.get().backend?.reason.code],
      ['ready', 'cpu', code],
    );
  });
}

test('a software adapter is fine for those who ask for it', async () => {
  const { boot, store } = page('?backend=webgpu', {
    gpuOf: () => ({
      requestAdapter: async () => ({ features: new Set(['timestamp-query']), info: { isFallbackAdapter: true } }),
    }),
  });
  await boot.start();
  assert.equal(store.get().backend?.name, 'webgpu');
});

for (const difference of [0.5, NaN]) {
  test(`a self-test that is off by ${difference} falls to the CPU`, async () => {
    const bundle = {
      ...double,
      Engine: {
        create: async (/** @type {any} */ backend) =>
          Object.assign(await double.Engine.create(backend), { selfTest: async () => difference }),
      },
    };
    const { boot, store } = page('', { bundle, gpuOf: () => gpu });
    await boot.start();
    assert.deepEqual([store.get().backend?.name, store.get().backend?.reason.code], ['cpu', 'self-test']);
  });
}

test('another back-end chosen while loading: the later choice counts', async () => {
  const { boot, store, set } = page(CPU);
  const first = boot.start();
  await until(store, ({ progress }) => progress.length > 0);
  set({ backend: 'auto' });
  const second = boot.changeBackend();
  await Promise.all([first, second]);
  assert.deepEqual([store.get().phase, store.get().backend?.name, store.get().notices], ['ready', 'webgpu', []]);
});

/** The double's files, except those that are `lost`. @param {Set<string>} lost */
const losing = (lost) =>
  /** @type {typeof globalThis.fetch} */ (
    async (input, init) => {
      const name = String(String(input).split('/').at(-1)).replace('.safetensors', '');
      return lost.has(name) ? new Response('', { status: 404 }) : fetchToy(input, init);
    }
  );

test('a classifier that cannot be had costs the methods that ask it, until it arrives', async () => {
  const lost = new Set(['toy-classifier']);
  const { boot, run, store } = page(`${CPU}&method=conditional,classifier`, { fetch: losing(lost) });
  await boot.start();
  const { phase, settings, withheld, sources } = store.get();
  assert.deepEqual([phase, settings.method, withheld, sources], ['ready', 'conditional', ['classifier'], ['network']]);
  const missed = {
    kind: 'error',
    topic: 'classifier',
    retry: true,
    text: 'toy-classifier did not arrive, so the methods that ask it are off (toy-classifier could not be downloaded: expected status 200, got 404).',
  };
  assert.deepEqual(told(store), [missed]);
  await run.play();
  assert.equal(store.get().phase, 'done');

  await boot.retry();
  assert.deepEqual([store.get().withheld, told(store)], [['classifier'], [missed]]);
  lost.clear();
  await boot.retry();
  assert.deepEqual(
    [store.get().settings.method, store.get().withheld, store.get().notices],
    ['conditional,classifier', undefined, []],
  );
  await run.play();
  assert.equal(store.get().frames.length, 6);
  assert.ok(store.get().frames[0].gradient);
});

for (const [onLine, text] of /** @type {const} */ ([
  [false, 'toy-nano is not kept on this device, so toy stays; toy-nano can be loaded when there is a network.'],
  [
    true,
    'toy-nano did not arrive, so toy stays (toy-nano could not be downloaded: expected status 200, got 404); choose toy-nano again to retry.',
  ],
])) {
  test(`another model that cannot be had ${onLine ? 'on' : 'off'} line leaves the page as it was`, async () => {
    const manifestFetch = async () => new Response(JSON.stringify(previewing));
    const environment = {
      manifestFetch,
      cache: memoryCache(),
      fetch: losing(new Set(['toy-nano'])),
      network: { onLine },
    };
    const { boot, run, store, set } = page(`${CPU}&model=toy`, environment);
    await boot.start();
    await run.play();
    const { frames, tree, settings } = store.get();
    set({ model: 'toy-nano' });
    await boot.changeModel();
    const now = store.get();
    assert.deepEqual([now.phase, now.model?.name, now.settings], ['done', 'toy', settings]);
    assert.ok(now.frames === frames && now.tree === tree);
    assert.deepEqual(told(store), [{ kind: 'error', topic: 'model', text }]);
    await run.restart();
    assert.deepEqual([store.get().phase, store.get().frames.length], ['done', 6]);
  });
}

/** A list with a model of other classes, without styles and with other defaults. */
const apart = {
  ...previewing,
  models: [
    ...previewing.models,
    { ...previewing.models[1], name: 'toy-other', classes: ['bag', 'coat'], styles: [], defaults: { class: 'coat' } },
  ],
};

for (const search of ['?backend=cpu', '?model=toy&class=face&style=none&eta=1&scale=4&backend=cpu']) {
  test(`another model takes its own defaults, and what was chosen comes back with the first: ${search}`, async () => {
    const models = apart.models.map((model) => (model.name === 'toy' ? { ...model, defaults: { eta: 1 } } : model));
    const manifestFetch = async () => new Response(JSON.stringify({ ...apart, models }));
    const { boot, store, set, given } = page(search, { manifestFetch });
    const choose = async (/** @type {Record<string, any>} */ patch) => {
      for (const key of Object.keys(patch)) given.add(key);
      set(patch);
      if (patch.model) await boot.changeModel();
      const { class: label, style, eta } = store.get().settings;
      return [label, style, eta];
    };
    await boot.start();
    assert.deepEqual(await choose({ class: 'food', style: 'noto' }), ['food', 'noto', 1]);
    assert.deepEqual(await choose({ model: 'toy-other' }), ['coat', 'none', 0]);
    assert.deepEqual(await choose({ class: 'bag' }), ['bag', 'none', 0]);
    assert.deepEqual(await choose({ model: 'toy' }), ['food', 'noto', 1]);
    assert.deepEqual(await choose({ model: 'toy-other' }), ['bag', 'none', 0]);
    // What both can have is carried along.
    assert.deepEqual(await choose({ class: 'none' }), ['none', 'none', 0]);
    assert.deepEqual(await choose({ model: 'toy' }), ['none', 'noto', 1]);
    assert.deepEqual(store.get().notices, []);
  });
}
