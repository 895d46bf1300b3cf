// @ts-check
/**
 * What the page and its worker say to each other: one tagged union each way, written down once.
 *
 * Several runs live beside each other, one a `lane`: a request that names none is about lane 0, the page's own run.
 *
 * Every request carries an `id`; the worker answers it with exactly one reply of the same `id`. `progress` repeats
 * while a download runs; `crashed` and `lost` come without a request, and the worker is not to be used after them.
 * Pixels and reference pictures are transferred, not copied.
 */

/**
 * One run's settings: the same keys as the URL, the command line and the saved JSON.
 * @typedef {{ model: string, class: string, style: string, method: string, start: string, sampler: string, steps: string,
 *   seed: number, backend: 'auto' | 'webgpu' | 'cpu' } & Record<string, string | number>} Settings
 */

/**
 * What a loaded model file says about itself.
 * @typedef {{ name: string, kind: 'unet' | 'classifier', parameters: number, multiplyAdds: number, size: number,
 *   classes: string[], styles: string[], provenance: unknown }} ModelInfo
 */

/**
 * One file of the model manifest, with its address made absolute. `weak` is a UNet that autoguidance leads away from.
 * @typedef {{ name: string, kind: 'unet' | 'classifier' | 'weak', url: string, bytes: number, sha256: string }} ModelFile
 */

/**
 * A frame as wasm hands it out. Pictures are RGBA, size × size × 4.
 * @typedef {{ step: number, total: number, t: number, abar: number, xt: Uint8ClampedArray, x0: Uint8ClampedArray,
 *   eps?: Uint8ClampedArray, gradient?: Uint8ClampedArray, lowpass?: Uint8ClampedArray, gradientNorm?: number,
 *   probabilities?: Float32Array, lowpassDistance?: number, ms: { unet: number, classifier: number, total: number },
 *   free?: () => void }} WireFrame
 */

/**
 * A frame as the page keeps it: the wire frame without its wasm handle. A recorded one has no ε.
 * @typedef {Omit<WireFrame, 'free'>} Frame
 */

/**
 * Pictures of a run, RGBA at the model's size: what ILVR follows, what a run starts from and inpainting keeps a part of,
 * and what it keeps of it (white).
 * @typedef {{ reference?: Uint8Array, init?: Uint8Array, mask?: Uint8Array }} Pictures
 */

/**
 * Why a back-end was chosen; the sentence for people is made from it in `i18n/`.
 * @typedef {{ code: 'works' | 'asked' | 'no-webgpu' | 'no-adapter' | 'software-adapter' | 'no-timestamp-query'
 *   | 'self-test' | 'failed' | 'lost' | 'crashed', detail?: string, difference?: number }} Reason
 */

/**
 * What only the worker knows: bytes of wasm's memory, and how many milliseconds its answers took, of each kind
 * the first and the last.
 * @typedef {{ memory: number, took: Record<string, { first: number, last: number }> }} Survey
 */

/**
 * @typedef {{ id: number, type: 'open', backend: 'auto' | 'webgpu' | 'cpu' }
 *   | { id: number, type: 'load', files: ModelFile[], keep: string[], lane?: number }
 *   | { id: number, type: 'start', settings: Settings, pictures: Pictures, lane?: number }
 *   | { id: number, type: 'invert', lane?: number }
 *   | { id: number, type: 'step', lane?: number }
 *   | { id: number, type: 'seek', position: number, lane?: number }
 *   | { id: number, type: 'update', settings: Settings, pictures: Pictures, lane?: number }
 *   | { id: number, type: 'close', lane: number }
 *   | { id: number, type: 'measure', what: import('guidelight/*').Case | 'self-test' }
 *   | { id: number, type: 'survey' }
 *   | { id: number, type: 'abort', target: number }} Request
 */

/**
 * @typedef {{ name: string, received: number, bytes: number, source: 'network' | 'cache', attempt: number }} Progress
 */

/**
 * @typedef {{ id: number, type: 'opened', backend: 'webgpu' | 'cpu', adapter: string, version: string, reason: Reason }
 *   | { id: number, type: 'loaded', models: ModelInfo[], sources: ('network' | 'cache')[], cacheProblem?: string }
 *   | { id: number, type: 'ready', position: number, total: number, toInvert: number, xt: Uint8ClampedArray, lowpass?: Uint8ClampedArray }
 *   | { id: number, type: 'frame', frame: Frame }
 *   | { id: number, type: 'finished' }
 *   | { id: number, type: 'closed' }
 *   | { id: number, type: 'measured', value: number }
 *   | { id: number, type: 'surveyed', survey: Survey }
 *   | { id: number, type: 'aborted' }
 *   | { id: number, type: 'failed', message: string, retryable: boolean }
 *   | { id: number, type: 'progress', progress: Progress }
 *   | { type: 'lost', message: string }
 *   | { type: 'crashed', message: string }} Reply
 */

/** The picture fields of a frame. */
export const PICTURES = /** @type {const} */ (['xt', 'x0', 'eps', 'gradient', 'lowpass']);

/**
 * Copies a frame out of whatever object wasm made it, and frees that object.
 * @param {WireFrame} wire
 * @returns {Frame}
 */
export function plainFrame(wire) {
  const { step, total, t, abar, xt, x0, eps, gradient, lowpass, gradientNorm, probabilities, lowpassDistance } = wire;
  const { unet, classifier, total: whole } = wire.ms;
  wire.free?.();
  return {
    step,
    total,
    t,
    abar,
    xt,
    x0,
    eps,
    gradient,
    lowpass,
    gradientNorm,
    probabilities,
    lowpassDistance,
    ms: { unet, classifier, total: whole },
  };
}

/**
 * The buffers of a frame that can change hands without a copy. Pictures that share one buffer are named once.
 * @param {Frame} frame
 * @returns {Transferable[]}
 */
export function transferables(frame) {
  const buffers = PICTURES.flatMap((name) => frame[name]?.buffer ?? []);
  if (frame.probabilities) buffers.push(frame.probabilities.buffer);
  return /** @type {Transferable[]} */ ([...new Set(buffers)]);
}
