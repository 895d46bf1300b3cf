// @ts-check
/**
 * Lanes ↔ their part of the address: `lanes=method:none;scale:8` is two lanes; `lanes=method:classifier scale:8` is one
 * with two changes. Pure: strings in, changes and problems out.
 */
import { MAX_LANES } from './compare.js';
import { readValue } from './settings.js';

/** @typedef {import('./settings.js').Spec} Spec */
/** @typedef {import('./lanes.js').Change} Change */

/**
 * A part that could not be used: one that is no `setting:value`, a setting that is not known, a value that it cannot
 * have, or a lane too many. Lanes are counted from 1.
 * @typedef {{ code: 'part' | 'key' | 'value' | 'many', lane: number, got: string, key?: string, spec?: Spec }} LaneProblem
 */

/**
 * @param {string} text
 * @param {Map<string, Spec>} specs
 * @returns {{ changes: Change[], problems: LaneProblem[] }}
 */
export function parseLanes(text, specs) {
  /** @type {LaneProblem[]} */
  const problems = [];
  const asked = text.split(';').filter((part) => part.trim());
  if (asked.length > MAX_LANES) problems.push({ code: 'many', lane: MAX_LANES + 1, got: String(asked.length) });
  const changes = asked.slice(0, MAX_LANES).map((part, index) => readChange(part, index + 1, specs, problems));
  return { changes: changes.filter((change) => Object.keys(change).length > 0), problems };
}

/**
 * @param {string} text
 * @param {number} lane
 * @param {Map<string, Spec>} specs
 * @param {LaneProblem[]} problems found on the way
 * @returns {Change}
 */
function readChange(text, lane, specs, problems) {
  /** @type {Change} */
  const change = {};
  for (const pair of text.split(' ').filter(Boolean)) {
    const [, key, escaped] = /^([^:]+):(.*)$/.exec(pair) ?? [];
    const spec = key === undefined ? undefined : specs.get(key);
    if (key === undefined || escaped === undefined) problems.push({ code: 'part', lane, got: pair });
    // Where it is computed is the page's business, the same for all.
    else if (!spec || spec.page) problems.push({ code: 'key', lane, got: key });
    else {
      const value = readValue(spec, unescape(escaped));
      if (value === undefined) problems.push({ code: 'value', lane, got: unescape(escaped), key, spec });
      else change[key] = value;
    }
  }
  return change;
}

/**
 * @param {Change[]} changes
 * @returns {string}
 */
export function formatLanes(changes) {
  return changes
    .map((change) =>
      Object.entries(change)
        .map(([key, value]) => `${key}:${escape(String(value))}`)
        .join(' '),
    )
    .join(';');
}

/** What separates lanes and changes, and the sign of an escape itself. @param {string} text */
const escape = (text) => text.replace(/[%; ]/g, encodeURIComponent);

/** @param {string} text */
const unescape = (text) => text.replace(/%(25|3B|20)/gi, decodeURIComponent);
