// @ts-check
/** What the page remembers of one visit for the next. A browser that keeps nothing is no obstacle. */

const PREFIX = 'guidelight.';

/** @param {string} key @returns {string | null} */
export function recall(key) {
  try {
    return localStorage.getItem(PREFIX + key);
  } catch {
    return null;
  }
}

/** @param {string} key @param {string} value */
export function remember(key, value) {
  try {
    localStorage.setItem(PREFIX + key, value);
  } catch {
    // The choice holds for this visit.
  }
}
