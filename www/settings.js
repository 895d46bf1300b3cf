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
 * `fork` says that it may change in the middle of a run; `tacit` that most people leave it alone, so that addresses do
 * not mention its default; `page` that wasm is not told about it.
 * @typedef {{ key: string, kind: 'name' | 'class' | 'style' | 'text' | 'number' | 'integer' | 'choice' | 'list' | 'steps',
 *   default: string | number, min?: number, max?: number, step?: number, choices?: string[], fork: boolean,
 *   tacit?: boolean, page?: boolean }} Spec
 */

/** The largest seed: the largest integer a number holds exactly. */
export const MAX_SEED = Number.MAX_SAFE_INTEGER;

/**
 * @param {Param} param
 * @param {boolean} fork
 * @returns {Spec}
 */
function paramSpec(param, fork) {
  const common = { key: param.key, fork, tacit: param.advanced };
  switch (param.kind) {
    case 'choice':
      return { ...common, kind: 'choice', default: param.default, choices: param.choices };
    case 'class':
      return { ...common, kind: 'class', default: 'none' };
    case 'text':
      return { ...common, kind: 'text', default: '' };
    case 'number': {
      const { min, step, lowest, largest } = param;
      const kind = Number.isInteger(step) && Number.isInteger(min) ? 'integer' : 'number';
      return { ...common, kind, default: param.default, min: lowest, max: largest, step };
    }
  }
}

/**
 * Every setting, in the order in which the URL lists them.
 * @param {Catalogue} catalogue
 * @returns {Map<string, Spec>}
 */
export function settingSpecs(catalogue) {
  const { guidance, samplers, starts } = catalogue;
  const names = (/** @type {Entry[]} */ entries) => entries.map((entry) => entry.name);
  const params = (/** @type {Entry[]} */ entries, fork = true) =>
    entries.flatMap((entry) => entry.params.map((param) => paramSpec(param, fork)));
  /** @type {Spec[]} */
  const specs = [
    { key: 'model', kind: 'name', default: 'emoji32', fork: false },
    { key: 'class', kind: 'class', default: 'none', fork: true },
    { key: 'style', kind: 'style', default: 'none', fork: true },
    { key: 'method', kind: 'list', default: 'classifier', choices: names(guidance), fork: true },
    ...params(guidance),
    // Where a run started cannot be changed on the way.
    { key: 'start', kind: 'choice', default: names(starts)[0] ?? '', choices: names(starts), fork: false, tacit: true },
    ...params(starts, false),
    { key: 'sampler', kind: 'choice', default: 'ddim', choices: names(samplers), fork: true },
    { key: 'steps', kind: 'steps', default: '25', min: MIN_STEPS, max: TRAINED_STEPS, fork: true },
    ...params(samplers),
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
    case 'name':
    case 'class':
    case 'style':
      return trimmed || undefined;
    case 'text':
      return trimmed;
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
 * Settings without the methods that ask a classifier, and those methods.
 * @param {Settings} settings
 * @param {Catalogue} catalogue
 * @returns {{ settings: Settings, withheld: string[] }}
 */
export function withoutClassifier(settings, { guidance }) {
  const asks = guidance.filter(({ needs }) => needs.classifier).map(({ name }) => name);
  const on = methodsOf(settings);
  const method = on.filter((name) => !asks.includes(name)).join(',') || 'none';
  return { settings: { ...settings, method }, withheld: on.filter((name) => asks.includes(name)) };
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
 * The guidance methods, the start and the sampler that are in use, in this order.
 * @param {Settings} settings
 * @param {Catalogue} catalogue
 * @returns {Entry[]}
 */
function entriesInUse(settings, { guidance, starts, samplers }) {
  const on = methodsOf(settings);
  return [
    ...guidance.filter(({ name }) => on.includes(name)),
    ...starts.filter(({ name }) => name === settings.start),
    ...samplers.filter(({ name }) => name === settings.sampler),
  ];
}

/**
 * The settings that change what is computed: keys of what is not in use do not count.
 * @param {Settings} settings
 * @param {Catalogue} catalogue
 * @returns {string[]}
 */
export function activeKeys(settings, catalogue) {
  const params = entriesInUse(settings, catalogue).flatMap((entry) => entry.params);
  return [
    'model',
    'class',
    'style',
    'method',
    'start',
    'sampler',
    'steps',
    'seed',
    ...params.filter((param) => applies(settings, param)).map((param) => param.key),
  ];
}

/**
 * The methods and the start in use that read the picture.
 * @param {Settings} settings
 * @param {Catalogue} catalogue
 * @returns {Entry[]}
 */
export function readersOfPicture(settings, catalogue) {
  return entriesInUse(settings, catalogue).filter(({ needs }) => needs.reference);
}

/**
 * Whether a run begins with the picture, and not with noise alone.
 * @param {Settings} settings
 * @param {Catalogue} catalogue
 */
export function startsFromPicture(settings, { starts }) {
  return starts.some(({ name, needs }) => name === settings.start && needs.reference);
}

/**
 * The guidance method or start that cannot run for want of a picture, if there is one. A method that wants a class is
 * no obstacle: without a class it has nothing to steer towards and does nothing.
 * @param {Settings} settings
 * @param {Catalogue} catalogue
 * @param {boolean} hasReference
 * @returns {Entry | undefined}
 */
export function lacksReference(settings, catalogue, hasReference) {
  return hasReference ? undefined : readersOfPicture(settings, catalogue)[0];
}

/**
 * Whether a method in use asks a second, weaker model.
 * @param {Settings} settings
 * @param {Catalogue} catalogue
 */
export function asksWeaker(settings, catalogue) {
  return entriesInUse(settings, catalogue).some(({ needs }) => needs.weak);
}

/**
 * The numbers that divide the picture's side: the choices of a setting like N of φ_N.
 * @param {number} size
 * @returns {number[]}
 */
export function divisors(size) {
  return Array.from({ length: size }, (_, i) => i + 1).filter((n) => size % n === 0);
}
