// @ts-check
/**
 * Records README's animated picture: a run of the page as it opens, step by step, in a real browser. Run it after
 * `./build.sh build`, whenever the page looks different: `node tools/picture.js`.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { serve } from '../tests/e2e/support/server.js';
import { root, startBrowser, tool } from '../tests/support/browser.js';

const { applyPalette, GIFEncoder, quantize } = tool('gifenc');

/** What is shown; the model is named so that no preview comes first. */
const RUN = '?model=emoji32&class=face&seed=0&backend=cpu&lang=en';
const VIEW = { width: 1280, height: 800 };

/** How long a step is shown and how long the last one, in ms. */
const [STEP, HELD] = [140, 2500];
/** A GIF's palette, less the colour that says: as in the picture before. */
const COLOURS = 255;
/** Pixels that the palette is made from: one in so many. */
const SAMPLED = 7;

const site = await serve(join(root, 'dist'));
const browser = await startBrowser();
try {
  const page = await browser.newPage({ viewport: VIEW, colorScheme: 'light', reducedMotion: 'reduce' });
  await page.goto(site.url + RUN);
  await page.waitForSelector('html[data-state=ready]', { state: 'attached' });
  const decoder = await browser.newPage();
  const shots = [await shot(page, decoder)];
  const total = Number(await page.getAttribute('input[name=timeline]', 'max'));
  for (let step = 1; step <= total; step++) {
    // Not clicked: neither a pointer nor a focus is to be seen.
    await page.$eval('[data-action=step]', (button) => /** @type {HTMLButtonElement} */ (button).click());
    await page.waitForFunction(
      (text) => document.querySelector('[data-readout=step]')?.textContent === text,
      `${step} / ${total}`,
    );
    shots.push(await shot(page, decoder));
  }
  writeFileSync(join(root, 'docs/page.gif'), film(shots));
} finally {
  await browser.close();
  await site.close();
}

/**
 * The pixels of a page: the browser that draws them decodes them too.
 * @param {import('playwright-core').Page} page
 * @param {import('playwright-core').Page} decoder
 */
async function shot(page, decoder) {
  const png = (await page.screenshot()).toString('base64');
  const rgba = await decoder.evaluate(
    async ({ png, width, height }) => {
      const canvas = new OffscreenCanvas(width, height);
      const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext('2d'));
      context.drawImage(await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob()), 0, 0);
      const bytes = new Blob([context.getImageData(0, 0, width, height).data]);
      const reader = new FileReader();
      reader.readAsDataURL(bytes);
      await new Promise((resolve) => (reader.onload = resolve));
      return String(reader.result).replace(/^.*,/, '');
    },
    { png, ...VIEW },
  );
  return new Uint32Array(new Uint8Array(Buffer.from(rgba, 'base64')).buffer);
}

/**
 * One palette for all, so that nothing flickers; what stays as it is costs nothing.
 * @param {Uint32Array[]} shots
 */
function film(shots) {
  const sample = shots.flatMap((pixels) => [...pixels.filter((_, i) => i % SAMPLED === 0)]);
  const palette = quantize(new Uint8Array(Uint32Array.from(sample).buffer), COLOURS);
  const same = palette.length;
  const encoder = GIFEncoder();
  /** @type {Uint8Array | undefined} */
  let before;
  for (const [k, pixels] of shots.entries()) {
    const indexed = applyPalette(new Uint8Array(pixels.buffer), palette);
    const changed = indexed.map((colour, i) => (before?.[i] === colour ? same : colour));
    encoder.writeFrame(changed, VIEW.width, VIEW.height, {
      palette: k === 0 ? [...palette, [0, 0, 0]] : undefined,
      delay: k + 1 === shots.length ? HELD : STEP,
      transparent: true,
      transparentIndex: same,
      dispose: 1,
    });
    before = indexed;
  }
  encoder.finish();
  return encoder.bytes();
}
