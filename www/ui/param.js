// @ts-check
/** The control of one parameter of a sampler, a guidance method or a start, drawn from its catalogue entry. */
import { html, nothing } from 'lit';
import { countSteps } from '../respacing.js';
import { divisors } from '../settings.js';
import { dropDown } from './choices.js';
import { listSlider, slider } from './slider.js';

/**
 * @param {import('./element.js').App} app
 * @param {import('guidelight/*').Param} param
 */
export function paramControl(app, param) {
  const { store, strings, actions } = app;
  const { settings, model, mask } = store.get();
  const { key } = param;
  const value = settings[key] ?? '';
  const { name, line } = strings.settings[key] ?? { name: param.label };
  const set = (/** @type {string | number} */ next) => actions.set(key, next);
  const select = (/** @type {string[]} */ values, /** @type {(value: string) => string} */ nameOf) => {
    const options = values.map((option) => ({ value: option, name: nameOf(option) }));
    // A painted mask says what is kept.
    const painted = key === 'keep' && mask !== undefined;
    return dropDown({
      key,
      name,
      line: painted ? strings.maskInstead : line,
      value: String(value),
      options,
      set,
      disabled: painted,
    });
  };

  switch (param.kind) {
    case 'choice':
      return select(param.choices, (value) => strings.choices[value] ?? value);
    case 'class':
      return select(['none', ...(model?.classes ?? [])], strings.label);
    case 'text':
      return html`<div class="field">
        <label for="set-${key}">${name}</label>
        <input type="text" id="set-${key}" name=${key} .value=${String(value)} placeholder=${param.example} autocomplete="off" autocapitalize="off"
          spellcheck="false" aria-describedby=${line ? `line-${key}` : nothing}
          @change=${(/** @type {Event & { target: HTMLInputElement }} */ { target }) => set(target.value.trim())}>
        ${line ? html`<small id="line-${key}">${line}</small>` : nothing}
      </div>`;
    case 'number': {
      const number = Number(value);
      // N must divide the picture's side, and the stop step cannot lie beyond the run: limits that only the page knows.
      if (key === 'down-n')
        return listSlider({ key, name, line, value: number, values: divisors(model?.size ?? 32), set });
      const max = key === 'range-t' ? (countSteps(settings.steps) ?? 0) : param.max;
      // A slider reaches what it offers, and what was typed into the address.
      const reach = { min: Math.min(param.min, number), max: Math.max(max, number) };
      return slider({ key, name, line, value: number, ...reach, step: param.step, set });
    }
  }
}
