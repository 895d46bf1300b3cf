// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { examineAdapter, markdown } from '../../www/doctor.js';
import { page, until } from './support/page.js';

test('an adapter is described, or what is missing is named', async () => {
  assert.deepEqual(await examineAdapter(undefined), { missing: 'no-webgpu' });
  const gpu = (/** @type {any} */ adapter) => /** @type {any} */ ({ requestAdapter: async () => adapter });
  assert.deepEqual(await examineAdapter(gpu(null)), { missing: 'no-adapter' });
  const broken = /** @type {any} */ ({ requestAdapter: () => Promise.reject(new Error('no')) });
  assert.deepEqual(await examineAdapter(broken), { missing: 'no-adapter' });
  const info = { vendor: 'v', architecture: 'a', device: '', description: 'd' };
  const found = await examineAdapter(
    gpu({ info, features: new Set(['timestamp-query', 'shader-f16']), limits: { maxBufferSize: 7, maxOther: 1 } }),
  );
  assert.deepEqual(found, {
    ...info,
    fallback: false,
    features: ['shader-f16', 'timestamp-query'],
    limits: { maxBufferSize: 7 },
  });
});

test('the report is a table a chapter, whatever is in the cells', () => {
  assert.equal(
    markdown('Doctor', [{ title: 'One', rows: [['a|b', 'c\nd']] }]),
    '# Doctor\n\n## One\n\n| | |\n| --- | --- |\n| a\\|b | c d |\n',
  );
});

test('the worker tells its memory and how long it took, and measures', async () => {
  const { boot, engine, run, store } = page('?steps=3&backend=cpu');
  await boot.start();
  await until(store, ({ phase, start }) => phase === 'ready' && start);
  assert.equal((await engine.survey()).took.frame, undefined);
  await run.play();
  const { memory, took } = await engine.survey();
  assert.equal(memory, 32 * 2 ** 20);
  for (const what of ['opened', 'loaded', 'frame']) assert.ok(took[what].first >= 0 && took[what].last >= 0, what);
  assert.deepEqual([await engine.measure('gradient'), await engine.measure('self-test')], [6, 0]);
});
