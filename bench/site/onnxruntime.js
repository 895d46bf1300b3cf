// @ts-check
/** onnxruntime-web as a contender: the same UNet, the same weights, one thread. */
import { watched } from './watch.js';
import { answer } from './rpc.js';
import { timestepEmbedding } from './time.js';

const FOLDER = new URL('../onnxruntime/', import.meta.url).href;

/** @type {any} */
let ort;
/** What a session computes with. @type {string | { name: 'webgpu', preferredLayout?: string }} */
let provider;
/** @type {any} */
let session;
/** @type {{ size: number, width: number }} */
let form;

/** @param {Float32Array} x @param {number} t @param {number} label */
function feeds(x, t, label) {
  const n = x.length / (3 * form.size ** 2);
  const row = timestepEmbedding(t, form.width);
  const time = new Float32Array(n * form.width);
  for (let i = 0; i < n; i += 1) time.set(row, i * form.width);
  const labels = () => new ort.Tensor('int64', new BigInt64Array(n).fill(BigInt(label)), [n]);
  const all = {
    x: new ort.Tensor('float32', x, [n, 3, form.size, form.size]),
    time: new ort.Tensor('float32', time, [n, form.width]),
    class: labels(),
    style: labels(),
  };
  return Object.fromEntries(Object.entries(all).filter(([name]) => session.inputNames.includes(name)));
}

const api = {
  /**
   * @param {string} build its part of the script's name, as in `ort.webgpu.min.mjs`
   * @param {'cpu' | 'webgpu'} backend
   * @param {string} [preferredLayout] NCHW or NHWC, on WebGPU
   */
  async open(build, backend, preferredLayout) {
    provider = backend === 'cpu' ? 'wasm' : { name: 'webgpu', ...(preferredLayout && { preferredLayout }) };
    ort = await import(`${FOLDER}${build}.min.mjs`);
    ort.env.wasm.numThreads = 1;
    ort.env.wasm.wasmPaths = FOLDER;
    ort.env.logLevel = 'error';
    return { version: ort.env.versions.web };
  },
  /** @param {{ onnx: string, size: number, width: number }} model */
  async load({ onnx, size, width }) {
    form = { size, width };
    session = await ort.InferenceSession.create(onnx, {
      executionProviders: [provider],
      graphOptimizationLevel: 'all',
    });
  },
  /** @param {string} _name there is the UNet alone @param {number} batch */
  async time(_name, batch) {
    const x = Float32Array.from({ length: batch * 3 * form.size ** 2 }, (_, i) => Math.sin(i * 1.7));
    const input = feeds(x, 500, 0);
    const before = watched().dispatches;
    const started = performance.now();
    const { output } = await session.run(input);
    await output.getData();
    return { ms: performance.now() - started, dispatches: watched().dispatches - before };
  },
  /** @param {number[]} x @param {number} t @param {number} label of class and style */
  predict: async (x, t, label) => [...(await session.run(feeds(Float32Array.from(x), t, label))).output.data],
  watched,
  /**
   * Milliseconds since the worker was started.
   * @param {{ onnx: string, size: number, width: number }} model
   * @param {Parameters<typeof api.open>} how
   */
  async firstFrame(model, ...how) {
    await api.open(...how);
    await api.load(model);
    await api.time('unet', 1);
    return performance.now();
  },
};

answer(api);
