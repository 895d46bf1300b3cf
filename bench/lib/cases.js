// @ts-check
/** Our cases, and onnxruntime-web's UNet beside ours: the same numbers first, then the time they take. */
import { interleave, ratio, spread } from './rounds.js';

/** @typedef {Awaited<ReturnType<typeof import('./arena.js').openArena>>} Arena */
/** @typedef {import('./arena.js').Contender} Contender */
/** @typedef {import('./models.js').Networks} Networks */
/** @typedef {'cpu' | 'webgpu'} Backend */
/** @typedef {{ contender: string, case: string, batch: number, ms: import('./rounds.js').Spread, dispatches?: number, ofOnnxruntime?: import('./rounds.js').Spread, ofForward?: import('./rounds.js').Spread, multiplyAdds?: number }} Row */

export const RUNTIME = 'onnxruntime-web';
/**
 * Which of its builds. On WebGPU there are two of them, and two layouts; on an adapter in software none is faster than
 * this default beyond the noise. `--runtime` tries the others.
 */
export const RUNTIMES = { cpu: 'ort.wasm', webgpu: 'ort.webgpu' };

/** What its worker's `open` is told. @param {Backend} backend @param {string} [runtime] a build, or a build:layout */
export function runtimeArguments(backend, runtime = RUNTIMES[backend]) {
  const [build, layout] = runtime.split(':');
  return [build, backend, layout];
}
/** The largest difference between two outputs that is still the same network, over the largest output. */
const TOLERANCE = 1e-3;
/** Where numbers are compared: a timestep and labels that every model has. */
const PROBE = { t: 500, label: 1 };

/**
 * Everyone that can be timed for a model on a backend, loaded.
 * @param {Arena} arena
 * @param {Networks} networks
 * @param {Backend} backend
 * @param {string[]} bundles
 * @param {string[]} runtimes onnxruntime-web's builds, see RUNTIMES; the first is what ratios are to
 */
export async function enter(arena, networks, backend, bundles, runtimes) {
  /** @type {Map<string, Contender>} */
  const contenders = new Map();
  let adapter = '';
  /** Of one forward pass: UNet and classifier. @type {number[]} */
  let multiplyAdds = [];
  for (const bundle of bundles) {
    const ours = await arena.contender(bundle, 'ours');
    ({ adapter } = await ours.call('open', arena.script(bundle, backend), backend));
    const files = {
      unet: arena.model(networks.unet),
      classifier: networks.classifier && arena.model(networks.classifier),
    };
    ({ multiplyAdds } = await ours.call('load', files));
    contenders.set(bundle, ours);
  }
  for (const [place, runtime] of runtimes.entries()) {
    const name = place === 0 ? RUNTIME : `${RUNTIME}, ${runtime}`;
    const theirs = await arena.contender(name, 'onnxruntime');
    await theirs.call('open', ...runtimeArguments(backend, runtime));
    await theirs.call('load', { ...networks.onnx, onnx: arena.model(networks.onnx.file) });
    contenders.set(name, theirs);
  }
  const leave = async () => {
    for (const contender of contenders.values()) await contender.close();
  };
  return { contenders, adapter, multiplyAdds, leave };
}

/**
 * The largest difference between the outputs of onnxruntime-web and of ours, over the largest output. A network that
 * computes something else is no contender, and throws.
 * @param {Map<string, Contender>} contenders
 * @param {number} size of the images
 */
export async function compare(contenders, size) {
  const x = Array.from({ length: 3 * size ** 2 }, (_, i) => Math.sin(i * 1.7 + 0.3));
  /** @type {Map<string, number[]>} */
  const outputs = new Map();
  for (const [name, contender] of contenders)
    outputs.set(name, await contender.call('predict', x, PROBE.t, PROBE.label));
  const theirs = outputs.get(RUNTIME) ?? [];
  const largest = theirs.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  /** @type {Record<string, number>} */
  const differences = {};
  for (const [name, ours] of outputs) {
    if (name === RUNTIME) continue;
    const difference = ours.reduce((max, value, i) => Math.max(max, Math.abs(value - theirs[i])), 0) / largest;
    // Written so that NaN fails too.
    if (!(difference <= TOLERANCE) || ours.length !== theirs.length) {
      throw new Error(`${name}: expected ${RUNTIME}'s numbers to ${TOLERANCE}, got a difference of ${difference}`);
    }
    differences[name] = difference;
  }
  return differences;
}

/** Passes of one case in terms of the two networks: a gradient with respect to the input costs a second pass. */
const PASSES = { unet: [1, 0], classifier: [0, 1], gradient: [0, 2], guided: [1, 2], cfg: [2, 0] };

/**
 * @param {Awaited<ReturnType<typeof enter>>} entered
 * @param {string[]} cases
 * @param {number} batch
 * @param {Parameters<typeof interleave>[1]} limit
 * @returns {Promise<Row[]>}
 */
export async function time({ contenders, multiplyAdds }, cases, batch, limit) {
  /** @type {Map<string, () => Promise<{ ms: number, dispatches: number }>>} */
  const tasks = new Map();
  const key = (/** @type {string} */ contender, /** @type {string} */ name) => `${contender} ${name}`;
  for (const name of cases) {
    for (const [contender, { call }] of contenders) {
      if (contender.startsWith(RUNTIME) && name !== 'unet') continue;
      tasks.set(key(contender, name), () => call('time', name, batch));
    }
  }
  const results = await interleave(tasks, limit);
  const times = (/** @type {string} */ contender, /** @type {string} */ name) =>
    results.get(key(contender, name))?.map(({ ms }) => ms);
  /** @type {Row[]} */
  const rows = [];
  for (const name of cases) {
    for (const contender of contenders.keys()) {
      const own = times(contender, name);
      if (!own) continue;
      const theirs = contender === RUNTIME ? undefined : times(RUNTIME, name);
      const forward = name === 'gradient' ? times(contender, 'classifier') : undefined;
      const [unet, classifier] = PASSES[/** @type {keyof typeof PASSES} */ (name)];
      const adds = (unet * multiplyAdds[0] + classifier * multiplyAdds[1]) * batch;
      const ms = spread(own);
      rows.push({
        contender,
        case: name,
        batch,
        ms,
        dispatches: results.get(key(contender, name))?.at(-1)?.dispatches,
        ofOnnxruntime: theirs && ratio(own, theirs),
        ofForward: forward && ratio(own, forward),
        multiplyAdds: (adds / ms.median) * 1e3,
      });
    }
  }
  return rows;
}
