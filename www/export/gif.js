// @ts-check
/** A film as an animated GIF. */
import { applyPalette, GIFEncoder, quantize } from 'gifenc/dist/gifenc.esm.js';
import { durations, enlarge, enlargement, still } from './film.js';
import { pause } from './work.js';

/** As many colours as a GIF's picture can have. */
const COLOURS = 256;

/**
 * @param {import('../protocol.js').Frame[]} frames
 * @param {import('./film.js').Show} show
 * @param {number} size
 * @param {import('./work.js').Work} work
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
export async function gif(frames, show, size, work) {
  const encoder = GIFEncoder();
  const factor = enlargement(size);
  const times = durations(frames.length);
  for (const [k, frame] of frames.entries()) {
    await pause(work, k / frames.length);
    const { rgba, width, height } = still(frame, show, size);
    const palette = quantize(rgba, COLOURS);
    const pixels = enlarge(applyPalette(rgba, palette), width, factor);
    encoder.writeFrame(pixels, width * factor, height * factor, { palette, delay: times[k] });
  }
  encoder.finish();
  return encoder.bytes();
}
