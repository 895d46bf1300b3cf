// @ts-check
/** What a lesson needs of the page: links that hide and lock, the camera as a source, and steps that are heard. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { findings } from './support/axe.js';
import { flawsOf } from './support/flaws.js';
import { halves, png } from './support/pictures.js';
import { open, query, startBrowser, startSite } from './support/site.js';

/** @typedef {import('playwright-core').Page} Page */

/** @type {Awaited<ReturnType<typeof startSite>>} */
let site;
/** @type {import('playwright-core').Browser} */
let browser;

before(async () => {
  site = await startSite('double');
  browser = await startBrowser(['--use-fake-device-for-media-stream=device-count=2', '--use-fake-ui-for-media-stream']);
});
after(async () => {
  await browser?.close();
  await site?.close();
});

/**
 * @param {Record<string, string | number>} more
 * @param {import('./support/site.js').Visit} [options]
 */
async function visit(more = {}, options) {
  const visited = await open(browser, site.url + query({ model: 'toy', steps: 5, ...more }), options);
  await visited.state('ready');
  return visited;
}

const phone = { context: { viewport: { width: 390, height: 844 } } };

// ---- Links ----

test('what a link hides is not there, what it locks is there with a sign, and the address keeps both', async () => {
  const rules = { hide: 'lanes,tree,forward,seed,save', lock: 'steps,sampler,method' };
  const { page, trouble, context } = await visit(rules);
  for (const gone of [
    'gl-lanes',
    'gl-tree',
    'gl-save-panel',
    '[data-action=save]',
    '#set-seed',
    '[data-section=forward]',
  ])
    assert.equal(await page.locator(gone).count(), 0, gone);
  assert.equal(await page.locator('[data-section=schedule]').count(), 1);

  for (const locked of [
    '#set-steps',
    'input[name=steps-slider]',
    'input[name=sampler][value=ddpm]',
    'input[name=method][value=ilvr]',
  ])
    assert.ok(await page.locator(locked).isDisabled(), locked);
  // What belongs to a method that cannot be chosen can still be set.
  assert.ok(await page.locator('#set-scale').isEnabled());
  assert.deepEqual(await page.locator('gl-controls .lock-sign').allInnerTexts(), Array(3).fill('Locked by this link'));

  await page.check('input[name=class][value=food]', { force: true });
  await page.waitForURL(/class=food/);
  assert.match(page.url(), /&hide=lanes,tree,forward,seed,save&lock=steps,sampler,method$/);
  assert.deepEqual(await flawsOf(page), []);
  assert.deepEqual(await findings(page), []);
  assert.deepEqual(trouble, []);
  await context.close();
});

test('names that are none are one sentence each, and all else goes on', async () => {
  const { page, alerts, press, state, context } = await visit({ hide: 'stage', lock: 'trace,steps' });
  assert.equal((await alerts()).length, 1);
  assert.deepEqual(await page.locator('[role=alert] li').allTextContents(), [
    'The address asks to hide “stage”, expected a setting or a part of the page, so that was left out.',
    'The address asks to lock “trace”, which can only be hidden, so it stays as it is.',
  ]);
  await press('play');
  await state('done');
  await page.waitForURL(/lock=steps$/);
  await context.close();
});

test('no way leads round a lock: neither a lane, nor the schedule, nor a file', async () => {
  const { page, alerts, press, state, context } = await visit({ lock: 'steps,seed,scale-from', lanes: 'steps:3' });
  await press('adopt-lane');
  await page.getByText('This link holds “Steps”, so nothing was changed there.').waitFor();
  assert.equal(await page.inputValue('#set-steps'), '5');

  await page.click('[data-section=schedule] summary');
  await page.waitForSelector('input[name=chain-steps]');
  assert.ok(await page.locator('input[name=chain-steps]').isDisabled());
  assert.ok(await page.locator('input[name=spacing]').first().isDisabled());
  if (await page.locator('input[name=interval-scale-from]').count())
    assert.ok(await page.locator('input[name=interval-scale-from]').isDisabled());

  // A file of another run: what is free comes back, what is held stays.
  const other = await visit({ steps: 4, seed: 9, class: 'food' });
  await other.press('step');
  await other.state('paused');
  await other.press('save');
  const [download] = await Promise.all([other.page.waitForEvent('download'), other.press('save-picture')]);
  const bytes = readFileSync(await download.path());
  await other.context.close();
  await page.setInputFiles('input[name=reference]', { name: 'run.png', mimeType: 'image/png', buffer: bytes });
  await page.getByText(/This link holds these, so they stay as they were: .*steps, seed\./).waitFor();
  assert.equal(await page.inputValue('#set-steps'), '5');
  assert.equal(await page.inputValue('#set-seed'), '7');
  assert.ok(await page.locator('input[name=class][value=food]').isChecked());
  assert.equal((await alerts()).length, 1);
  await press('play');
  await state('done');
  await context.close();
});

test('a locked whole has one sign; a picture that is dropped on it is refused in a sentence', async () => {
  const { page, context } = await visit({ lock: 'controls,lanes,preferences', hide: 'numbers' });
  for (const part of ['gl-controls', 'gl-lanes', 'gl-preferences']) {
    assert.equal(await page.locator(`${part} .lock-sign`).count(), 1, part);
    for (const control of await page.locator(`${part} :is(button, input, select)`).all())
      assert.ok(await control.isDisabled(), part);
  }
  const data = await page.evaluateHandle(
    (bytes) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([new Uint8Array(bytes)], 'cat.png', { type: 'image/png' }));
      return transfer;
    },
    [...png(halves())],
  );
  await page.dispatchEvent('body', 'drop', { dataTransfer: data });
  await page.getByText('This link holds “Your picture”, so nothing was changed there.').waitFor();
  assert.deepEqual(await findings(page), []);
  await context.close();
});

test('without its controls the run has the whole width', async () => {
  const { page, context } = await visit({ hide: 'controls,probabilities,trace,equation,numbers,lab' });
  const [bench, main] = await Promise.all(['.bench', 'main'].map((part) => page.locator(part).boundingBox()));
  assert.ok(Math.abs(Number(bench?.width) - Number(main?.width)) < 2);
  assert.ok(!(await page.locator('.readings').isVisible()));
  assert.deepEqual(await flawsOf(page), []);
  await context.close();
});

for (const [lang, title] of Object.entries({ en: 'A link for a lesson', zh: '课堂链接' })) {
  test(`the dialog for teachers makes the link, by keyboard alone, ${lang}`, async () => {
    const { page, trouble, context } = await visit({ lang });
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.focus('[data-action=save]');
    await page.keyboard.press('Enter');
    await page.focus('[data-action=lesson]');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: title }).waitFor();
    for (const [name, value] of [
      ['hide', 'tree'],
      ['lock', 'controls'],
      ['hide', 'steps'],
    ]) {
      await page.focus(`dialog input[name=${name}][value=${value}]`);
      await page.keyboard.press('Space');
    }
    // What is locked as a whole is shown as such.
    assert.ok(await page.locator('dialog input[name=lock][value=seed]').isChecked());
    assert.ok(await page.locator('dialog input[name=lock][value=seed]').isDisabled());
    assert.equal(await page.evaluate(() => document.documentElement.dataset.state), 'ready');
    await page.focus('[data-action=copy-lesson-link]');
    await page.keyboard.press('Enter');
    await page.getByText(lang === 'en' ? 'Copied.' : '已复制。').waitFor();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    assert.match(link, /&hide=tree,steps&lock=controls$/);
    assert.match(await page.inputValue('#lesson-frame'), /hide=tree,steps&amp;lock=controls".*allow="camera/);
    assert.deepEqual(await findings(page), []);
    assert.deepEqual(await flawsOf(page), []);
    await page.keyboard.press('Escape');
    await page.waitForSelector('dialog', { state: 'detached' });

    await page.goto(link);
    await page.waitForSelector('html[data-state=ready]', { state: 'attached' });
    assert.equal(await page.locator('gl-tree').count(), 0);
    assert.ok(await page.locator('input[name=class]').first().isDisabled());
    assert.deepEqual(trouble, []);
    await context.close();
  });
}

// ---- Camera ----

/** Keeps the tracks that the page is given. @param {Page} page */
const watchTracks = (page) =>
  page.addInitScript(() => {
    const { mediaDevices } = navigator;
    /** @type {MediaStreamTrack[]} */
    const tracks = [];
    Object.assign(window, { tracks });
    const real = mediaDevices.getUserMedia.bind(mediaDevices);
    mediaDevices.getUserMedia = async (constraints) => {
      const stream = await real(constraints);
      tracks.push(...stream.getTracks());
      return stream;
    };
  });
/** Whether they are on. @param {Page} page @returns {Promise<string[]>} */
const trackStates = (page) =>
  page.evaluate(() => {
    /** @type {any} */
    const { tracks } = window;
    return tracks.map((/** @type {MediaStreamTrack} */ { readyState }) => readyState);
  });

for (const [lang, size] of /** @type {const} */ ([
  ['en', 1280],
  ['zh', 390],
])) {
  test(`the camera is asked when it is pressed, and off when the dialog is closed; ${lang}, ${size} px`, async () => {
    const context = { viewport: { width: size, height: 900 } };
    const { page, trouble, pixels, context: own } = await visit({ lang }, { context, prepare: watchTracks });
    assert.deepEqual(await trackStates(page), []);
    await page.focus('[data-action=take-reference]');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[data-action=capture]:enabled');
    assert.deepEqual(await trackStates(page), ['live']);
    assert.ok(await page.isChecked('dialog input[name=mirrored]'));
    assert.equal(await page.locator('#set-camera option').count(), 2);
    assert.deepEqual(await findings(page), []);
    assert.deepEqual(await flawsOf(page), []);

    // Another camera: the first goes off.
    const other = await page.locator('#set-camera option:not(:checked)').getAttribute('value');
    await page.selectOption('#set-camera', other);
    await page.waitForFunction(() => /** @type {any} */ (window).tracks.length === 2);
    await page.waitForSelector('[data-action=capture]:enabled');
    assert.deepEqual(await trackStates(page), ['ended', 'live']);

    await page.selectOption('#set-camera', { index: 0 });
    await page.waitForFunction(() => /** @type {any} */ (window).tracks.length === 3);
    await page.waitForSelector('[data-action=capture]:enabled');
    await page.focus('[data-action=capture]');
    await page.keyboard.press('Enter');
    await page.waitForSelector('dialog', { state: 'detached' });
    assert.deepEqual(await trackStates(page), ['ended', 'ended', 'ended']);
    await page.waitForSelector('[data-action=crop-reference]');
    // The first fake camera’s picture is green.
    const seen = await pixels('reference');
    assert.ok(seen.some((value, at) => at % 4 === 1 && value > 120 && Number(seen[at - 1]) < 100));

    await page.click('[data-action=take-reference]');
    await page.waitForSelector('[data-action=capture]:enabled');
    await page.keyboard.press('Escape');
    await page.waitForSelector('dialog', { state: 'detached' });
    assert.ok((await trackStates(page)).every((state) => state === 'ended'));
    assert.deepEqual(trouble, []);
    await own.close();
  });
}

test('a camera that is taken away, refused or not there is a sentence and a way to try again', async () => {
  const { page, context } = await visit({}, { prepare: watchTracks });
  await page.click('[data-action=take-reference]');
  await page.waitForSelector('[data-action=capture]:enabled');
  await page.evaluate(() => /** @type {any} */ (window).tracks[0].dispatchEvent(new Event('ended')));
  await page.getByText('The camera went off: connect it again and retry').waitFor();
  assert.deepEqual(await trackStates(page), ['ended']);
  assert.deepEqual(await findings(page), []);
  const sentences = {
    NotAllowedError: /^The camera is not allowed: allow it/,
    NotFoundError: /^No camera was found: connect one/,
    NotReadableError: /^The camera gives no picture: close what else/,
    TypeError: /^The camera could not be opened \(odd\): try again/,
  };
  for (const [name, sentence] of Object.entries(sentences)) {
    await page.evaluate((thrown) => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(Object.assign(new Error('odd'), { name: thrown }));
    }, name);
    await page.click('[data-action=try-camera]');
    await page.getByText(sentence).waitFor();
  }
  await context.close();
});

test('closed while the browser asks: what comes then is off at once', async () => {
  const { page, context } = await visit({}, { prepare: watchTracks });
  await page.evaluate(() => {
    const given = navigator.mediaDevices.getUserMedia;
    navigator.mediaDevices.getUserMedia = async (constraints) => {
      await new Promise((allow) => Object.assign(window, { allow }));
      return given(constraints);
    };
  });
  await page.click('[data-action=take-reference]');
  await page.getByText('Waiting for the camera').waitFor();
  await page.keyboard.press('Escape');
  await page.waitForSelector('dialog', { state: 'detached' });
  await page.evaluate(() => /** @type {any} */ (window).allow());
  await page.waitForFunction(() => /** @type {any} */ (window).tracks[0]?.readyState === 'ended');
  await context.close();
});

test('where there can be no camera there is no button', async () => {
  const prepare = (/** @type {Page} */ page) =>
    page.addInitScript(() => Object.defineProperty(navigator, 'mediaDevices', { value: undefined }));
  const { page, context } = await visit({}, { prepare });
  assert.equal(await page.locator('[data-action=take-reference]').count(), 0);
  assert.equal(await page.locator('[data-action=draw-reference]').count(), 1);
  await context.close();
});

// ---- Sound ----

/** Listens at the loudspeaker. @param {Page} page */
const eavesdrop = (page) =>
  page.addInitScript(() => {
    /** @type {AnalyserNode[]} */
    const ears = [];
    Object.assign(window, { ears });
    /** @type {any} */
    const node = AudioNode.prototype;
    const connect = node.connect;
    node.connect = function (/** @type {AudioNode} */ to) {
      if (to instanceof AudioDestinationNode) {
        const ear = to.context.createAnalyser();
        ears.push(ear);
        connect.call(this, ear);
      }
      return connect.call(this, to);
    };
  });
/** How loud it is, at its most of what is sounding now. @param {Page} page @returns {Promise<number>} */
const loudness = (page) =>
  page.evaluate(() => {
    const ear = /** @type {any} */ (window).ears.at(-1);
    if (!ear || ear.context.state !== 'running') return 0;
    const samples = new Float32Array(ear.fftSize);
    ear.getFloatTimeDomainData(samples);
    return Math.max(...samples.map(Math.abs));
  });
/** @param {Page} page @param {(loud: number) => boolean} wanted */
async function until(page, wanted) {
  for (let tries = 0; tries < 200; tries++) {
    if (wanted(await loudness(page))) return;
    await page.waitForTimeout(20);
  }
  assert.fail(`it stays at ${await loudness(page)}`);
}

test('sound is off until somebody turns it on; then a step is heard, and dies away', async () => {
  const { page, press, state, trouble, context } = await visit({}, { prepare: eavesdrop });
  const ears = () => page.evaluate(() => /** @type {any} */ (window).ears.length);
  const button = page.getByRole('button', { name: 'Sound' });
  assert.equal(await button.getAttribute('aria-pressed'), 'false');
  await press('step');
  await state('paused');
  assert.equal(await ears(), 0);

  await button.focus();
  await page.keyboard.press('Enter');
  assert.equal(await button.getAttribute('aria-pressed'), 'true');
  await page.getByText('Each step is heard: a wind as strong as the noise').waitFor();
  await press('step');
  await until(page, (loud) => loud > 0.02);
  await until(page, (loud) => loud < 0.002);
  assert.deepEqual(await findings(page), []);

  await button.click();
  assert.equal(await button.getAttribute('aria-pressed'), 'false');
  await press('step');
  await page.waitForTimeout(100);
  assert.equal(await loudness(page), 0);
  assert.deepEqual(trouble, []);
  await context.close();
});

test('the choice is remembered, and waits for a gesture; pausing is silence', async () => {
  const first = await visit({});
  await first.press('sound');
  await first.page.close();
  const again = await open(browser, site.url + query({ model: 'toy', steps: 1000, sampler: 'ddpm', autoplay: 1 }), {
    shared: first.context,
    prepare: eavesdrop,
  });
  await again.state('running');
  assert.equal(await again.page.getByRole('button', { name: 'Sound' }).getAttribute('aria-pressed'), 'true');
  assert.equal(await again.page.evaluate(() => /** @type {any} */ (window).ears.length), 0);
  await again.page.mouse.click(5, 5);
  await until(again.page, (loud) => loud > 0.02);
  await again.press('pause');
  await again.state('paused');
  await until(again.page, (loud) => loud < 0.002);
  assert.deepEqual(again.trouble, []);
  await first.context.close();
});

test('a phone has room for all of it', async () => {
  const { page, press, context } = await visit({ lock: 'steps,class', lang: 'zh' }, phone);
  assert.deepEqual(await flawsOf(page), []);
  await press('save');
  await press('lesson');
  await page.waitForSelector('dialog .rules');
  assert.ok(await page.$eval('dialog', ({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth));
  assert.deepEqual(await findings(page), []);
  await context.close();
});
