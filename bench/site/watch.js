// @ts-check
/**
 * Counts what the code that is loaded after it does: bytes of wasm memory, bytes of GPU buffers, dispatches. Import it
 * first.
 */

/** @type {Set<WebAssembly.Memory>} */
const memories = new Set();
const gpu = { live: 0, peak: 0, dispatches: 0 };

/** @param {WebAssembly.Instance} instance */
function keep(instance) {
  for (const value of Object.values(instance.exports)) if (value instanceof WebAssembly.Memory) memories.add(value);
}

/** @template {(...args: any[]) => Promise<any>} F @param {F} instantiate @returns {F} */
const kept = (instantiate) =>
  /** @type {F} */ (
    async (...args) => {
      const result = await instantiate.apply(WebAssembly, args);
      keep(result.instance ?? result);
      return result;
    }
  );

WebAssembly.instantiate = kept(/** @type {any} */ (WebAssembly.instantiate));
WebAssembly.instantiateStreaming = kept(WebAssembly.instantiateStreaming);
WebAssembly.Memory = new Proxy(WebAssembly.Memory, {
  construct(target, [descriptor]) {
    const memory = new target(descriptor);
    memories.add(memory);
    return memory;
  },
});

if ('GPUDevice' in globalThis) {
  /** What was freed without a word, when the browser notices. @type {FinalizationRegistry<{ bytes: number }>} */
  const collected = new FinalizationRegistry((held) => release(held));
  /** @type {WeakMap<GPUBuffer, { bytes: number }>} */
  const buffers = new WeakMap();
  const release = (/** @type {{ bytes: number }} */ held) => {
    gpu.live -= held.bytes;
    held.bytes = 0;
  };
  const { createBuffer } = GPUDevice.prototype;
  GPUDevice.prototype.createBuffer = function (descriptor) {
    const buffer = createBuffer.call(this, descriptor);
    const held = { bytes: descriptor.size };
    buffers.set(buffer, held);
    collected.register(buffer, held);
    gpu.live += held.bytes;
    gpu.peak = Math.max(gpu.peak, gpu.live);
    return buffer;
  };
  const { destroy } = GPUBuffer.prototype;
  GPUBuffer.prototype.destroy = function () {
    const held = buffers.get(this);
    if (held) release(held);
    return destroy.call(this);
  };
  for (const name of /** @type {const} */ (['dispatchWorkgroups', 'dispatchWorkgroupsIndirect'])) {
    const original = /** @type {Function} */ (GPUComputePassEncoder.prototype[name]);
    /** @type {any} */ (GPUComputePassEncoder.prototype)[name] = function (/** @type {unknown[]} */ ...args) {
      gpu.dispatches += 1;
      return original.apply(this, args);
    };
  }
}

/** Bytes at this moment, the most GPU bytes there were, and all dispatches so far. */
export function watched() {
  const wasm = [...memories].reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
  return { wasm, gpu: gpu.live, gpuPeak: gpu.peak, dispatches: gpu.dispatches };
}
