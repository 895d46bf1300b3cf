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
 * One file of the model manifest, with its address made absolute. `weak` is a UNet that autoguidance leads away from;
 * what is `optional` may be missed.
 * @typedef {{ name: string, kind: 'unet' | 'classifier' | 'weak', url: string, bytes: number, sha256: string,
 *   optional?: boolean }} ModelFile
 */

/**
 * An optional file that could not be had, and why.
 * @typedef {{ name: string, message: string }} Missed
 */

/**
 * A summand of an update, and what can be one.
 * @typedef {'xt' | 'x0' | 'earlier-x0' | 'eps' | 'gradient' | 'steered' | 'noise'} Term
 * @typedef {{ term: Term, weight: number }} Part
 */

/**
 * A frame as wasm hands it out. Pictures are RGBA, size × size × 4; `values` are the numbers behind them, planar,
 * 3 × size × size, by the names of the terms, and `next` is the state after the step. `parts` say what `next` is the sum
 * of, before ILVR and other corrections; there are none where the sampler does not say.
 * @typedef {{ step: number, total: number, t: number, abar: number, xt: Uint8ClampedArray, x0: Uint8ClampedArray,
 *   eps?: Uint8ClampedArray, gradient?: Uint8ClampedArray, steered?: Uint8ClampedArray, lowpass?: Uint8ClampedArray,
 *   detail?: Uint8ClampedArray, values: { next: Float32Array } & Partial<Record<Term, Float32Array>>,
 *   parts: Part[], gradientNorm?: number, probabilities?: Float32Array, lowpassDistance?: number,
 *   ms: { unet: number, classifier: number, total: number }, free?: () => void }} WireFrame
 */

/**
 * What lies ahead of a run: ᾱ of every timestep of the model, ascending; the timesteps that the chain visits, from noise
 * to image; and by method how strongly it acts at each of them.
 * @typedef {{ abar: number[], timesteps: number[], strengths: Record<string, number[]> }} Outlook
 */

/**
 * A picture under the noise of a timestep, and what the networks make of it. `error` is the mean square of ε_θ − ε.
 * @typedef {{ abar: number, xt: Uint8ClampedArray, noise: Uint8ClampedArray, x0: Uint8ClampedArray,
 *   eps: Uint8ClampedArray, error: number, probabilities?: Float32Array }} Noised
 */

/**
 * A step of many points in the plane, x0, y0, x1, y1, …: `x` is where they are after it, all else belongs to the state
 * before it. `probabilities` are those of the classes, point by point.
 * @typedef {{ step: number, total: number, t: number, abar: number, before: Float32Array, x: Float32Array,
 *   x0: Float32Array, eps: Float32Array, gradient?: Float32Array, probabilities?: Float32Array }} PlaneFrame
 */

/**
 * A run of points where it begins or goes on.
 * @typedef {{ position: number, total: number, points: Float32Array }} PlaneState
 */

/**
 * What is exactly so under the noise of a timestep: the score at each point, the logarithm of the density and the
 * probabilities of the classes, which are those of the whole density even where the rest is about one class.
 * @typedef {{ score: Float32Array, logDensity: Float32Array, probabilities: Float32Array }} Field
 */

/**
 * Draws from a density, and the index of the class of each.
 * @typedef {{ points: Float32Array, classes: Uint32Array }} Cloud
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
 *   | { id: number, type: 'outlook', settings: Settings, pictures: Pictures }
 *   | { id: number, type: 'noised', picture: Uint8Array, t: number, seed: number, told?: number, class?: number,
 *       style?: number, lane?: number }
 *   | { id: number, type: 'plane', density: string, settings: Settings, points: number, lane?: number }
 *   | { id: number, type: 'plane-step', lane?: number }
 *   | { id: number, type: 'plane-update', settings: Settings, lane?: number }
 *   | { id: number, type: 'field', density: string, t: number, class?: number, at: Float32Array }
 *   | { id: number, type: 'sample', density: string, points: number, seed: number }
 *   | { id: number, type: 'abort', target: number }} Request
 */

/**
 * @typedef {{ name: string, received: number, bytes: number, source: 'network' | 'cache', attempt: number }} Progress
 */

/**
 * @typedef {{ id: number, type: 'opened', backend: 'webgpu' | 'cpu', adapter: string, version: string, reason: Reason }
 *   | { id: number, type: 'loaded', models: ModelInfo[], sources: ('network' | 'cache')[], missed: Missed[], cacheProblem?: string }
 *   | { id: number, type: 'ready', position: number, total: number, toInvert: number, xt: Uint8ClampedArray, lowpass?: Uint8ClampedArray }
 *   | { id: number, type: 'frame', frame: Frame }
 *   | { id: number, type: 'finished' }
 *   | { id: number, type: 'closed' }
 *   | { id: number, type: 'measured', value: number }
 *   | { id: number, type: 'surveyed', survey: Survey }
 *   | { id: number, type: 'outlook', outlook: Outlook }
 *   | { id: number, type: 'noised', noised: Noised }
 *   | { id: number, type: 'plane', plane: PlaneState }
 *   | { id: number, type: 'plane-frame', frame: PlaneFrame }
 *   | { id: number, type: 'field', field: Field }
 *   | { id: number, type: 'sample', cloud: Cloud }
 *   | { id: number, type: 'aborted' }
 *   | { id: number, type: 'failed', message: string, retryable: boolean }
 *   | { id: number, type: 'progress', progress: Progress }
 *   | { type: 'lost', message: string }
 *   | { type: 'crashed', message: string }} Reply
 */

/**
 * Copies a frame out of whatever object wasm made it, and frees that object.
 * @param {WireFrame} wire
 * @returns {Frame}
 */
export function plainFrame(wire) {
  const { step, total, t, abar, xt, x0, eps, gradient, steered, lowpass, detail, values, parts } = wire;
  const { gradientNorm, probabilities, lowpassDistance } = wire;
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
    steered,
    lowpass,
    detail,
    values,
    parts,
    gradientNorm,
    probabilities,
    lowpassDistance,
    ms: { unet, classifier, total: whole },
  };
}

/**
 * The buffers of a frame, or of something like it, that can change hands without a copy. Pictures that share one buffer
 * are named once.
 * @param {object} record
 * @returns {ArrayBuffer[]}
 */
export function buffersOf(record) {
  const { values = {} } = /** @type {{ values?: object }} */ (record);
  const arrays = [record, values].flatMap((part) => Object.values(part)).filter(ArrayBuffer.isView);
  return /** @type {ArrayBuffer[]} */ ([...new Set(arrays.map(({ buffer }) => buffer))]);
}
