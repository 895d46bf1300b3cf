// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadFile } from '../../www/loader.js';
import { openWeightsCache } from '../../www/weights-cache.js';

const BYTES = Uint8Array.from({ length: 1000 }, (_, i) => i * 7);
const FILE = /** @type {const} */ ({
  name: 'emoji32',
  kind: 'unet',
  url: 'http://site.test/models/emoji32.safetensors',
  bytes: BYTES.length,
  sha256: 'abc',
});
const RANGES = { 'Accept-Ranges': 'bytes', ETag: '"v1"' };

/**
 * A response whose body comes in pieces, and may break.
 * @param {Uint8Array[]} pieces
 * @param {{ status?: number, headers?: Record<string, string>, breaks?: boolean, onCancel?: () => void }} [options]
 */
function answer(pieces, { status = 200, headers = {}, breaks = false, onCancel } = {}) {
  let next = 0;
  const body = new ReadableStream(
    {
      pull(controller) {
        if (next < pieces.length) controller.enqueue(pieces[next++]);
        else if (breaks) controller.error(new TypeError('network error'));
        else controller.close();
      },
      cancel: onCancel,
    },
    { highWaterMark: 0 },
  );
  return new Response(body, { status, headers });
}

/**
 * Answers each request with the next of a list, and keeps what was asked.
 * @param {(Response | Error)[]} answers
 */
function script(answers) {
  /** @type {Record<string, string>[]} */
  const asked = [];
  const fetch = /** @type {any} */ (
    async (/** @type {string} */ _url, /** @type {any} */ { headers }) => {
      asked.push(headers);
      const reply = answers[asked.length - 1];
      if (!reply) throw new Error('one request too many');
      if (reply instanceof Error) throw reply;
      return reply;
    }
  );
  return { fetch, asked };
}

const sleep = async () => {};
/** @param {number} from @param {number} [to] */
const part = (from, to) => BYTES.slice(from, to);

test('counts every byte on the way', async () => {
  const { fetch } = script([
    answer([part(0, 300), part(300, 301), part(301)], { headers: { 'Content-Length': '1000' } }),
  ]);
  /** @type {number[]} */
  const told = [];
  let clock = 0;
  const loaded = await loadFile(FILE, {
    fetch,
    now: () => (clock += 1000),
    progress: ({ received, bytes }) => told.push(received, bytes),
  });
  assert.deepEqual(loaded, { bytes: BYTES, source: 'network' });
  assert.deepEqual(told, [300, 1000, 301, 1000, 1000, 1000]);
});

test('tells progress now and then, and always the end', async () => {
  const pieces = Array.from({ length: 100 }, (_, i) => part(i * 10, i * 10 + 10));
  /** @type {number[]} */
  const told = [];
  await loadFile(FILE, {
    fetch: script([answer(pieces)]).fetch,
    now: () => 0,
    progress: ({ received }) => told.push(received),
  });
  assert.deepEqual(told, [10, 1000]);
});

test('goes on where a dropped connection stopped', async () => {
  const { fetch, asked } = script([
    answer([part(0, 400)], { headers: { ...RANGES, 'Content-Length': '1000' }, breaks: true }),
    answer([part(400)], { status: 206, headers: { 'Content-Range': 'bytes 400-999/1000' } }),
  ]);
  const { bytes } = await loadFile(FILE, { fetch, sleep });
  assert.deepEqual(bytes, BYTES);
  assert.deepEqual(asked, [{}, { Range: 'bytes=400-', 'If-Range': '"v1"' }]);
});

test('starts over where the server cannot resume, or has another file by now', async () => {
  for (const headers of [
    {},
    { 'Accept-Ranges': 'bytes', ETag: 'W/"weak"' },
    RANGES,
    { ...RANGES, 'Content-Encoding': 'gzip' },
  ]) {
    const { fetch } = script([answer([part(0, 400)], { headers, breaks: true }), answer([BYTES])]);
    assert.deepEqual((await loadFile(FILE, { fetch, sleep })).bytes, BYTES);
  }
});

test('retries no connection and server errors, but not for ever', async () => {
  const { fetch } = script([new TypeError('Failed to fetch'), answer([], { status: 503 }), answer([BYTES])]);
  assert.deepEqual((await loadFile(FILE, { fetch, sleep })).bytes, BYTES);

  const dead = script(Array.from({ length: 4 }, () => new TypeError('Failed to fetch')));
  await assert.rejects(
    loadFile(FILE, { fetch: dead.fetch, sleep }),
    (/** @type {import('../../www/loader.js').DownloadError} */ error) => {
      assert.match(error.message, /^emoji32 could not be downloaded: the connection failed \(Failed to fetch\)\.$/);
      return error.retryable;
    },
  );
  assert.equal(dead.asked.length, 4);
});

test('without a network it asks once', async () => {
  const { fetch, asked } = script([new TypeError('Failed to fetch')]);
  await assert.rejects(loadFile(FILE, { fetch, sleep, online: () => false }), /the connection failed/);
  assert.equal(asked.length, 1);
});

test('takes a body that ends early for a dropped connection, and says how much came', async () => {
  const { fetch, asked } = script(Array.from({ length: 4 }, () => answer([part(0, 700)])));
  await assert.rejects(loadFile(FILE, { fetch, sleep }), {
    message: 'emoji32 is cut short: expected 1000 bytes, got 700.',
  });
  assert.equal(asked.length, 4);
});

test('refuses a wrong Content-Length before reading, unless the body is encoded', async () => {
  let cancelled = 0;
  const wrong = (/** @type {Record<string, string>} */ headers) =>
    answer([BYTES], { headers, onCancel: () => (cancelled += 1) });
  for (const length of ['999', '5000']) {
    await assert.rejects(loadFile(FILE, { fetch: script([wrong({ 'Content-Length': length })]).fetch, sleep }), {
      message: `emoji32 has the wrong length: expected 1000 bytes, got ${length}.`,
    });
  }
  assert.equal(cancelled, 2);
  assert.deepEqual(
    (await loadFile(FILE, { fetch: script([wrong({ 'Content-Length': '600', 'Content-Encoding': 'br' })]).fetch }))
      .bytes,
    BYTES,
  );
});

test('stops reading at the first byte too many', async () => {
  let pulled = 0;
  let cancelled = false;
  const endless = new ReadableStream(
    {
      pull(controller) {
        pulled += 1;
        controller.enqueue(new Uint8Array(600));
      },
      cancel() {
        cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  await assert.rejects(
    loadFile(FILE, { fetch: script([new Response(endless)]).fetch, sleep }),
    (/** @type {import('../../www/loader.js').DownloadError} */ error) => {
      assert.equal(error.message, 'emoji32 is too large: expected 1000 bytes, got more.');
      return !error.retryable;
    },
  );
  assert.ok(cancelled);
  assert.equal(pulled, 2);
});

test('does not retry what the server refuses', async () => {
  const { fetch, asked } = script([answer([], { status: 404 })]);
  await assert.rejects(loadFile(FILE, { fetch, sleep }), {
    message: 'emoji32 could not be downloaded: expected status 200, got 404.',
  });
  assert.equal(asked.length, 1);
});

test('stops when it is aborted, while reading and while waiting', async () => {
  for (const reply of [new ReadableStream({ pull: () => new Promise(() => {}) }), undefined]) {
    const controller = new AbortController();
    const fetch = /** @type {any} */ (
      async (/** @type {any} */ _url, /** @type {RequestInit} */ { signal }) => {
        if (!reply) throw new TypeError('Failed to fetch');
        const body = reply.pipeThrough(new TransformStream(), { signal: signal ?? undefined });
        return new Response(body);
      }
    );
    const loading = loadFile(FILE, { fetch, signal: controller.signal });
    setTimeout(() => controller.abort(), 20);
    await assert.rejects(loading, { name: 'AbortError' });
  }
});

/** A CacheStorage in memory. @param {{ full?: boolean }} [options] */
function memoryStorage({ full = false } = {}) {
  /** @type {Map<string, Response>} */
  const kept = new Map();
  const cache = {
    match: async (/** @type {string} */ url) => kept.get(url)?.clone(),
    put: async (/** @type {string} */ url, /** @type {Response} */ response) => {
      if (full) throw new DOMException('no room', 'QuotaExceededError');
      kept.set(url, response);
    },
    delete: async (/** @type {any} */ request) => kept.delete(request.url ?? request),
    keys: async () => [...kept.keys()].map((url) => ({ url })),
  };
  return { storage: /** @type {any} */ ({ open: async () => cache }), kept };
}

test('reads what the cache holds without a request, and says so', async () => {
  const { storage } = memoryStorage();
  const cache = openWeightsCache(storage, 'http://site.test/some/where/assets/worker.js');
  await cache.put(FILE.sha256, BYTES);
  /** @type {unknown[]} */
  const told = [];
  const loaded = await loadFile(FILE, { fetch: script([]).fetch, cache, progress: (progress) => told.push(progress) });
  assert.deepEqual(loaded, { bytes: BYTES, source: 'cache' });
  assert.deepEqual(told, [{ name: 'emoji32', received: 1000, bytes: 1000, source: 'cache', attempt: 1 }]);
});

test('the cache forgets what it is told to, and what no model needs any more', async () => {
  const { storage, kept } = memoryStorage();
  const cache = openWeightsCache(storage, 'http://site.test/');
  for (const hash of ['a', 'b', 'c']) await cache.put(hash, BYTES);
  await cache.evict('a');
  await cache.prune(['c', 'd']);
  assert.deepEqual([...kept.keys()], ['http://site.test/weights/c']);
});

test('a cache that cannot be had costs nothing but speed', async () => {
  const full = openWeightsCache(memoryStorage({ full: true }).storage, 'http://site.test/');
  await full.put('a', BYTES);
  assert.equal(full.problem(), 'no room');

  const none = openWeightsCache(undefined, 'http://site.test/');
  await none.put('a', BYTES);
  assert.equal(await none.get('a'), undefined);
  assert.equal(none.problem(), 'insecure context');

  const broken = openWeightsCache(
    /** @type {any} */ ({
      open: async () => {
        throw new DOMException('denied', 'SecurityError');
      },
    }),
    'http://site.test/',
  );
  assert.deepEqual((await loadFile(FILE, { fetch: script([answer([BYTES])]).fetch, cache: broken })).source, 'network');
  assert.equal(broken.problem(), 'denied');
});
