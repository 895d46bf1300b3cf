// @ts-check
/** Saving and sharing in a real browser: every file is what it says, and a saved picture brings its settings back. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { tool } from '../support/browser.js';
import { open, query, small, startBrowser, startSite } from './support/site.js';
import { halves, png } from './support/pictures.js';
import { strings } from '../../www/i18n/en.js';
import { textOf } from '../../www/export/png.js';

const { unzipSync } = tool('fflate');

/** @typedef {import('./support/site.js').Page} Page */

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

const STEPS = 4;

/** A finished run with the panel open. @param {import('./support/site.js').Visit} [options] */
async function finished(options) {
  const visit = await open(browser, site.url + query({ model: small.name, steps: STEPS, autoplay: 1 }), options);
  await visit.state('done');
  await visit.press('save');
  const save = async (/** @type {string} */ action) => {
    const [download] = await Promise.all([visit.page.waitForEvent('download'), visit.press(action)]);
    return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
  };
  const told = (/** @type {string} */ text) =>
    visit.page.waitForFunction(
      (wanted) => document.querySelector('#save-panel [role=status]')?.textContent === wanted,
      text,
    );
  return { ...visit, save, told };
}

/**
 * The middle of each enlarged pixel of every picture of an image file, as RGBA.
 * @param {Page} page
 * @param {Buffer} bytes
 * @param {string} type
 */
const decoded = (page, bytes, type) =>
  page.evaluate(
    async ([base64, type]) => {
      const data = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const decoder = new /** @type {any} */ (globalThis).ImageDecoder({ data, type });
      await Promise.all([decoder.tracks.ready, decoder.completed]);
      const pictures = [];
      for (let frameIndex = 0; frameIndex < decoder.tracks.selectedTrack.frameCount; frameIndex++) {
        const { image } = await decoder.decode({ frameIndex });
        const canvas = new OffscreenCanvas(image.displayWidth, image.displayHeight);
        const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext('2d'));
        context.drawImage(image, 0, 0);
        const { width, height } = canvas;
        const { data: rgba } = context.getImageData(0, 0, width, height);
        const pixels = [];
        for (let y = 2; y < height; y += 8)
          for (let x = 5; x < width; x += 8) pixels.push(...rgba.slice((y * width + x) * 4, (y * width + x) * 4 + 4));
        pictures.push({ width, height, pixels });
      }
      return pictures;
    },
    [bytes.toString('base64'), type],
  );

test('the picture keeps its pixels and carries its settings, which a drop brings back', async () => {
  const { page, save, pixels, state, press, trouble, context } = await finished();
  const { name, bytes } = await save('save-picture');
  assert.equal(name, `guidelight-animal-seed7-step${STEPS}.png`);
  const shown = await pixels('xt');
  const [picture] = await decoded(page, bytes, 'image/png');
  assert.deepEqual([picture.width, picture.height], [256, 256]);
  assert.deepEqual(picture.pixels, shown);
  const record = JSON.parse(String(textOf(bytes, 'guidelight')));
  assert.deepEqual([record.settings.class, record.settings.seed], ['animal', 7]);
  assert.equal(record.step, undefined);
  await page.keyboard.press('Escape');

  // Other settings, then the picture is dropped.
  await page.check('input[name=class][value=food]', { force: true });
  await press('restart');
  await state('running');
  await state('done');
  assert.notDeepEqual(await pixels('xt'), shown);
  const drop = (/** @type {Buffer} */ file, /** @type {string} */ as) =>
    page.evaluate(
      ([base64, as]) => {
        const data = new DataTransfer();
        const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
        data.items.add(new File([bytes], as, { type: 'image/png' }));
        window.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
      },
      [file.toString('base64'), as],
    );
  await drop(bytes, 'bear.png');
  await page.waitForSelector('[data-action=undoRestore]');
  assert.match(
    String(await page.locator('.notice p').textContent()),
    /^bear\.png brought its settings: .*class animal/,
  );
  assert.equal(await page.locator('[data-action=remove-reference]').count(), 0);
  await press('undoRestore');
  assert.ok(await page.isChecked('input[name=class][value=food]'));
  assert.equal(await page.locator('[data-action=undoRestore]').count(), 0);

  await drop(bytes, 'bear.png');
  await page.waitForSelector('[data-action=undoRestore]');
  await press('play');
  await state('running');
  await state('done');
  assert.deepEqual(await pixels('xt'), shown);

  await press('useAsPicture');
  await page.waitForSelector('[data-action=remove-reference]');
  assert.ok(await page.isChecked('input[name=class][value=food]'));

  // Without settings it is a picture at once.
  await press('remove-reference');
  await drop(png(halves()), 'plain.png');
  await page.waitForSelector('[data-action=remove-reference]');
  assert.equal(await page.locator('.notice').count(), 0);
  assert.deepEqual(trouble, []);
  await context.close();
});

test('the film as GIF: every step, one picture or both', async () => {
  const { page, save, pixels, context } = await finished();
  const { name, bytes } = await save('save-gif');
  assert.equal(name, 'guidelight-animal-seed7.gif');
  const film = await decoded(page, bytes, 'image/gif');
  assert.equal(film.length, STEPS);
  const last = await pixels('xt');
  const worst = Math.max(...last.map((value, i) => Math.abs(value - film[STEPS - 1].pixels[i])));
  // 256 colours, of five and six bits each.
  assert.ok(worst < 40, `off by ${worst}`);
  assert.notDeepEqual(film[0].pixels, film[1].pixels);
  await page.check('input[name=film][value=both]', { force: true });
  const [both] = await decoded(page, (await save('save-gif')).bytes, 'image/gif');
  assert.deepEqual([both.width, both.height], [(32 + 1 + 32) * 8, 256]);
  await context.close();
});

test('the film as WebM plays, and can be cancelled on the way', async () => {
  const { page, press, save, told, context } = await finished();
  await press('save-webm');
  await press('cancel-saving');
  await told(strings.save.cancelled);
  assert.equal(await page.locator('[data-action=cancel-saving]').count(), 0);
  const { name, bytes } = await save('save-webm');
  assert.equal(name, 'guidelight-animal-seed7.webm');
  const EBML = '1a45dfa3';
  assert.equal(bytes.toString('hex', 0, 4), EBML);
  await told(strings.save.done(name));
  await context.close();
});

test('a browser that records no WebM says so', async () => {
  const { press, told, context } = await finished({
    prepare: (page) => page.addInitScript(() => Reflect.deleteProperty(globalThis, 'MediaRecorder')),
  });
  await press('save-webm');
  await told(strings.save.failed('guidelight-animal-seed7.webm', strings.save.noWebm));
  await context.close();
});

test('the trajectory and the settings, for other programs', async () => {
  const { page, save, pixels, state, context } = await finished();
  const files = unzipSync((await save('save-npz')).bytes);
  const HEADER = 10;
  const body = (/** @type {Uint8Array} */ npy) => npy.subarray(HEADER + Buffer.from(npy).readUInt16LE(8));
  const xt = body(files['xt.npy']);
  assert.equal(xt.length, STEPS * 32 * 32 * 4);
  assert.deepEqual([...xt.subarray(-32 * 32 * 4)], await pixels('xt'));
  assert.equal(body(files['t.npy']).length, STEPS * 8);

  const { bytes } = await save('save-settings');
  const record = JSON.parse(bytes.toString());
  assert.equal(record.settings.seed, 7);
  const changed = { ...record, settings: { ...record.settings, seed: 11 } };
  await page.setInputFiles('input[name=settings]', {
    name: 'settings.json',
    mimeType: 'application/json',
    buffer: Buffer.from(JSON.stringify(changed)),
  });
  await state('ready');
  assert.equal(await page.inputValue('input[name=seed]'), '11');
  await context.close();
});

test('link and command line are copied; where the clipboard refuses, they are there to copy', async () => {
  const { page, press, told, readout, context } = await finished({
    context: { permissions: ['clipboard-read', 'clipboard-write'] },
  });
  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  await press('copy-command');
  await told(strings.save.commandCopied(undefined));
  assert.match(await copied(), /^guidelight sample .*--class animal .*--seed 7 --count 1 --out samples\/animal-seed7$/);
  await page.keyboard.press('Escape');
  await press('back');
  await page.waitForFunction(
    (step) => document.querySelector('[data-readout=step]')?.textContent === step,
    `3 / ${STEPS}`,
  );
  await press('save');
  await press('copy-link');
  await told(strings.save.linkCopied);
  const link = await copied();
  assert.match(link, /&autoplay=1&pause=3$/);
  const there = await open(browser, link);
  await there.state('paused');
  assert.equal(await there.readout('step'), await readout('step'));
  assert.deepEqual(
    await there.pixels('xt'),
    await page.$eval('canvas[data-canvas=xt]', (canvas) => {
      const context = /** @type {HTMLCanvasElement} */ (canvas).getContext('2d');
      return [...(context?.getImageData(0, 0, 32, 32).data ?? [])];
    }),
  );
  await there.context.close();
  await context.close();

  const refused = await finished({
    prepare: (page) =>
      page.addInitScript(() => {
        navigator.clipboard.writeText = () => Promise.reject(new DOMException('no', 'NotAllowedError'));
      }),
  });
  await refused.press('copy-command');
  await refused.told(strings.save.refused);
  const selected = await refused.page.$eval('textarea[name=copy]', (area) => {
    const { value, selectionStart, selectionEnd } = /** @type {HTMLTextAreaElement} */ (area);
    return { whole: selectionEnd - selectionStart === value.length, focused: document.activeElement === area, value };
  });
  assert.ok(selected.whole && selected.focused);
  assert.match(selected.value, /^guidelight sample /);
  await refused.context.close();
});

test('the panel by keyboard alone', async () => {
  const { page, state, context } = await open(
    browser,
    site.url + query({ model: small.name, steps: STEPS, autoplay: 1 }),
  );
  await state('done');
  await page.focus('[data-action=save]');
  await page.keyboard.press('Enter');
  await page.waitForSelector('#save-panel:popover-open');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('data-action')), 'save-picture');
  const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
  assert.match(download.suggestedFilename(), /\.png$/);
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('data-action')), 'save-picture');
  await page.keyboard.press('Escape');
  await page.waitForSelector('#save-panel', { state: 'hidden' });
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('data-action')), 'save');
  await context.close();
});
