// @ts-check
/**
 * Links for a lesson: what they hide or lock, of the settings and of the parts of the page. A convenience and no
 * security: whoever changes the address has everything. Pure: strings in, rules and problems out.
 */

/** What a link asks for, by the names of settings and parts. @typedef {{ hide: string[], lock: string[] }} Rules */

/** @typedef {{ code: 'unknown' | 'unlockable', verb: 'hide' | 'lock', got: string }} RuleProblem */

/** @type {Rules} */
export const NO_RULES = { hide: [], lock: [] };

/**
 * The parts of the page, in its order; `lock` where there is something to hold, `within` the part that it is a part of.
 * @type {Record<string, { lock?: boolean, within?: string }>}
 */
export const PARTS = {
  preferences: { lock: true },
  save: {},
  timeline: {},
  tree: {},
  lanes: { lock: true },
  controls: { lock: true },
  reference: { lock: true, within: 'controls' },
  probabilities: {},
  trace: {},
  equation: {},
  numbers: {},
  lab: {},
  schedule: { within: 'lab' },
  forward: { within: 'lab' },
};

/** Settings that are changed elsewhere than among the controls. */
const ELSEWHERE = ['without'];

/**
 * @param {URLSearchParams} params
 * @param {Map<string, unknown>} specs
 * @returns {{ rules: Rules, problems: RuleProblem[] }}
 */
export function parseRules(params, specs) {
  /** @type {RuleProblem[]} */
  const problems = [];
  const read = (/** @type {'hide' | 'lock'} */ verb) => {
    const names = (params.get(verb) ?? '').split(',').map((name) => name.trim());
    return [...new Set(names)].filter((name) => {
      if (name === '' || specs.has(name)) return name !== '';
      const part = Object.hasOwn(PARTS, name) ? PARTS[name] : undefined;
      if (part && (verb === 'hide' || part.lock)) return true;
      problems.push({ code: part ? 'unlockable' : 'unknown', verb, got: name });
      return false;
    });
  };
  return { rules: { hide: read('hide'), lock: read('lock') }, problems };
}

/** @param {Rules} rules @returns {[key: string, value: string][]} what the address says of them */
export function formatRules({ hide, lock }) {
  return /** @type {const} */ ([
    ['hide', hide],
    ['lock', lock],
  ]).flatMap(([verb, names]) => (names.length > 0 ? [[verb, names.join()]] : []));
}

/**
 * A name and the part that it is a part of: what befalls the whole befalls it.
 * @param {string} name
 * @returns {string[]}
 */
function withWhole(name) {
  if (Object.hasOwn(PARTS, name)) return [name, PARTS[name]?.within ?? []].flat();
  return ELSEWHERE.includes(name) ? [name] : [name, 'controls'];
}

/** @param {Rules} rules @param {string} name */
export const isHidden = ({ hide }, name) => withWhole(name).some((one) => hide.includes(one));

/** @param {Rules} rules @param {string} name */
export const isLocked = ({ lock }, name) => withWhole(name).some((one) => lock.includes(one));

/**
 * Whether something keeps the value that the link gives it: what cannot be seen is not to be changed either.
 * @param {Rules} rules
 * @param {string} name
 */
export const isHeld = (rules, name) => isHidden(rules, name) || isLocked(rules, name);

/**
 * Settings that are asked for, less those that the link holds at another value.
 * @param {Rules} rules
 * @param {Record<string, string | number>} asked
 * @param {Record<string, string | number>} now
 * @returns {{ free: Record<string, string | number>, held: string[] }}
 */
export function release(rules, asked, now) {
  const held = Object.keys(asked).filter((key) => isHeld(rules, key) && asked[key] !== now[key]);
  const free = Object.entries(asked).filter(([key]) => !held.includes(key));
  return { free: Object.fromEntries(free), held };
}

/**
 * Rules with one name hidden, locked or neither: what is hidden needs no lock.
 * @param {Rules} rules
 * @param {string} name
 * @param {'hide' | 'lock' | undefined} verb
 * @returns {Rules}
 */
export function ruled({ hide, lock }, name, verb) {
  const put = (/** @type {string[]} */ names, /** @type {boolean} */ on) => [
    ...names.filter((other) => other !== name),
    ...(on ? [name] : []),
  ];
  return { hide: put(hide, verb === 'hide'), lock: put(lock, verb === 'lock') };
}
