// @ts-check
/** Which of the wasm bundles computes on a backend here. */
import { relaxedSimd } from 'wasm-feature-detect';

/** @typedef {'webgpu' | 'cpu' | 'cpu-relaxed'} BundleName */

/**
 * @param {'webgpu' | 'cpu'} backend
 * @returns {Promise<BundleName>}
 */
export const bundleFor = async (backend) => (backend === 'cpu' && (await relaxedSimd()) ? 'cpu-relaxed' : backend);
