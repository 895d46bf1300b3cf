// @ts-check
/** A film as WebM, by the browser's own recorder: it takes as long as the film does. */
import { durations, enlargement, still } from './film.js';
import { pause } from './work.js';

/** By preference. */
const TYPES = ['video/webm;codecs=vp9', 'video/webm;codecs=vp8', 'video/webm'];

/** Bits a second: enough for hard edges to stay hard. */
const BITRATE = 8_000_000;

/** @returns {string | undefined} undefined where the browser records no WebM */
export function webmType() {
  const canCapture = typeof HTMLCanvasElement.prototype.captureStream === 'function';
  return canCapture ? TYPES.find((type) => globalThis.MediaRecorder?.isTypeSupported(type)) : undefined;
}

/**
 * @param {string} mimeType
 * @param {import('../protocol.js').Frame[]} frames
 * @param {import('./film.js').Show} show
 * @param {number} size
 * @param {import('./work.js').Work} work
 * @returns {Promise<Blob>}
 */
export async function webm(mimeType, frames, show, size, work) {
  const stills = frames.map((frame) => still(frame, show, size));
  const [first] = stills;
  if (!first) throw new Error('There is no step to show yet.');
  const [small, large] = [document.createElement('canvas'), document.createElement('canvas')];
  const factor = enlargement(size);
  [small.width, small.height] = [first.width, first.height];
  [large.width, large.height] = [first.width * factor, first.height * factor];
  const [from, onto] = [small.getContext('2d'), large.getContext('2d')];
  if (!from || !onto) throw new Error('The browser gave no 2d canvas.');
  onto.imageSmoothingEnabled = false;

  // No frame by itself: each is asked for when it has been drawn.
  const stream = large.captureStream(0);
  const [track] = /** @type {CanvasCaptureMediaStreamTrack[]} */ (stream.getVideoTracks());
  const recorder = new MediaRecorder(stream, { mimeType, videoBitsPerSecond: BITRATE });
  /** @type {Blob[]} */
  const parts = [];
  recorder.addEventListener('dataavailable', ({ data }) => parts.push(data));
  const stopped = new Promise((resolve, reject) => {
    recorder.addEventListener('stop', resolve);
    recorder.addEventListener('error', () => reject(new Error('The browser’s recorder failed.')));
  });
  recorder.start();
  try {
    const times = durations(stills.length);
    const whole = times.reduce((sum, ms) => sum + ms);
    let shown = 0;
    for (const [k, { rgba, width, height }] of stills.entries()) {
      from.putImageData(new ImageData(rgba, width, height), 0, 0);
      onto.drawImage(small, 0, 0, large.width, large.height);
      track?.requestFrame();
      await pause(work, shown / whole, times[k]);
      shown += times[k] ?? 0;
    }
    // Once more, so that the last picture has a length.
    track?.requestFrame();
  } finally {
    recorder.stop();
    track?.stop();
  }
  await stopped;
  return new Blob(parts, { type: 'video/webm' });
}
