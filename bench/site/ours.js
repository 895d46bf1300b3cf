// @ts-check
/** Our engine as a contender. */
import { watched } from './watch.js';
import { answer } from './rpc.js';

/** @typedef {typeof import('guidelight/*')} Bundle */

/** @type {import('guidelight/*').Engine} */
let engine;

/** @param {string} url */
const bytes = async (url) => new Uint8Array(await (await fetch(url)).arrayBuffer());

const api = {
  /** @param {string} bundle address of its script @param {'cpu' | 'webgpu'} backend */
  async open(bundle, backend) {
    /** @type {Bundle} */
    const { default: init, Engine } = await import(bundle);
    await init();
    engine = await Engine.create(backend);
    const info = backend === 'webgpu' ? (await navigator.gpu.requestAdapter())?.info : undefined;
    const { description = engine.adapter, vendor = '', architecture = '' } = info ?? {};
    return { adapter: description || `${vendor} ${architecture}` };
  },
  /** @param {{ unet: string, classifier?: string }} files */
  async load({ unet, classifier }) {
    const info = engine.loadUnet(await bytes(unet));
    const guide = classifier ? engine.loadClassifier(await bytes(classifier)) : undefined;
    return { multiplyAdds: [info.multiplyAdds, guide?.multiplyAdds ?? 0] };
  },
  /** @param {import('guidelight/*').Case} name @param {number} batch */
  async time(name, batch) {
    const before = watched().dispatches;
    const ms = await engine.measure(name, batch);
    return { ms, dispatches: watched().dispatches - before };
  },
  /** @param {number[]} x @param {number} t @param {number} label of class and style */
  predict: async (x, t, label) => [...(await engine.predict(Float32Array.from(x), t, label, label))],
  limits: () => engine.limits(),
  watched,
  /** Draws `count` images of `steps` steps, unless `ms` are over before. @param {number} count @param {number} steps @param {number} ms */
  async draw(count, steps, ms) {
    const end = performance.now() + ms;
    let drawn = 0;
    for (; drawn < count && performance.now() < end; drawn += 1) {
      const session = engine.session({ method: 'conditional', class: '0', steps, seed: drawn });
      while (await session.step());
      session.free();
    }
    return { drawn, ...watched() };
  },
  /** Milliseconds since the worker was started. @param {string} bundle @param {'cpu' | 'webgpu'} backend @param {string} unet */
  async firstFrame(bundle, backend, unet) {
    await api.open(bundle, backend);
    await api.load({ unet });
    await engine.session({ method: 'conditional', class: '0', steps: 25 }).step();
    return performance.now();
  },
};

answer(api);
