// @ts-check
/** What is sampled on both sides, and what counts as agreement. */

/** @typedef {import('../support/native.js').Settings} Settings */

export const SEEDS = 16;

/** At least this share of all values within so many levels of 255, for each back-end. */
export const SHARE = 0.999;
export const LEVELS = { cpu: 1, webgpu: 2 };

/**
 * One a kind of run: which networks are asked, whether a gradient flows, whether each step draws fresh noise.
 * The last is what the page starts with, all of that at once.
 * @type {Record<string, Settings>}
 */
export const cases = {
  unconditional: { method: 'none' },
  conditional: { method: 'conditional', class: 'animal' },
  'classifier-guided': { method: 'classifier', class: 'animal', scale: 4 },
  'classifier-free': { method: 'conditional,classifier-free', class: 'animal', 'cfg-weight': 3 },
  defaults: { method: 'conditional,classifier', class: 'animal', scale: 4, eta: 1 },
};
