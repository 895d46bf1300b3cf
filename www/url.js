// @ts-check
/** Settings ↔ the page's address. Pure: strings in, values and problems out. */
import { formatRules, NO_RULES } from './classroom.js';
import { LANGUAGES, languageOf } from './i18n/index.js';
import { activeKeys, defaultSettings, divisors, readValue } from './settings.js';
import { countSteps, TRAINED_STEPS } from './respacing.js';

/** @typedef {import('./protocol.js').Settings} Settings */
/** @typedef {import('./i18n/index.js').Language} Language */
/** @typedef {import('./settings.js').Spec} Spec */
/** @typedef {import('./settings.js').Model} Model */
/** @typedef {import('guidelight/*').Catalogue} Catalogue */

/**
 * A parameter that could not be used. `used` is the value that stands in for it; without one it was unknown. `detail` is
 * what the engine says of it, which alone knows the grammar of a text.
 * @typedef {{ key: string, got: string, used?: string | number, spec?: Spec, detail?: string }} Problem
 */

/**
 * What the address may ask of the page beside the settings of a run: whether it starts by itself, after which step it
 * pauses, the language, and whether it stands in a frame of another page.
 * @type {Record<'autoplay' | 'pause' | 'lang' | 'embed', Spec>}
 */
const OWN = {
  autoplay: { key: 'autoplay', kind: 'choice', choices: ['0', '1'], default: '0', fork: false },
  pause: { key: 'pause', kind: 'integer', min: 1, max: TRAINED_STEPS, default: TRAINED_STEPS, fork: false },
  embed: { key: 'embed', kind: 'choice', choices: ['0', '1'], default: '0', fork: false },
  lang: { key: 'lang', kind: 'choice', choices: Object.keys(LANGUAGES), default: 'en', fork: false },
};

/** A problem with a setting, as the engine tells it. */
const REFUSED = /^([a-z-]+): (expected .+, got .*)$/s;

/** Parameters with a grammar of their own: `lanes-url.js`, `classroom.js`. */
const READ_ELSEWHERE = ['lanes', 'hide', 'lock'];

/**
 * Reads the query string. `given` names the settings that it sets, so that a model's own defaults may fill the others.
 * @param {string} search
 * @param {Map<string, Spec>} specs
 * @param {Language} [preferred] the language where the address names none that there is
 * @returns {{ settings: Settings, given: Set<string>, autoplay: boolean, embed: boolean, pause: number | undefined,
 *   language: Language | undefined, problems: Problem[] }}
 */
export function parseUrl(search, specs, preferred = 'en') {
  const settings = defaultSettings(specs);
  const [given, problems] = [/** @type {Set<string>} */ (new Set()), /** @type {Problem[]} */ ([])];
  const params = new URLSearchParams(search);
  for (const [key, text] of new Map(params)) {
    if (key in OWN || READ_ELSEWHERE.includes(key)) continue;
    const spec = specs.get(key);
    if (!spec) {
      problems.push({ key, got: text });
      continue;
    }
    const value = readValue(spec, text);
    if (value === undefined) {
      problems.push({ key, got: text, used: spec.default, spec });
    } else {
      settings[key] = value;
      given.add(key);
    }
  }
  /**
   * What a parameter says, or what stands in where it says nothing usable; undefined where it is not there.
   * @param {Spec} spec
   * @param {string | number} [otherwise]
   */
  const own = (spec, otherwise = spec.default) => {
    const text = params.get(spec.key);
    if (text === null) return undefined;
    const value = readValue(spec, text);
    if (value === undefined) problems.push({ key: spec.key, got: text, used: otherwise, spec });
    return value ?? otherwise;
  };
  const [autoplay, embed, pause, language] = [
    own(OWN.autoplay),
    own(OWN.embed),
    own(OWN.pause),
    own(OWN.lang, preferred),
  ];
  return {
    settings,
    given,
    autoplay: autoplay === '1',
    embed: embed === '1',
    pause: pause === undefined ? undefined : Number(pause),
    // One that there is not is no choice: nobody's language changes by it.
    language: problems.some(({ key }) => key === 'lang') ? undefined : languageOf(language?.toString()),
    problems,
  };
}

/**
 * A class or style by name or index, as its name; undefined when there is none such.
 * @param {string} label
 * @param {string[]} names
 */
function labelName(label, names) {
  if (label === 'none' || names.includes(label)) return label;
  return /^\d+$/.test(label) ? names[Number(label)] : undefined;
}

/**
 * Fits what was asked for to a model of the manifest: names of classes and styles, the model's own defaults, and numbers
 * that depend on its picture size or on the count of steps.
 * @param {{ settings: Settings, given: Set<string>, problems?: Problem[] }} asked as `parseUrl` returns it: defaults of the
 *   model stand in for whatever was not given, problems included
 * @param {Model[]} models
 * @param {Map<string, Spec>} specs
 * @returns {{ settings: Settings, model: Model, problems: Problem[] }}
 */
export function fitToModel({ settings, given, problems = [] }, models, specs) {
  const unets = models.filter((model) => model.kind === 'unet');
  const model = unets.find(({ name }) => name === settings.model) ?? unets[0];
  if (!model) throw new Error('The model manifest lists no UNet.');
  const defaults = modelDefaults(model, specs);
  const fitted = { ...defaults };
  for (const key of given) if (key in settings) fitted[key] = /** @type {string | number} */ (settings[key]);

  const found = problems.map((problem) => ({ ...problem, used: fitted[problem.key] ?? problem.used }));
  const replace = (/** @type {string} */ key, /** @type {Partial<Spec>} */ limits) => {
    const spec = specs.get(key);
    const used = defaults[key] ?? '';
    found.push({ key, got: String(settings[key]), used, spec: spec && { ...spec, ...limits } });
    fitted[key] = used;
  };
  if (fitted.model !== model.name) replace('model', { kind: 'choice', choices: unets.map(({ name }) => name) });
  for (const { key, kind } of specs.values()) {
    if (kind !== 'class' && kind !== 'style') continue;
    const names = kind === 'class' ? model.classes : model.styles;
    const name = labelName(String(fitted[key]), names);
    if (name === undefined) replace(key, { kind: 'choice', choices: [...names, 'none'] });
    else fitted[key] = name;
  }
  if ('down-n' in fitted && !divisors(model.size).includes(Number(fitted['down-n']))) {
    replace('down-n', { kind: 'choice', choices: divisors(model.size).map(String) });
  }
  const total = countSteps(fitted.steps) ?? 0;
  if ('range-t' in fitted && Number(fitted['range-t']) > total) replace('range-t', { min: 0, max: total });
  return { settings: fitted, model, problems: found };
}

/**
 * The text of the address that the engine refuses, if it is still the one that is set.
 * @param {string} message of the engine
 * @param {Settings} asked by the address
 * @param {Settings} settings
 * @param {Map<string, Spec>} specs
 * @returns {(Problem & { used: string | number }) | undefined}
 */
export function refusedText(message, asked, settings, specs) {
  const [, key = '', detail] = REFUSED.exec(message) ?? [];
  const spec = specs.get(key);
  const got = asked[key];
  if (spec?.kind !== 'text' || got === undefined || got === spec.default || got !== settings[key]) return undefined;
  return { key, got: String(got), used: spec.default, spec, detail };
}

/**
 * What a model's settings are where nobody says anything: the defaults that the manifest gives it, as far as they are
 * values that its settings can have, and everybody's.
 * @param {Model} model
 * @param {Map<string, Spec>} specs
 * @returns {Settings}
 */
export function modelDefaults(model, specs) {
  const own = Object.entries(model.defaults ?? {}).flatMap(([key, text]) => {
    const spec = specs.get(key);
    const value = spec && readValue(spec, String(text));
    return value === undefined ? [] : [[key, value]];
  });
  // A page that opens on a bare address shows guidance at once, so it names a class even where the manifest does not.
  const label = model.classes[0] ?? 'none';
  return { ...defaultSettings(specs), class: label, ...Object.fromEntries(own), model: model.name };
}

/**
 * The settings that a link names: whatever the run depends on, so that it stays true when a default changes. Only what
 * most people leave alone is left out while it is as it always was.
 * @param {Settings} settings
 * @param {Catalogue} catalogue
 * @param {Map<string, Spec>} specs
 * @param {Model} [model]
 * @returns {[key: string, value: string][]}
 */
export function saidPairs(settings, catalogue, specs, model) {
  const active = new Set([...activeKeys(settings, catalogue), 'backend']);
  const implied = (/** @type {Spec} */ { key, tacit, default: usual }) =>
    tacit && settings[key] === usual && !(key in (model?.defaults ?? {}));
  return [...specs.values()]
    .filter((spec) => active.has(spec.key) && !implied(spec))
    .map(({ key }) => [key, String(settings[key])]);
}

/**
 * The query string of settings.
 * @param {Settings} settings
 * @param {Catalogue} catalogue
 * @param {Map<string, Spec>} specs
 * @param {{ autoplay?: boolean, embed?: boolean, pause?: number, language?: Language, lanes?: string, model?: Model,
 *   rules?: import('./classroom.js').Rules }} [page] `language` where somebody chose it
 */
export function formatUrl(
  settings,
  catalogue,
  specs,
  { autoplay = false, embed = false, pause, language, lanes, model, rules = NO_RULES } = {},
) {
  const pairs = saidPairs(settings, catalogue, specs, model);
  if (lanes) pairs.push(['lanes', lanes]);
  pairs.push(...formatRules(rules));
  if (autoplay) pairs.push(['autoplay', '1']);
  if (embed) pairs.push(['embed', '1']);
  if (language) pairs.push(['lang', language]);
  if (pause !== undefined) pairs.push(['pause', String(pause)]);
  // Commas, colons and semicolons are legal in a query and keep the address readable.
  return `?${new URLSearchParams(pairs).toString().replace(/%2C|%3A|%3B/g, decodeURIComponent)}`;
}
