// @ts-check
/** The control of one parameter of a sampler or a guidance method, drawn from its catalogue entry. */
import { divisors } from '../settings.js';
import { totalSteps } from '../state.js';
import { dropDown } from './choices.js';
import { listSlider, slider } from './slider.js';

/**
 * @param {import('./element.js').App} app
 * @param {import('guidelight/*').Param} param
 */
export function paramControl(app, param) {
  const { store, specs, strings, actions } = app;
  const state = store.get();
  const spec = specs.get(param.key);
  if (!spec) return undefined;
  const { key } = param;
  const value = state.settings[key] ?? spec.default;
  const { name, line } = strings.settings[key] ?? { name: param.label };
  const set = (/** @type {string | number} */ next) => actions.set(key, next);

  if (spec.kind === 'choice') {
    const options = (spec.choices ?? []).map((choice) => ({ value: choice, name: strings.choices[choice] ?? choice }));
    return dropDown({ key, name, line, value: String(value), options, set });
  }
  // N must divide the picture's side, and the stop step cannot lie beyond the run: limits that only the page knows.
  if (key === 'down-n')
    return listSlider({ key, name, line, value: Number(value), values: divisors(state.model?.size ?? 32), set });
  const max = key === 'range-t' ? totalSteps(state) : Math.max(Number(param.max), Number(value));
  return slider({ key, name, line, value: Number(value), min: spec.min ?? 0, max, step: spec.step ?? 1, set });
}
