// @ts-check
/** What leads a picture to its noise and back to itself: Song et al. 2021, section 4.3. Pure. */

/** @typedef {import('./protocol.js').Settings} Settings */

/**
 * The way up asks the bare network at eta 0. Only a way down that adds no noise, asks the same question and leaves no
 * term out goes the same steps.
 */
export const THERE_AND_BACK = Object.freeze({
  start: 'inversion',
  strength: 1,
  sampler: 'ddim',
  eta: 0,
  method: 'none',
  without: '',
});

/** Whether a picture comes back from its noise. @param {Settings} settings */
export const leadsBack = (settings) => Object.entries(THERE_AND_BACK).every(([key, value]) => settings[key] === value);

/**
 * What these settings had in place of it.
 * @param {Settings} settings
 * @returns {Record<string, string | number>}
 */
export const insteadOf = (settings) =>
  Object.fromEntries(Object.keys(THERE_AND_BACK).map((key) => [key, settings[key] ?? '']));
