// @ts-check
/** Chooses between WebGPU and the CPU, and remembers why. Runs in the worker, where the engine lives. */

/** @typedef {import('./protocol.js').Reason} Reason */
/** @typedef {import('guidelight/*').Engine} Engine */
/** @typedef {import('./bundle.js').Bundle} Bundle */
/**
 * `memory` says how many bytes wasm holds.
 * @typedef {{ engine: Engine, backend: 'webgpu' | 'cpu', adapter: string, version: string, reason: Reason,
 *   memory: () => Promise<number> }} Opened
 */

/**
 * @typedef {{
 *   gpu: GPU | undefined,
 *   importBundle: (backend: 'webgpu' | 'cpu') => Promise<Bundle>,
 *   lost: (message: string) => void,
 * }} Environment `lost` is told when the graphics device fails after it was opened
 */

/**
 * The largest difference between GPU and CPU that the self-test may show. Sums in another order differ by about 1e-6;
 * a wrong kernel differs by far more than this.
 */
export const SELF_TEST_TOLERANCE = 1e-3;

/**
 * Looks at WebGPU before anything is downloaded for it.
 * @param {GPU | undefined} gpu
 * @param {boolean} insist the visitor asked for WebGPU, so a slow software adapter is fine
 * @returns {Promise<{ against: Reason } | { adapter: string }>} what speaks against it, or the adapter in words
 */
async function examine(gpu, insist) {
  if (!gpu) return { against: { code: 'no-webgpu' } };
  const adapter = await gpu.requestAdapter().catch(() => null);
  if (!adapter) return { against: { code: 'no-adapter' } };
  // burn measures its kernels with timestamps and panics where it cannot.
  if (!adapter.features.has('timestamp-query')) return { against: { code: 'no-timestamp-query' } };
  const { vendor, architecture, description, isFallbackAdapter } = adapter.info;
  if (isFallbackAdapter && !insist) return { against: { code: 'software-adapter' } };
  return { adapter: description || [vendor, architecture].filter(Boolean).join(' ') };
}

/**
 * Opens an engine on the wanted back-end, or on the CPU where that cannot be had.
 * @param {'auto' | 'webgpu' | 'cpu'} wanted
 * @param {Environment} environment
 * @returns {Promise<Opened>}
 */
export async function openEngine(wanted, { gpu, importBundle, lost }) {
  if (wanted === 'cpu') return openCpu(importBundle, { code: 'asked' });
  const examined = await examine(gpu, wanted === 'webgpu');
  if ('against' in examined) return openCpu(importBundle, examined.against);

  const bundle = await importBundle('webgpu');
  try {
    const engine = await bundle.Engine.create('webgpu', lost);
    const difference = await engine.selfTest();
    // Written so that NaN fails too.
    if (difference <= SELF_TEST_TOLERANCE) {
      const adapter = examined.adapter || engine.adapter;
      return { engine, backend: 'webgpu', adapter, reason: { code: 'works', difference }, ...partsOf(bundle) };
    }
    engine.free();
    return openCpu(importBundle, { code: 'self-test', difference });
  } catch (error) {
    // A trap leaves the whole wasm instance unusable: the worker must go, so this is not the place to recover.
    if (error instanceof WebAssembly.RuntimeError) throw error;
    return openCpu(importBundle, { code: 'failed', detail: error instanceof Error ? error.message : String(error) });
  }
}

/**
 * @param {Environment['importBundle']} importBundle
 * @param {Reason} reason
 * @returns {Promise<Opened>}
 */
async function openCpu(importBundle, reason) {
  const bundle = await importBundle('cpu');
  const engine = await bundle.Engine.create('cpu');
  return { engine, backend: 'cpu', adapter: engine.adapter, reason, ...partsOf(bundle) };
}

/** @param {Bundle} bundle */
function partsOf(bundle) {
  // A bundle that has been started hands out its exports again.
  return { version: bundle.version(), memory: async () => (await bundle.default()).memory.buffer.byteLength };
}
