// @ts-check
/** Numbers as both languages write them. */

/** @param {number} share @param {number} [digits] */
export const percent = (share, digits = 0) => `${(100 * share).toFixed(digits)}%`;
