// @ts-check
/** What lanes may differ in: single changes, presets, sweeps, and a lane that takes the run's place. Decided from data alone. */
import { previewOf, sameInterface } from './preview.js';
import { countSteps, MIN_STEPS } from './respacing.js';
import { activeKeys, divisors, joinMethods, methodsOf, withSetting } from './settings.js';

/** @typedef {import('./protocol.js').Settings} Settings */
/** @typedef {import('./settings.js').Spec} Spec */
/** @typedef {import('./state.js').State} State */
/** @typedef {import('guidelight/*').Catalogue} Catalogue */
/** @typedef {import('guidelight/*').Entry} Entry */
/** @typedef {import('./lanes.js').Change} Change */
/** @typedef {import('./lanes.js').Lane} Lane */

/** Runs beside the page's own. */
export const MAX_LANES = 5;

/** Where a sweep of a number goes: nothing, then twice as much each time. */
const DOUBLINGS = [0, 1, 2, 4, 8, 16, 32];
/** Numbers that end below this are shares, and are swept evenly. */
const SHARE_BELOW = 2;
const STEP_COUNTS = ['5', '10', '25', '50', '100', '200'];

/**
 * Settings with a lane's change.
 * @param {Settings} settings
 * @param {Change} change
 * @returns {Settings}
 */
export function changed(settings, change) {
  return Object.entries(change).reduce((all, [key, value]) => withSetting(all, key, value), settings);
}

/**
 * Whether a method, a start or a sampler can be had here at all.
 * @param {Entry} entry
 * @param {State} state
 */
function available({ needs }, { model, models, reference }) {
  return (
    !(needs.reference && !reference) &&
    !(needs.classifier && !model?.classifier) &&
    !(needs.weak && !(model && previewOf(model, models)))
  );
}

/**
 * The models that can be compared with the one in use: of the same size, labels and classifier.
 * @param {State} state
 * @returns {string[]}
 */
export function comparableModels({ model, models }) {
  return models.filter((other) => model && sameInterface(other, model)).map(({ name }) => name);
}

/**
 * A change of one setting, with what it needs to have a say: a weight of a method that is off turns it on.
 * @param {string} key
 * @param {string | number} value
 * @param {Settings} settings
 * @param {Catalogue} catalogue
 * @returns {Change}
 */
export function changeOf(key, value, settings, { guidance, starts, samplers }) {
  const change = { [key]: value };
  const owners = (/** @type {Entry[]} */ entries) =>
    entries.filter(({ params }) => params.some((param) => param.key === key)).map(({ name }) => name);
  const [methods, start, sampler] = [owners(guidance), owners(starts), owners(samplers)];
  const on = methodsOf(settings);
  if (methods[0] && !methods.some((name) => on.includes(name))) {
    const order = guidance.map(({ name }) => name);
    return { method: joinMethods([...on, methods[0]], order), ...change };
  }
  if (start[0] && !start.includes(settings.start)) return { start: start[0], ...change };
  if (sampler[0] && !sampler.includes(settings.sampler)) return { sampler: sampler[0], ...change };
  return change;
}

/**
 * What can be changed, by whose setting it is: an entry of the catalogue, or the run itself.
 * @param {State} state
 * @param {Catalogue} catalogue
 * @returns {{ entry: Entry | undefined, keys: string[] }[]}
 */
export function changeable(state, catalogue) {
  const { settings, model } = state;
  const active = new Set(activeKeys(settings, catalogue));
  const own = ['method', 'class', 'style', 'sampler', 'steps', 'start', 'seed', 'model'].filter((key) => {
    if (key === 'style') return (model?.styles.length ?? 0) > 0;
    return key !== 'model' || comparableModels(state).length > 1;
  });
  /** @type {Set<string>} */
  const listed = new Set();
  const entries = [...catalogue.guidance, ...catalogue.samplers, ...catalogue.starts];
  // Those in use first: what several share is listed with the one that is on.
  const inUse = (/** @type {Entry} */ { params }) => params.some(({ key }) => active.has(key));
  const groups = [...entries.filter(inUse), ...entries.filter((entry) => !inUse(entry) && available(entry, state))];
  return [
    { entry: undefined, keys: own },
    ...groups.map((entry) => ({
      entry,
      keys: entry.params.map(({ key }) => key).filter((key) => !listed.has(key) && listed.add(key)),
    })),
  ].filter(({ keys }) => keys.length > 0);
}

/**
 * What is swept unless something else is chosen: the strength of the first method that is on and has one.
 * @param {Settings} settings
 * @param {Catalogue} catalogue
 * @returns {string}
 */
export function usualSweep(settings, { guidance }) {
  const on = methodsOf(settings);
  const numbers = guidance
    .filter(({ name }) => on.includes(name))
    .flatMap(({ params }) => params.filter(({ kind }) => kind === 'number'));
  return numbers[0]?.key ?? 'sampler';
}

/**
 * The values of a setting that can be listed; undefined for numbers and texts.
 * @param {Spec} spec
 * @param {State} state
 * @returns {string[] | undefined}
 */
export function valuesOf({ key, kind, choices = [] }, state) {
  switch (kind) {
    case 'choice':
      return choices;
    case 'list':
      return ['none', ...choices];
    case 'class':
      return [...(state.model?.classes ?? []), 'none'];
    case 'style':
      return [...(state.model?.styles ?? []), 'none'];
    case 'name':
      return key === 'model' ? comparableModels(state) : undefined;
    default:
      return undefined;
  }
}

/**
 * The values of a sweep beside the present one: as many as there can be lanes, those that are furthest from it.
 * @param {Spec} spec
 * @param {State} state
 * @returns {(string | number)[]}
 */
export function sweepValues(spec, state) {
  const present = state.settings[spec.key] ?? spec.default;
  const listed = valuesOf(spec, state);
  if (listed) {
    const at = listed.indexOf(String(present));
    // Those that follow the present one, and on from the first.
    return [...listed.slice(at + 1), ...listed.slice(0, Math.max(0, at))].slice(0, MAX_LANES);
  }
  if (spec.kind === 'text') return [];
  if (spec.key === 'seed') return DOUBLINGS.slice(0, MAX_LANES).map((_, i) => Number(present) + i + 1);
  const ladder = spec.kind === 'steps' ? STEP_COUNTS : ladderOf(spec, state);
  const distance = (/** @type {string | number} */ value) => Math.abs(Number(value) - Number(present));
  const nearest = ladder.reduce((best, value) => (distance(value) < distance(best) ? value : best));
  return ladder.filter((value) => value !== nearest).slice(0, MAX_LANES);
}

/**
 * @param {Spec} spec a number's
 * @param {State} state
 * @returns {number[]}
 */
function ladderOf({ key, kind, min = 0, max = Infinity }, { model }) {
  if (kind === 'number' && max < SHARE_BELOW)
    return Array.from({ length: MAX_LANES + 1 }, (_, i) => Number((min + (i / MAX_LANES) * (max - min)).toFixed(3)));
  const rungs = key === 'down-n' ? divisors(model?.size ?? 1) : DOUBLINGS;
  return rungs.filter((value) => value >= min && value <= max).slice(0, MAX_LANES + 1);
}

/** @typedef {{ name: 'plain' | 'method' | 'sampler' | 'fewer' | 'model', change: Change }} Preset */

/**
 * The lanes that one would want first: each a name and what it changes.
 * @param {State} state
 * @param {Catalogue} catalogue
 * @returns {Preset[]}
 */
export function presets(state, catalogue) {
  const { settings } = state;
  const { guidance, samplers } = catalogue;
  const methods = ['classifier', 'classifier-free', 'ilvr'].filter((wanted) =>
    guidance.some((entry) => entry.name === wanted && available(entry, state)),
  );
  const at = samplers.findIndex(({ name }) => name === settings.sampler);
  const sampler = samplers[(at + 1) % samplers.length];
  const fewer = Math.max(MIN_STEPS, Math.round((countSteps(settings.steps) ?? 0) / 2));
  const others = comparableModels(state).filter((name) => name !== settings.model);
  /** @type {Preset[]} */
  const all = [
    { name: 'plain', change: { method: 'none' } },
    ...methods.map((method) => /** @type {Preset} */ ({ name: 'method', change: { method } })),
    { name: 'sampler', change: { sampler: sampler?.name ?? settings.sampler } },
    { name: 'fewer', change: { steps: String(fewer) } },
    ...others.map((model) => /** @type {Preset} */ ({ name: 'model', change: { model } })),
  ];
  return all.filter(({ change }) => Object.entries(change).some(([key, value]) => settings[key] !== value));
}

/**
 * A lane takes the run's place, and the run the lane's; the others stay what they were, told from the new one.
 * @param {Settings} settings
 * @param {Lane[]} lanes
 * @param {Lane} chosen
 * @returns {{ settings: Settings, changes: Change[] }}
 */
export function exchange(settings, lanes, chosen) {
  const next = changed(settings, chosen.change);
  return {
    settings: next,
    changes: lanes.map((lane) => {
      const own = lane === chosen ? {} : lane.change;
      const before = changed(settings, own);
      const keys = [...new Set([...Object.keys(chosen.change), ...Object.keys(own)])];
      const different = keys.filter((key) => before[key] !== next[key]);
      // One that is now the same as the run still says what it was made of.
      return Object.fromEntries((different.length > 0 ? different : keys).map((key) => [key, before[key] ?? '']));
    }),
  };
}

/**
 * The setting in which each of several lanes differs from the page's run, where it is the same one for all.
 * @param {Lane[]} lanes
 * @returns {string | undefined}
 */
export function sweptKey(lanes) {
  const keys = new Set(lanes.flatMap(({ change }) => Object.keys(change)));
  return lanes.length > 1 && keys.size === 1 ? [...keys][0] : undefined;
}

/**
 * The runs as they stand beside each other, undefined for the page's own: by value where they go over those of a number,
 * else the page's own first.
 * @param {Settings} settings
 * @param {Lane[]} lanes
 * @returns {(Lane | undefined)[]}
 */
export function inOrder(settings, lanes) {
  const key = sweptKey(lanes);
  const runs = [undefined, ...lanes].map((lane) => ({ lane, value: Number(key && (lane?.change ?? settings)[key]) }));
  // Sorted wrapped: a bare undefined goes last, whatever is said.
  const ordered = runs.some(({ value }) => Number.isNaN(value)) ? runs : runs.toSorted((a, b) => a.value - b.value);
  return ordered.map(({ lane }) => lane);
}
