// @ts-check
/**
 * What can be set, its range and its default: the page's own settings here, those of a sampler or a guidance method
 * from wasm's catalogue, classes and styles from the model manifest. No DOM.
 */
import { countSteps, MIN_STEPS, TRAINED_STEPS } from './respacing.js';

/** @typedef {import('./protocol.js').Settings} Settings */
/** @typedef {import('guidelight/*').Catalogue} Catalogue */
/** @typedef {import('guidelight/*').Entry} Entry */
/** @typedef {import('guidelight/*').Param} Param */

/**
 * A model of the manifest, as the page uses it.
 * @typedef {{ name: string, kind: 'unet' | 'classifier', file: string, bytes: number, sha256: string, parameters: number,
 *   'multiply-adds': number, size: number, classes: string[], styles: string[], classifier?: string, preview?: string, license?: string,
 *   defaults?: Record<string, string | number> }} Model
 */

/**
 * A setting: how it is read from text, what it may be and what it is when nothing is said.
 * `fork` says that it may change in the middle of a run; `page` that wasm is not told about it.
 * @typedef {{ key: string, kind: 'text' | 'number' | 'integer' | 'choice' | 'list' | 'steps', default: string | number,
 *   min?: number, max?: number, step?: number, choices?: string[], fork: boolean, page?: boolean }} Spec
 */

/** The largest seed: the largest integer a number holds exactly. */
export const MAX_SEED = Number.MAX_SAFE_INTEGER;

/** Settings whose catalogue range is only what a slider offers, and how far they really go. */
const FURTHEST = /** @type {Record<string, number>} */ ({ scale: 1000, 'cfg-weight': 1000, 'range-t': TRAINED_STEPS });

/**
 * @param {Param} param
 * @returns {Spec}
 */
function paramSpec(param) {
  const { key, min, max, step, choices } = param;
  if (param.kind === 'flag')
    return { key, kind: 'choice', default: String(param.default), choices: ['false', 'true'], fork: true };
  if (param.kind === 'choice')
    return { key, kind: 'choice', default: String(param.default), choices: choices ?? [], fork: true };
  const kind = Number.isInteger(step) && Number.isInteger(min) ? 'integer' : 'number';
  return {
    key,
    kind,
    default: Number(param.default),
    min,
    max: FURTHEST[key] ?? max,
    step,
    fork: true,
  };
}

/**
 * Every setting, in the order in which the URL lists them.
 * @param {Catalogue} catalogue
 * @returns {Map<string, Spec>}
 */
export function settingSpecs(catalogue) {
  const names = (/** @type {Entry[]} */ entries) => entries.map((entry) => entry.name);
  const params = (/** @type {Entry[]} */ entries) => entries.flatMap((entry) => entry.params.map(paramSpec));
  /** @type {Spec[]} */
  const specs = [
    { key: 'model', kind: 'text', default: 'emoji32', fork: false },
    { key: 'class', kind: 'text', default: 'none', fork: true },
    { key: 'style', kind: 'text', default: 'none', fork: true },
    { key: 'method', kind: 'list', default: 'classifier', choices: names(catalogue.guidance), fork: true },
    ...params(catalogue.guidance),
    { key: 'sampler', kind: 'choice', default: 'ddim', choices: names(catalogue.samplers), fork: true },
    { key: 'steps', kind: 'steps', default: '25', min: MIN_STEPS, max: TRAINED_STEPS, fork: true },
    ...params(catalogue.samplers),
    { key: 'seed', kind: 'integer', default: 0, min: 0, max: MAX_SEED, fork: false },
    { key: 'backend', kind: 'choice', default: 'auto', choices: ['auto', 'webgpu', 'cpu'], fork: false, page: true },
  ];
  return new Map(specs.map((spec) => [spec.key, spec]));
}

/**
 * Reads one value from text.
 * @param {Spec} spec
 * @param {string} text
 * @returns {string | number | undefined} undefined when the text is none of the allowed values
 */
export function readValue(spec, text) {
  const trimmed = text.trim();
  switch (spec.kind) {
    case 'text':
      return trimmed || undefined;
    case 'choice':
      return spec.choices?.includes(trimmed) ? trimmed : undefined;
    case 'steps':
      return countSteps(trimmed) === undefined ? undefined : trimmed;
    case 'list': {
      const items = trimmed
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item && item !== 'none');
      if (!trimmed || items.some((item) => !spec.choices?.includes(item))) return undefined;
      return joinMethods(items, spec.choices ?? []);
    }
    default: {
      const value = trimmed === '' ? NaN : Number(trimmed);
      const inside = value >= (spec.min ?? -Infinity) && value <= (spec.max ?? Infinity);
      return inside && Number.isFinite(value) && (spec.kind === 'number' || Number.isInteger(value))
        ? value
        : undefined;
    }
  }
}

/**
 * The `method` value of a set of methods: catalogue order, each once, `none` when empty.
 * @param {Iterable<string>} chosen
 * @param {string[]} order
 */
export function joinMethods(chosen, order) {
  const set = new Set(chosen);
  return order.filter((name) => set.has(name)).join(',') || 'none';
}

/**
 * @param {{ method: string }} settings
 * @returns {string[]}
 */
export function methodsOf(settings) {
  return settings.method === 'none' ? [] : settings.method.split(',');
}

/**
 * Settings with one of them changed. The steps that run without the reference cannot be more than there are.
 * @param {Settings} settings
 * @param {string} key
 * @param {string | number} value
 * @returns {Settings}
 */
export function withSetting(settings, key, value) {
  const changed = { ...settings, [key]: value };
  const total = countSteps(changed.steps);
  if (total !== undefined && Number(changed['range-t']) > total) changed['range-t'] = total;
  return changed;
}

/**
 * @param {Map<string, Spec>} specs
 * @returns {Settings}
 */
export function defaultSettings(specs) {
  return /** @type {Settings} */ (Object.fromEntries([...specs.values()].map((spec) => [spec.key, spec.default])));
}

/**
 * The settings that wasm is told: it refuses keys that it does not know.
 * @param {Settings} settings
 * @param {Map<string, Spec>} specs
 * @returns {Settings}
 */
export function runSettings(settings, specs) {
  return /** @type {Settings} */ (
    Object.fromEntries(Object.entries(settings).filter(([key]) => !specs.get(key)?.page))
  );
}

/**
 * Whether a setting has a say: a threshold's quantile has none without the threshold.
 * @param {Settings} settings
 * @param {{ key: string }} param
 */
export function applies(settings, { key }) {
  return key !== 'clip-quantile' || settings.clip === 'dynamic';
}

/**
 * The settings that change what is computed: keys of methods and samplers that are not in use do not count.
 * @param {Settings} settings
 * @param {Catalogue} catalogue
 * @returns {string[]}
 */
export function activeKeys(settings, catalogue) {
  const methods = catalogue.guidance.filter((entry) => methodsOf(settings).includes(entry.name));
  const sampler = catalogue.samplers.filter((entry) => entry.name === settings.sampler);
  return [
    'model',
    'class',
    'style',
    'method',
    'sampler',
    'steps',
    'seed',
    ...[...methods, ...sampler].flatMap((entry) =>
      entry.params.filter((param) => applies(settings, param)).map((param) => param.key),
    ),
  ];
}

/**
 * The guidance method that cannot run for want of a reference picture, if there is one. A method that wants a class is
 * no obstacle: without a class it has nothing to steer towards and does nothing.
 * @param {Settings} settings
 * @param {Catalogue} catalogue
 * @param {boolean} hasReference
 * @returns {string | undefined}
 */
export function lacksReference(settings, catalogue, hasReference) {
  const on = methodsOf(settings);
  return hasReference
    ? undefined
    : catalogue.guidance.find((entry) => entry.needs.reference && on.includes(entry.name))?.name;
}

/**
 * The numbers that divide the picture's side: the choices of a setting like N of φ_N.
 * @param {number} size
 * @returns {number[]}
 */
export function divisors(size) {
  return Array.from({ length: size }, (_, i) => i + 1).filter((n) => size % n === 0);
}
