// @ts-check
/** The GPU doctor in a real browser, on the CPU. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { open, query, small, startBrowser, startSite } from './support/site.js';

/** @type {Awaited<ReturnType<typeof startSite>>} */
let site;
/** @type {import('playwright-core').Browser} */
let browser;

before(async () => {
  site = await startSite();
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await site?.close();
});

test('the doctor examines, times, and its report is copied', async () => {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const { page, state, press, trouble, shot } = await open(
    browser,
    site.url + query({ model: small.name, steps: 3, autoplay: 1 }),
    { shared: context },
  );
  await state('done');
  await press('doctor');
  await page.waitForSelector('[data-action=copy-report]:enabled');
  await press('copy-report');
  await page.getByText('Copied.').waitFor();
  const report = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(report, /^# GPU doctor\n\n## This page\n/);
  for (const row of [
    /\| guidelight \| \d+\.\d+\.\d+/,
    /\| Memory of the engine \| [\d.]+ MiB \|/,
    /\| Graphics adapter \| none: /,
    /\| Computed by \| The CPU, because you chose it\. \|/,
    /\| Self-test \| The CPU is what others are compared with\. \|/,
    /\| A step of a run \| first [\d.]+ m?s, last [\d.]+ m?s \|/,
    /\| Step with a classifier \| first [\d.]+ m?s, last [\d.]+ m?s \|/,
  ])
    assert.match(report, row);
  assert.ok(!report.includes('undefined'));
  // The browser says so itself when WebGPU is looked for in vain.
  assert.deepEqual(
    trouble.filter((message) => message !== 'No available adapters.'),
    [],
  );
  await shot('doctor');
  // The run on show was left alone.
  await press('close');
  assert.equal(await page.getAttribute('html', 'data-state'), 'done');
  await context.close();
});

test('without an engine the doctor names what is missing, and the report can be copied by hand', async () => {
  const phone = { viewport: { width: 390, height: 844 }, colorScheme: /** @type {const} */ ('dark') };
  const { page, state, press, shot, context } = await open(browser, site.url + query(), {
    context: phone,
    prepare: async (page) => {
      await page.route('**/*.safetensors', (route) => route.fulfill({ status: 404 }));
      await page.addInitScript(() =>
        Object.defineProperty(navigator, 'clipboard', { value: { writeText: () => Promise.reject(new Error('no')) } }),
      );
    },
  });
  await state('error');
  await press('doctor');
  await page.waitForSelector('[data-action=copy-report]:enabled');
  await press('copy-report');
  await page.getByText('did not allow it').waitFor();
  const report = await page.inputValue('dialog textarea');
  assert.match(report, /\| Denoiser \| not known: no model is loaded \|/);
  assert.match(report, /\| Self-test \| /);
  assert.ok(
    await page.evaluate(
      () => String(getSelection()).startsWith('# GPU doctor') || document.activeElement?.tagName === 'TEXTAREA',
    ),
  );
  await shot('doctor-phone');
  await context.close();
});
