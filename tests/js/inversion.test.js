// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { insteadOf, leadsBack, THERE_AND_BACK } from '../../www/inversion.js';
import { defaultSettings } from '../../www/settings.js';
import { parseUrl } from '../../www/url.js';
import { specs } from './support/page.js';

test('a picture is led back by what an address can say, and the usual settings do not lead it back', () => {
  const usual = defaultSettings(specs);
  assert.ok(!leadsBack(usual));
  const { settings, problems } = parseUrl(
    `?${new URLSearchParams(Object.entries(THERE_AND_BACK).map(([key, value]) => [key, String(value)]))}`,
    specs,
  );
  assert.deepEqual(problems, []);
  assert.ok(leadsBack(settings));
  for (const change of [{ eta: 1 }, { sampler: 'ddpm' }, { method: 'classifier' }, { without: 'eps' }])
    assert.ok(!leadsBack({ ...settings, ...change }), JSON.stringify(change));
});

test('what was set before comes back whole', () => {
  const before = { ...defaultSettings(specs), eta: 1, method: 'classifier', seed: 3 };
  assert.deepEqual({ ...before, ...THERE_AND_BACK, ...insteadOf(before) }, before);
});
