// @ts-check
/**
 * A recorded run as a file, small enough to arrive before any wasm: the numbers of its steps as JSON and its pictures as
 * deflated levels. Noise hardly compresses, so x_t has few levels while it is mostly noise, and x̂₀ is told as its
 * difference from the one before. `tools/record.js` makes it.
 */

/** @typedef {import('./state.js').KeptFrame} KeptFrame */
/** @typedef {NonNullable<import('./state.js').State['start']>} Start */

/**
 * `models` are what it was made with; `levels` are those of each x_t, its start first, and of x̂₀.
 * @typedef {{ settings: import('./protocol.js').Settings, models: { name: string, sha256: string }[], size: number,
 *   levels: { xt: number[], x0: number },
 *   steps: { t: number, abar: number, gradientNorm?: number, probabilities: number[] }[] }} Recording
 */

/** Bytes a pixel: pictures are recorded without their alpha. */
const CHANNELS = 3;

/**
 * The value that a level stands for, of `count` from 0 to 255.
 * @param {number} level
 * @param {number} count
 */
export const valueOf = (level, count) => Math.round((level * 255) / (count - 1));

/**
 * The level nearest to a value.
 * @param {number} value
 * @param {number} count
 */
export const levelOf = (value, count) => Math.round((value * (count - 1)) / 255);

/** @returns {Promise<{ recording: Recording, bytes: Uint8Array }>} */
export async function fetchRecording() {
  const [numbers, pictures] = await Promise.all([
    fetch(new URL('./recorded/emoji32.json', import.meta.url)),
    fetch(new URL('./recorded/emoji32.bin', import.meta.url)),
  ]);
  if (!numbers.ok || !pictures.body) throw new Error('The recorded run could not be fetched.');
  const inflated = pictures.body.pipeThrough(new DecompressionStream('deflate'));
  return { recording: await numbers.json(), bytes: new Uint8Array(await new Response(inflated).arrayBuffer()) };
}

/**
 * @param {Recording} recording
 * @param {Uint8Array} bytes the pictures, inflated: all x_t, then all x̂₀
 * @returns {{ start: Start, frames: KeptFrame[] }}
 */
export function unpack({ settings, size, levels, steps }, bytes) {
  const pixels = size * size;
  const picture = (/** @type {number} */ index, /** @type {number} */ count) => {
    const from = index * pixels * CHANNELS;
    const rgba = new Uint8ClampedArray(pixels * 4).fill(255);
    for (let i = 0; i < pixels * CHANNELS; i++)
      rgba[Math.floor(i / CHANNELS) * 4 + (i % CHANNELS)] = valueOf(bytes[from + i] ?? 0, count);
    return rgba;
  };
  const noisy = levels.xt.map((count, index) => picture(index, count));
  bytes = bytes.slice();
  for (let i = (noisy.length + 1) * pixels * CHANNELS; i < bytes.length; i++)
    bytes[i] = /** @type {number} */ (bytes[i]) + /** @type {number} */ (bytes[i - pixels * CHANNELS]);
  const [start, ...states] = /** @type {[Uint8ClampedArray, ...Uint8ClampedArray[]]} */ (noisy);
  const total = states.length;
  const frames = states.map((xt, k) => {
    const { t, abar, gradientNorm, probabilities } = /** @type {Recording['steps'][number]} */ (steps[k]);
    return {
      step: k + 1,
      total,
      t,
      abar,
      xt,
      x0: picture(noisy.length + k, levels.x0),
      // The numbers behind the pictures are not recorded.
      values: { next: new Float32Array() },
      parts: [],
      gradientNorm,
      probabilities: new Float32Array(probabilities),
      ms: { unet: 0, classifier: 0, total: 0 },
      inputs: { settings, pictures: {} },
      shown: { reference: undefined, init: undefined, mask: undefined },
      forked: false,
    };
  });
  return { start: { xt: start, total }, frames };
}
