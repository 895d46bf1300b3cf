// @ts-check
/** The names of settings and of their values, as the controls have them. */
import { ownTimesteps } from '../respacing.js';
import { methodsOf } from '../settings.js';

/** @typedef {Pick<import('./element.js').App, 'strings' | 'catalogue' | 'specs'>} App */

/**
 * @param {string} key
 * @param {App} app
 * @returns {string}
 */
export function settingName(key, { strings, catalogue }) {
  const own = /** @type {Record<string, string>} */ ({
    model: strings.model,
    class: strings.class,
    style: strings.style,
    method: strings.method,
    start: strings.start,
    sampler: strings.sampler,
    steps: strings.steps,
    seed: strings.seed,
    backend: strings.backend,
  });
  const { guidance, samplers, starts } = catalogue;
  const param = [...guidance, ...samplers, ...starts]
    .flatMap(({ params }) => params)
    .find((entry) => entry.key === key);
  return own[key] ?? strings.settings[key]?.name ?? param?.label ?? key;
}

/**
 * @param {string} key
 * @param {string | number} value
 * @param {App} app
 * @returns {string}
 */
export function valueName(key, value, { strings, catalogue, specs }) {
  const text = String(value);
  const entryName = (/** @type {string} */ wanted) => {
    const entry = [...catalogue.guidance, ...catalogue.starts].find(({ name }) => name === wanted);
    return entry ? strings.entry(entry).name : wanted;
  };
  if (key === 'start') return entryName(text);
  switch (specs.get(key)?.kind) {
    case 'list':
      return methodsOf({ method: text }).map(entryName).join(' + ') || strings.label('none');
    case 'choice':
      return strings.choices[text] ?? text;
    case 'class':
    case 'style':
      return strings.label(text);
    case 'steps': {
      const own = ownTimesteps(text);
      return own ? strings.schedule.own(own.length) : text;
    }
    default:
      return text || '–';
  }
}

/**
 * What a lane changes, in words.
 * @param {import('../lanes.js').Change} change
 * @param {App} app
 * @returns {{ name: string, value: string }[]}
 */
export function changeWords(change, app) {
  return Object.entries(change).map(([key, value]) => ({
    name: settingName(key, app),
    value: valueName(key, value, app),
  }));
}
