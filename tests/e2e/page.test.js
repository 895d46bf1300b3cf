// @ts-check
/** The built page in a real browser: every control, every fall-back, and a screenshot of each state. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { subject } from './config.js';
import {
  large,
  open,
  query,
  small,
  SOFTWARE_PATIENCE,
  SOFTWARE_WEBGPU,
  startBrowser,
  startSite,
} from './support/site.js';
import { strings } from '../../www/i18n/en.js';
import { boxMeans, distance, exifJpeg, halves, png } from './support/pictures.js';

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

/** @param {string} search @param {import('./support/site.js').Visit} [options] */
const visit = (search, options) => open(browser, site.url + search, options);

/** Hands a file to the page's file field. @param {import('./support/site.js').Page} page @param {Buffer} buffer @param {string} [name] */
async function upload(page, buffer, name = 'picture.png') {
  await page.setInputFiles('input[name=reference]', { name, mimeType: 'image/png', buffer });
}
const hasReference = (/** @type {import('./support/site.js').Page} */ page) =>
  page.waitForSelector('[data-action=remove-reference]');

test('opens ready, with its noise on show and nothing on the console', async () => {
  // Who asks for something sees no recording.
  const { page, state, pixels, alerts, trouble, shot, context } = await visit('?seed=3');
  await state('ready');
  assert.deepEqual(await alerts(), []);
  for (const name of ['xt', 'x0', 'eps', 'gradient']) {
    assert.equal(await page.locator(`canvas[data-canvas=${name}]`).count(), 1, name);
    assert.equal((await pixels(name)).length, 32 * 32 * 4, name);
  }
  await page.waitForFunction(() => {
    const canvas = /** @type {HTMLCanvasElement} */ (document.querySelector('canvas[data-canvas=xt]'));
    return canvas.getContext('2d')?.getImageData(0, 0, 1, 1).data[3] === 255;
  });
  assert.equal(await page.locator('gl-trace .key .norm').count(), 0, 'no name for a line that is not there');
  // Nothing reads a picture here.
  for (const name of ['reference', 'lowpass'])
    assert.equal(await page.locator(`canvas[data-canvas=${name}]`).count(), 0, name);
  assert.match(String(await page.locator('canvas[data-canvas=xt]').getAttribute('aria-label')), /pure noise/);
  assert.match(page.url(), /[?&]class=\w+/);
  assert.deepEqual(trouble, []);
  await shot('ready');
  await context.close();
});

test('the address sets everything and starts the run; the same address gives the same pixels', async () => {
  const address = query({ autoplay: 1, method: 'conditional,classifier', eta: 0.5, steps: 5 });
  const first = await visit(address);
  await first.state('done');
  const pixels = await first.pixels('xt');
  assert.equal(await first.readout('step'), '5 / 5');
  for (const key of [
    'class=animal',
    'method=conditional,classifier',
    'eta=0.5',
    'steps=5',
    'seed=7',
    'backend=cpu',
    'autoplay=1',
  ]) {
    assert.ok(first.page.url().includes(key), `${key} in ${first.page.url()}`);
  }
  const again = await visit(first.page.url().replace(site.url, ''));
  await again.state('done');
  assert.deepEqual(await again.pixels('xt'), pixels);

  const other = await visit(address.replace('seed=7', 'seed=8'));
  await other.state('done');
  assert.notDeepEqual(await other.pixels('xt'), pixels);
  await first.page.reload();
  await first.state('done');
  assert.deepEqual(await first.pixels('xt'), pixels);
  assert.deepEqual([...first.trouble, ...again.trouble, ...other.trouble], []);
  await first.shot('done');
  for (const { context } of [first, again, other]) await context.close();
});

test('play, pause, step, back, restart, scrub', async () => {
  const { page, state, press, readout, pixels, slide, shot, context } = await visit(query({ steps: 20 }));
  await state('ready');
  await press('play');
  // From inside the page, at the third step: from here the whole run may be over before a click arrives.
  await page.evaluate(
    () =>
      new Promise((resolve) => {
        const watch = () => {
          const pause = /** @type {HTMLButtonElement | null} */ (document.querySelector('[data-action=pause]'));
          if (pause && document.querySelector('[data-readout=step]')?.textContent === '3 / 20') resolve(pause.click());
          else requestAnimationFrame(watch);
        };
        watch();
      }),
  );
  await state('paused');
  const at = Number((await readout('step'))?.split(' ')[0]);
  const shown = await pixels('xt');
  await press('step');
  await page.waitForFunction(
    (step) => document.querySelector('[data-readout=step]')?.textContent === step,
    `${at + 1} / 20`,
  );
  assert.notDeepEqual(await pixels('xt'), shown);
  await press('back');
  await page.waitForFunction(
    (step) => document.querySelector('[data-readout=step]')?.textContent === step,
    `${at} / 20`,
  );
  assert.deepEqual(await pixels('xt'), shown);
  assert.match(
    String(await page.locator('canvas[data-canvas=xt]').getAttribute('aria-label')),
    new RegExp(`after step ${at} of 20`),
  );
  await shot('paused');

  await slide('timeline', 1);
  await page.waitForFunction(() => document.querySelector('[data-readout=step]')?.textContent === '1 / 20');
  assert.equal(await page.getAttribute('input[name=timeline]', 'aria-valuetext'), 'after step 1 of 20');
  await slide('timeline', 20);
  assert.equal(await page.inputValue('input[name=timeline]'), String(at + 1));

  await press('restart');
  await state('running');
  await state('done');
  assert.equal(await readout('step'), '20 / 20');
  const drawn = await page.$$eval(
    'gl-timeline canvas[data-row=xt]',
    (canvases) =>
      canvases.filter((canvas) => {
        const { data } = /** @type {CanvasRenderingContext2D} */ (
          /** @type {HTMLCanvasElement} */ (canvas).getContext('2d')
        ).getImageData(0, 0, 32, 32);
        return data.some((value) => value > 0);
      }).length,
  );
  assert.equal(drawn, 21);
  await context.close();
});

test('shows a run as it goes', async () => {
  const { state, shot, context } = await visit(query({ steps: 400, autoplay: 1 }));
  await state('running');
  await shot('running');
  await context.close();
});

test('the keyboard does it all', async () => {
  const { page, state, readout, context } = await visit(query({ steps: 5 }));
  await state('ready');
  await page.keyboard.press('ArrowRight');
  await state('paused');
  await page.keyboard.press('ArrowRight');
  await page.waitForFunction(() => document.querySelector('[data-readout=step]')?.textContent === '2 / 5');
  await page.keyboard.press('ArrowLeft');
  await page.waitForFunction(() => document.querySelector('[data-readout=step]')?.textContent === '1 / 5');
  await page.keyboard.press('Space');
  await state('done');
  await page.focus('input[name=seed]');
  await page.keyboard.press('End');
  await page.keyboard.type('r');
  assert.equal(await readout('step'), '5 / 5');
  await page.keyboard.press('Tab');
  assert.match((await page.locator('[role=alert] p').allTextContents()).join(), /is no seed/);
  await page.locator('body').click({ position: { x: 2, y: 2 } });
  await page.keyboard.press('r');
  await state('running');
  await state('done');
  await context.close();
});

test('every control changes its setting, and the address with it', async () => {
  const { page, state, slide, press, context } = await visit(query({ method: 'classifier,ilvr', steps: 12 }));
  await state('ready');
  const says = (/** @type {string} */ part) => page.waitForFunction((wanted) => location.search.includes(wanted), part);
  await page.getByText('heart', { exact: true }).first().click();
  await says('class=heart');
  await page.selectOption('select[name=style]', { index: 1 });
  await page.waitForFunction(() => !location.search.includes('style=none'));
  await slide('scale', 7.5);
  await says('scale=7.5');
  // What most people leave alone is behind a disclosure, and in the address once it is changed.
  assert.ok(!page.url().includes('scale-from='));
  await page.focus('[data-more=classifier] summary');
  await page.keyboard.press('Enter');
  await page.locator('input[name=scale-from]').waitFor();
  await slide('scale-from', 0.25);
  await says('scale-from=0.25');
  await page.getByText('1 changed').waitFor();
  await slide('down-n', 3);
  await says('down-n=8');
  await slide('range-t', 2);
  await says('range-t=2');
  await page.selectOption('select[name=kernel]', 'lanczos3');
  await says('kernel=lanczos3');
  await page.selectOption('select[name=reference-level]', 'code');
  await says('reference-level=code');
  await slide('eta', 0.25);
  await says('eta=0.25');
  await page.getByText('DDPM', { exact: true }).click();
  await says('sampler=ddpm');
  assert.ok(!page.url().includes('eta='));
  await slide('steps-slider', 30);
  await says('steps=30');
  await page.fill('input[name=steps]', '10,15');
  await page.press('input[name=steps]', 'Enter');
  await says('steps=10,15');
  await page.fill('input[name=steps]', 'many');
  await page.press('input[name=steps]', 'Tab');
  assert.equal(await page.inputValue('input[name=steps]'), '10,15');
  await page.fill('input[name=seed]', '9007199254740991');
  await page.press('input[name=seed]', 'Enter');
  await says('seed=9007199254740991');
  await press('dice');
  await page.waitForFunction(() => !location.search.includes('seed=9007199254740991'));
  await page.getByLabel('Class label').check();
  await says('method=conditional,classifier,ilvr');
  await page.getByLabel('Classifier gradient').uncheck();
  await says('method=conditional,ilvr');
  await page.getByLabel('Classifier gradient').check();
  await page.locator('input[name=scale-from]').waitFor();
  await page.getByLabel('Palette').check();
  await page.fill('input[name=palette]', 'ffcc00');
  await page.press('input[name=palette]', 'Enter');
  await says('palette=ffcc00');
  await page.selectOption('select[name=start]', 'sdedit');
  await says('start=sdedit');
  await slide('strength', 0.3);
  await says('strength=0.3');
  await page.getByText('Automatic', { exact: true }).click();
  await says('backend=auto');
  await state('ready');
  await context.close();
});

test('a change in the middle forks the run there', async () => {
  const { page, state, press, pixels, readout, context, shot } = await visit(query({ steps: 6, autoplay: 1 }));
  await state('done');
  const straight = await pixels('xt');
  await page.$eval('input[name=timeline]', (input) => {
    /** @type {HTMLInputElement} */ (input).value = '2';
    input.dispatchEvent(new Event('input', { bubbles: true }));
  });
  await state('paused');
  await page.getByText('vehicle', { exact: true }).first().click();
  await page.getByText('forks the run here, after step 2').waitFor();
  await shot('fork');
  await press('play');
  await state('done');
  assert.equal(await readout('step'), '6 / 6');
  assert.notDeepEqual(await pixels('xt'), straight);
  assert.equal(await page.locator('gl-timeline canvas.fork[data-row=xt]').count(), 1);
  await context.close();
});

test('bad parameters: one sentence each, defaults, and still ready', async () => {
  const { page, state, alerts, shot, context } = await visit(
    '?scale=-3&class=unicorn&steps=0&backend=cpu&flavour=sweet',
  );
  await state('ready');
  assert.equal((await alerts()).length, 1);
  const problems = () => page.locator('[role=alert] li').allTextContents();
  for (const sentence of await problems()) assert.match(sentence, /^The address [^.]+\.$/);
  // The sentence names the value that is then used, and the address has it.
  const used = /scale=-3, .+, so ([\d.]+) is used/.exec((await problems()).join('\n'))?.[1];
  await page.waitForURL((url) => url.search.includes(`scale=${used}&`));
  await shot('bad-parameters');
  // What somebody sets is settled, and the rest goes with its box.
  await page.fill('input[name=steps]', '7');
  await page.press('input[name=steps]', 'Enter');
  await page.waitForFunction(() => document.querySelectorAll('[role=alert] li').length === 3);
  await page.click('[data-action=dismiss]');
  assert.deepEqual(await alerts(), []);
  await context.close();
});

test('ILVR holds the sample to an uploaded picture: its distance falls at least fivefold', async () => {
  const reference = halves();
  const run = async (/** @type {string} */ method) => {
    const visited = await visit(query({ method, steps: 12, 'down-n': 4, kernel: 'box' }));
    await visited.state('ready');
    await upload(visited.page, png(reference));
    await hasReference(visited.page);
    await visited.press('play');
    await visited.state('done');
    return visited;
  };
  const [off, on] = [await run('none'), await run('ilvr')];
  const wanted = boxMeans(await on.pixels('reference'), 4);
  const [far, near] = [
    distance(boxMeans(await off.pixels('xt'), 4), wanted),
    distance(boxMeans(await on.pixels('xt'), 4), wanted),
  ];
  assert.ok(near * 5 <= far, `φ distance ${near.toFixed(2)} with ILVR, ${far.toFixed(2)} without, in levels of 255`);
  assert.match(String(await on.readout('distance')), /^0\.\d{3}$/);
  // Nothing holds the layout there.
  for (const shown of ['[data-readout=distance]', 'canvas[data-canvas=lowpass]'])
    assert.equal(await off.page.locator(shown).count(), 0, shown);
  // φ_N(reference) beside the sample: a box filter of the picture itself is constant in each block.
  assert.ok(distance(boxMeans(await on.pixels('lowpass'), 4), wanted) < 2);
  await on.shot('ilvr');
  for (const { context } of [off, on]) await context.close();
});

test('inpainting keeps the border of an uploaded picture and paints the middle', async () => {
  // The double does not jump.
  const jumps = subject === 'package' ? { 'jump-length': 2, 'jump-times': 2 } : {};
  const { page, state, press, pixels, readout, trouble, shot, context } = await visit(
    query({ method: 'conditional', steps: 5, ...jumps }),
  );
  await state('ready');
  await upload(page, png(halves()));
  await page.click('[data-action=use-reference][value=repaint]');
  // Two stretches of two steps are walked twice, and that is known before the first step.
  const total = subject === 'package' ? 9 : 5;
  await page.waitForFunction(
    (wanted) => document.querySelector('[data-readout=step]')?.textContent === wanted,
    `0 / ${total}`,
  );
  await press('play');
  await state('done');
  assert.equal(await readout('step'), `${total} / ${total}`);
  assert.equal(await page.getAttribute('input[name=timeline]', 'max'), String(total));
  // Where the run went back up there is a tick.
  assert.equal(await page.getAttribute('.jumps path', 'd'), subject === 'package' ? 'M2 0V1M6 0V1' : '');
  const [reference, sample] = [await pixels('reference'), await pixels('xt')];
  const inMiddle = (/** @type {number} */ i) => i >= 8 && i < 24;
  const part = (/** @type {number[]} */ rgba, /** @type {boolean} */ middle) =>
    rgba.filter((_, i) => {
      const pixel = Math.floor(i / 4);
      return (inMiddle(pixel % 32) && inMiddle(Math.floor(pixel / 32))) === middle;
    });
  const apart = (/** @type {boolean} */ middle) => distance(part(sample, middle), part(reference, middle));
  assert.ok(apart(false) < 8, `the border is ${apart(false)} levels of 255 away`);
  assert.ok(apart(true) > 40, `the middle is only ${apart(true)} levels away`);
  assert.deepEqual(trouble, []);
  await shot('inpainting');
  await context.close();
});

test('SDEdit starts from an uploaded picture, part of the way', async () => {
  const { page, state, press, pixels, readout, alerts, slide, shot, context } = await visit(
    query({ method: 'conditional', steps: 10 }),
  );
  await state('ready');
  await page.selectOption('select[name=start]', 'sdedit');
  await press('play');
  await page.getByText('needs a reference picture').waitFor();
  await upload(page, png(halves()));
  await page.waitForFunction(() => document.querySelector('[data-readout=step]')?.textContent === '0 / 6');
  assert.deepEqual(await alerts(), []);
  const wanted = boxMeans(await pixels('reference'), 8);
  const away = async () => distance(boxMeans(await pixels('xt'), 8), wanted);
  const began = await away();
  await press('play');
  await state('done');
  assert.equal(await readout('step'), '6 / 6');
  const ended = await away();
  await shot('sdedit');
  // From noise it is another picture; it starts anew, for where a run started cannot be changed on the way.
  await page.selectOption('select[name=start]', 'noise');
  await press('play');
  await page.waitForFunction(() => document.querySelector('[data-readout=step]')?.textContent === '10 / 10');
  const end = await away();
  await slide('timeline', 0);
  await state('ready');
  const start = await away();
  assert.ok(began < 0.9 * start, `begins ${began} levels of 255 away from the picture, ${start} when in noise`);
  // The double only knows its own drawings, wherever it starts.
  if (subject === 'package') assert.ok(ended * 2 < end, `ends ${ended} levels away, ${end} when started from noise`);
  await context.close();
});

test('an inversion says what it does, step by step, and can be paused', async () => {
  const { page, state, press, readout, trouble, shot, context } = await visit(
    query({ method: 'none', start: 'inversion', strength: 1, steps: 12 }),
  );
  await state('ready');
  // From inside the page, which is quicker than a click from here: play when it has begun, pause two steps on.
  const watched = page.evaluate(
    () =>
      new Promise((resolve) => {
        /** @type {Set<string>} */
        const told = new Set();
        const click = (/** @type {string} */ action) =>
          /** @type {HTMLButtonElement | null} */ (document.querySelector(`[data-action=${action}]`))?.click();
        const watch = () => {
          const status = document.querySelector('gl-status')?.textContent ?? '';
          if (told.has(status)) return;
          told.add(status);
          if (status.includes('1 of 11')) click('play');
          if (status.includes('3 of 11')) click('pause');
          if (status.includes('3 of 11')) resolve([...told]);
        };
        const observer = new MutationObserver(watch);
        observer.observe(document.body, { subtree: true, childList: true, characterData: true });
      }),
  );
  await upload(page, png(halves()));
  const told = /** @type {string[]} */ (await watched);
  assert.deepEqual(
    told.filter((status) => status.includes('Backwards')),
    [0, 1, 2, 3].map((done) => `${strings.status.inverting}${strings.inverted(done, 11)}`),
  );
  await page.locator('gl-status progress').waitFor({ state: 'detached' });
  await state('ready');
  assert.equal(await readout('step'), '0 / 12');
  await shot('inversion');
  await press('play');
  await state('done');
  assert.equal(await readout('step'), '12 / 12');
  assert.deepEqual(trouble, []);
  await context.close();
});

test('autoguidance fetches the small model before it runs, and is barred where there is none', async () => {
  const { page, state, press, pixels, slide, alerts, shot, context } = await visit(
    query({ method: 'conditional', steps: 3 }),
  );
  await state('ready');
  await press('play');
  await state('done');
  const plain = await pixels('xt');
  const asked = () => site.requests.filter((path) => path.endsWith(`/${small.file}`)).length;
  const before = asked();
  await page.getByRole('checkbox', { name: 'Autoguidance' }).check();
  await press('restart');
  await state('running');
  await state('done');
  assert.deepEqual([asked() - before, await alerts()], [1, []]);
  assert.notDeepEqual(await pixels('xt'), plain);
  await shot('autoguidance');
  // A weight of 1 is the model alone.
  await slide('auto-weight', 1);
  await press('restart');
  await state('running');
  await state('done');
  assert.deepEqual(await pixels('xt'), plain);
  assert.equal(asked() - before, 1);

  await page.getByRole('checkbox', { name: 'Autoguidance' }).uncheck();
  await page.selectOption('select[name=model]', small.name);
  await page.getByText(`there is none for ${small.name}`).waitFor();
  assert.ok(await page.getByRole('checkbox', { name: 'Autoguidance' }).isDisabled());
  await context.close();
});

test('a text that is wrong is answered in a sentence, and nothing is lost', async () => {
  const { page, state, press, readout, alerts, context } = await visit(query({ method: 'palette', steps: 3 }));
  await state('ready');
  await page.getByText('it does nothing').waitFor();
  await page.fill('input[name=palette]', 'red');
  await page.press('input[name=palette]', 'Tab');
  await page
    .locator('[role=alert] p')
    .filter({ hasText: /^palette: expected .+, got red\.$/ })
    .waitFor();
  assert.equal(await page.getAttribute('html', 'data-state'), 'ready');
  await page.fill('input[name=palette]', 'ff8800');
  await page.press('input[name=palette]', 'Tab');
  await page.waitForFunction(() => !document.querySelector('[role=alert]'));
  await press('step');
  await state('paused');
  assert.equal(await readout('step'), '1 / 3');
  assert.deepEqual(await alerts(), []);
  await context.close();
});

test('a reference is turned upright, put on white, cropped or shown whole, and removed', async () => {
  const { page, state, pixels, context } = await visit(query());
  await state('ready');
  const at = async (/** @type {number} */ x, /** @type {number} */ y) =>
    (await pixels('reference')).slice((y * 32 + x) * 4, (y * 32 + x) * 4 + 3);
  const near = (/** @type {number[]} */ got, /** @type {number[]} */ wanted) =>
    got.forEach((value, i) => assert.ok(Math.abs(value - wanted[i]) < 24, `${got} is not ${wanted}`));

  // Stored lying on its side: red on the left, blue on the right; its EXIF says to turn it by a quarter.
  await upload(page, await exifJpeg(page, 6), 'photo.jpg');
  await hasReference(page);
  near(await at(16, 4), [255, 0, 0]);
  near(await at(16, 27), [0, 0, 255]);

  const wide = {
    width: 64,
    height: 32,
    pixel: (/** @type {number} */ x) => (x < 16 || x >= 48 ? [0, 160, 0, 255] : [200, 0, 0, 0]),
  };
  await upload(page, png(wide));
  await page.waitForFunction(() => {
    const canvas = /** @type {HTMLCanvasElement} */ (document.querySelector('canvas[data-canvas=reference]'));
    return canvas.getContext('2d')?.getImageData(16, 16, 1, 1).data[1] === 255;
  });
  near(await at(16, 16), [255, 255, 255]); // transparent, whatever its hidden colour
  near(await at(1, 16), [255, 255, 255]);
  await page.getByText('Show it whole').click();
  await page.waitForFunction(() => {
    const canvas = /** @type {HTMLCanvasElement} */ (document.querySelector('canvas[data-canvas=reference]'));
    return canvas.getContext('2d')?.getImageData(2, 16, 1, 1).data[0] === 0;
  });
  near(await at(2, 16), [0, 160, 0]);
  near(await at(16, 2), [255, 255, 255]);
  await page.click('[data-action=remove-reference]');
  await page.waitForSelector('canvas[data-canvas=reference]', { state: 'detached' });
  await context.close();
});

test('a picture can be dropped and pasted; what is none is refused kindly', async () => {
  const { page, state, alerts, context, shot } = await visit(query({ method: 'classifier,ilvr' }));
  await state('ready');
  /** @param {'drop' | 'paste'} kind @param {Buffer | undefined} bytes @param {string} type */
  const give = (kind, bytes, type = 'image/png') =>
    page.evaluate(
      ([how, data, mime]) => {
        const transfer = new DataTransfer();
        if (data)
          transfer.items.add(
            new File([Uint8Array.from(/** @type {number[]} */ (data))], 'given', { type: String(mime) }),
          );
        const target = document.querySelector('main') ?? document.body;
        target.dispatchEvent(
          how === 'drop'
            ? new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true })
            : new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true }),
        );
      },
      /** @type {const} */ ([kind, bytes && [...bytes], type]),
    );
  for (const kind of /** @type {const} */ (['drop', 'paste'])) {
    await give(kind, png(halves()));
    await hasReference(page);
    await page.click('[data-action=remove-reference]');
  }
  const huge = Buffer.from(png(halves()));
  huge.writeUInt32BE(20_000, 16);
  huge.writeUInt32BE(20_000, 20);
  const refusals = /** @type {[Buffer | undefined, string, RegExp][]} */ ([
    [
      Buffer.from('hello'),
      'text/plain',
      /not a picture this page can read: expected PNG, JPEG, WebP or GIF, got text\/plain\.$/,
    ],
    [Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'image/svg+xml', /got image\/svg\+xml\.$/],
    [huge, 'image/png', /too large: expected at most 50 megapixels, got 20000 × 20000\.$/],
    [
      png(halves()).subarray(0, 60),
      'image/png',
      /PNG picture could not be decoded: the file seems damaged or cut short\.$/,
    ],
    [undefined, '', /no picture file in that/],
  ]);
  for (const [bytes, type, sentence] of refusals) {
    await give('drop', bytes, type);
    await page.locator('[role=alert] p').filter({ hasText: sentence }).waitFor();
    assert.equal((await alerts()).length, 1);
    assert.equal(await page.getAttribute('html', 'data-state'), 'ready');
  }
  await shot('refused-pictures');
  await page.click('[data-action=play]');
  await page.getByText('needs a reference picture').waitFor();
  await give('drop', png(halves()));
  await page.waitForFunction(() => !document.querySelector('[role=alert]'));
  assert.equal(await page.getAttribute('html', 'data-state'), 'ready');
  await context.close();
});

test('the second visit reads the weights from the cache, without a network for them', async () => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const first = await open(browser, site.url + query(), { shared: context });
  await first.state('ready');
  assert.match(await first.page.locator('#line-model').innerText(), /downloaded/);
  await first.page.close();
  const second = await open(browser, site.url + query({ autoplay: 1 }), {
    shared: context,
    prepare: (page) => page.route('**/models/**', (route) => route.abort('internetdisconnected')),
  });
  await second.state('done');
  assert.match(await second.page.locator('#line-model').innerText(), /from cache/);
  await second.shot('from-cache');
  await context.close();
});

/** Has a file of the site wait, or fail, until it is released. @param {string} file */
function gate(file) {
  let release = () => {};
  const held = new Promise((resolve) => {
    release = () => resolve(undefined);
  });
  /** @param {import('./support/site.js').Page} page */
  const prepare = (page) =>
    page.route(`**/models/${file}`, async (route) => {
      await held;
      await route.continue();
    });
  return { prepare, release: () => release() };
}
/** Waits until the status line says it. @param {import('./support/site.js').Page} page @param {string} part */
const says = (page, part) =>
  page.waitForFunction(
    (wanted) => document.querySelector('gl-status [role=status]')?.textContent?.includes(wanted),
    part,
  );

test('a first visit shows the small model until the large one has arrived, a second visit the large one at once', async () => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const bare = '?class=animal&backend=cpu&steps=12&autoplay=1';
  const { prepare, release } = gate(large.file);
  const first = await open(browser, site.url + bare, { shared: context, prepare });
  const { page, state, pixels, alerts, shot, trouble } = first;
  await state('done');
  await says(page, `${small.name} stands in until ${large.name} has arrived.`);
  assert.match(await page.locator('gl-status small').innerText(), new RegExp(`^Downloading ${large.name}: 0\\.0 of`));
  assert.equal(
    await page.locator('select[name=model] option:checked').innerText(),
    `${large.name} (for now ${small.name})`,
  );
  assert.match(page.url(), new RegExp(`[?&]model=${large.name}&`));
  const preview = await pixels('xt');
  await shot('preview');
  release();
  await says(page, `${large.name} has arrived and took over from ${small.name}.`);
  await state('done');
  const taken = await pixels('xt');
  assert.equal(await page.locator('gl-status progress').count(), 0);
  assert.equal(await page.locator('select[name=model] option:checked').innerText(), large.name);
  assert.deepEqual([...(await alerts()), ...trouble], []);
  assert.deepEqual(
    (await page.locator('gl-tree [role=treeitem] b').allInnerTexts()).map((words) => words.startsWith('Preview: ')),
    [true, false],
  );
  await shot('preview-replaced');

  const named = await visit(page.url().replace(site.url, ''));
  await named.state('done');
  assert.deepEqual(taken, await named.pixels('xt'));
  const smallNamed = await visit(
    page.url().replace(site.url, '').replace(`model=${large.name}`, `model=${small.name}`),
  );
  await smallNamed.state('done');
  assert.deepEqual(preview, await smallNamed.pixels('xt'));
  assert.notDeepEqual(preview, taken);

  await page.close();
  const second = await open(browser, site.url + bare, {
    shared: context,
    prepare: (page) => page.route('**/models/**', (route) => route.abort('internetdisconnected')),
  });
  await second.state('done');
  assert.deepEqual(await second.pixels('xt'), taken);
  assert.match(await second.page.locator('#line-model').innerText(), /from cache/);
  for (const made of [context, named.context, smallNamed.context]) await made.close();
});

test('a large model that does not arrive leaves the small one at work, and a button that gets it', async () => {
  let broken = true;
  const { page, state, alerts, press, shot, context } = await visit('?class=animal&backend=cpu&steps=4', {
    prepare: (page) =>
      page.route(`**/models/${large.file}`, (route) => (broken ? route.fulfill({ status: 404 }) : route.continue())),
  });
  await page
    .locator('.notice[role=status] p')
    .filter({ hasText: `so ${small.name} goes on` })
    .waitFor();
  assert.deepEqual(await alerts(), []);
  await press('play');
  await state('done');
  await shot('preview-stays');
  broken = false;
  await press('retry');
  await says(page, `This run is ${small.name}’s; ${large.name} has arrived and makes the next.`);
  assert.equal(await page.locator('.notice').count(), 0);
  await press('play');
  await says(page, `${large.name} has arrived and took over from ${small.name}.`);
  await state('done');
  await context.close();
});

test('no network on the first visit: a sentence and a button that works', async () => {
  let offline = true;
  const { state, alerts, press, shot, context } = await visit(query(), {
    prepare: (page) =>
      page.route('**/models/**', (route) => (offline ? route.abort('internetdisconnected') : route.continue())),
  });
  await state('error');
  assert.equal((await alerts()).length, 1);
  assert.match((await alerts())[0], /^The page could not start: .+\.$/);
  await shot('offline');
  offline = false;
  await press('retry');
  await state('ready');
  assert.deepEqual(await alerts(), []);
  await context.close();
});

for (const [name, spoil, sentence] of /** @type {[string, (body: Buffer) => Buffer, RegExp][]} */ ([
  [
    'corrupted',
    (body) => {
      body[body.length - 9] ^= 255;
      return body;
    },
    /^The page could not start: .*expected SHA-256 \w+, got \w+\.$/,
  ],
  [
    'cut',
    (body) => body.subarray(0, body.length - 1000),
    /^The page could not start: .+ has the wrong length: expected \d+ bytes, got \d+\.$/,
  ],
  [
    'oversized',
    (body) => Buffer.concat([body, Buffer.alloc(5000)]),
    /^The page could not start: .+ has the wrong length: expected \d+ bytes, got \d+\.$/,
  ],
])) {
  test(`a ${name} model file gives one sentence`, async () => {
    const { state, alerts, shot, context } = await visit(query(), {
      prepare: (page) =>
        page.route(/models\/.*\.safetensors$/, async (route) => {
          const response = await route.fetch();
          const body = spoil(Buffer.from(await response.body()));
          await route.fulfill({ status: 200, headers: { 'content-length': String(body.length) }, body });
        }),
    });
    await state('error');
    assert.equal((await alerts()).length, 1);
    assert.match((await alerts())[0], sentence);
    await shot(`${name}-file`);
    await context.close();
  });
}

test('without WebGPU the CPU does it, and the page says why', async () => {
  const { page, state, shot, context, trouble } = await visit(query({ backend: 'webgpu', autoplay: 1, steps: 3 }));
  await state('done');
  await page
    .getByText(/^The CPU, because (this browser offers no WebGPU|WebGPU found no graphics adapter here)\.$/)
    .waitFor();
  assert.ok(page.url().includes('backend=webgpu'));
  assert.deepEqual(
    trouble.filter((line) => !/WebGPU|adapter/i.test(line)),
    [],
  );
  await shot('no-webgpu');
  await context.close();
});

test('a worker that crashes is replaced, and the run starts over with its settings', async () => {
  const { page, state, alerts, pixels, press, readout, shot, context } = await visit(query({ steps: 30, scale: 6.5 }));
  await state('ready');
  await press('play');
  await page.waitForFunction(
    () => Number(document.querySelector('[data-readout=step]')?.textContent?.split(' ')[0]) >= 2,
  );
  // As a panic inside an awaited wasm call shows itself.
  await page.workers()[0].evaluate(
    () =>
      void setTimeout(() => {
        throw new Error('unreachable executed');
      }),
  );
  await page.getByText('The computation broke off').waitFor();
  await state('done');
  assert.equal((await alerts()).length, 1);
  assert.equal(await readout('step'), '30 / 30');
  assert.ok(page.url().includes('scale=6.5'));
  await shot('worker-crash');

  const straight = await visit(query({ steps: 30, scale: 6.5, autoplay: 1 }));
  await straight.state('done');
  assert.deepEqual(await pixels('xt'), await straight.pixels('xt'));
  await context.close();
  await straight.context.close();
});

test('the download is on show, and can be watched', async () => {
  let release = () => {};
  const held = new Promise((resolve) => {
    release = () => resolve(undefined);
  });
  const { page, state, shot, context } = await visit(query(), {
    prepare: (page) =>
      page.route(/models\/.*\.safetensors$/, async (route) => {
        await held;
        await route.continue();
      }),
  });
  await page.locator('gl-status progress').waitFor();
  assert.match(await page.locator('gl-status small').innerText(), /^Downloading .+: 0\.0 of \d+\.\d MB$/);
  assert.equal(await page.getAttribute('html', 'data-state'), 'loading');
  await shot('loading');
  release();
  await state('ready');
  assert.equal(await page.locator('gl-status progress').count(), 0);
  await context.close();
});

test('WebGPU runs where there is an adapter, even one in software; a device that is lost leaves the CPU', async () => {
  const capable = await startBrowser(SOFTWARE_WEBGPU);
  try {
    // Without the gradient, and few steps: a graphics card in software is slow, most of all in making its kernels.
    const short = { method: 'conditional', steps: 2, autoplay: 1 };
    const visited = await open(capable, site.url + query({ ...short, backend: 'webgpu' }), {
      patience: SOFTWARE_PATIENCE,
    });
    const { page, state, pixels, alerts, shot } = visited;
    await state('done');
    await page.getByText(/^WebGPU \(.+\): its self-test agrees with the CPU to .+\.$/).waitFor();
    const cpu = await visit(query(short));
    await cpu.state('done');
    const [a, b] = [await pixels('xt'), await cpu.pixels('xt')];
    const apart = Math.max(...a.map((value, i) => Math.abs(value - b[i])));
    assert.ok(apart <= 2, `WebGPU and CPU differ by ${apart} levels of 255`);
    await shot('webgpu');
    await cpu.context.close();

    if (subject === 'package') {
      await (await capable.newBrowserCDPSession()).send('Browser.crashGpuProcess');
      await page.getByText('The CPU, because the graphics device failed.').waitFor();
      // Its frames are still there, so the run still stands at its end; `ready` lasts for a moment only.
      await state('done');
      assert.match((await alerts())[0], /^The GPU was lost .+; it goes on on the CPU with your settings kept\.$/);
      assert.ok(page.url().includes('backend=webgpu'));
      await shot('device-lost');
    }
  } finally {
    await capable.close();
  }
});

test('fits every screen, light and dark', async () => {
  for (const [width, height, colorScheme] of /** @type {const} */ ([
    [360, 740, 'light'],
    [390, 844, 'dark'],
    [820, 1100, 'light'],
    [1280, 900, 'dark'],
    [2560, 1440, 'light'],
    [3840, 2160, 'dark'],
  ])) {
    const { page, state, shot, context } = await visit(
      query({ steps: 8, autoplay: 1, method: 'conditional,classifier', eta: 0.5 }),
      {
        context: { viewport: { width, height }, colorScheme, hasTouch: width < 500 },
      },
    );
    await state('done');
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(overflow <= 0, `${overflow} px too wide at ${width} px`);
    await shot(`size-${width}-${colorScheme}`);
    await context.close();
  }
});

test('asks nothing of third parties, keeps its policy, and each visitor fetches one engine', async () => {
  /** @type {string[]} */
  const asked = [];
  const { page, state, trouble, context } = await visit(query({ steps: 2, autoplay: 1 }), {
    prepare: async (page) => page.context().on('request', (request) => asked.push(request.url())),
  });
  await state('done');
  assert.deepEqual(
    asked.filter((address) => !address.startsWith(site.url) && !address.startsWith('blob:')),
    [],
  );
  const policy = String(await page.locator('meta[http-equiv=Content-Security-Policy]').getAttribute('content'));
  assert.ok(policy.includes("script-src 'self' 'wasm-unsafe-eval'") && !policy.includes('unsafe-inline'));
  assert.equal(await page.locator('[style]:not(.strip, .bar span, .way, gl-stage)').count(), 0);
  assert.deepEqual(trouble, []);
  // The service worker keeps it, which asks for it again.
  if (subject === 'package') assert.equal(new Set(asked.filter((address) => address.endsWith('.wasm'))).size, 1);
  await context.close();
});
