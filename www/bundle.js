// @ts-check
/** The one file that fetches wasm: of the bundles there are, a visitor downloads the one he uses. */
import { bundleFor } from './bundle-name.js';

/** @typedef {typeof import('guidelight/*')} Bundle */

/** Written out, so that the build finds them. @type {Record<import('./bundle-name.js').BundleName, () => Promise<Bundle>>} */
const BUNDLES = {
  webgpu: () => import('guidelight/webgpu'),
  cpu: () => import('guidelight/cpu'),
  'cpu-relaxed': () => import('guidelight/cpu-relaxed'),
};

/**
 * Fetches and starts a bundle.
 * @param {'webgpu' | 'cpu'} backend
 * @returns {Promise<Bundle>}
 */
export async function importBundle(backend) {
  try {
    const bundle = await BUNDLES[await bundleFor(backend)]();
    await bundle.default();
    return bundle;
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new Error(`the engine for ${backend === 'webgpu' ? 'WebGPU' : 'the CPU'} could not be fetched (${detail})`, {
      cause: error,
    });
  }
}
