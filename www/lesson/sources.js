// @ts-check
/** Where in the source an idea is: a file, and text that stands on its line and on no other. */

/** @type {Record<string, { file: string, find: string }>} */
export const SOURCES = {
  abar: { file: 'src/diffusion/schedule.rs', find: 'pub abar:' },
};
