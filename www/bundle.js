// @ts-check
/** The one file that knows that there are two wasm bundles, and that a visitor downloads the one he uses. */

/** @typedef {typeof import('guidelight/*')} Bundle */

/**
 * Fetches and starts a bundle.
 * @param {'webgpu' | 'cpu'} backend
 * @returns {Promise<Bundle>}
 */
export async function importBundle(backend) {
  try {
    const bundle = backend === 'webgpu' ? await import('guidelight/webgpu') : await import('guidelight/cpu');
    await bundle.default();
    return bundle;
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new Error(`the engine for ${backend === 'webgpu' ? 'WebGPU' : 'the CPU'} could not be fetched (${detail})`, {
      cause: error,
    });
  }
}
