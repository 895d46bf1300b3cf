// @ts-check
/** A labelled slider with its number beside it. */
import { html, nothing } from 'lit';

/**
 * @param {{ key: string, name: string, line?: string, value: number, min: number, max: number, step: number,
 *   text?: string, set: (value: number) => void }} options `text` is the value as it is shown and read aloud
 */
export function slider({ key, name, line, value, min, max, step, text = String(value), set }) {
  return html`<div class="field">
    <label for="set-${key}">${name}</label>
    <output for="set-${key}">${text}</output>
    <input type="range" id="set-${key}" name=${key} min=${min} max=${max} step=${step} .value=${String(value)} aria-valuetext=${text}
      aria-describedby=${line ? `line-${key}` : nothing}
      @input=${(/** @type {Event & { target: HTMLInputElement }} */ { target }) => set(Number(target.value))}>
    ${line ? html`<small id="line-${key}">${line}</small>` : nothing}
  </div>`;
}

/**
 * A slider over a list of numbers that are not evenly spaced.
 * @param {{ key: string, name: string, line?: string, value: number, values: number[], set: (value: number) => void }} options
 */
export function listSlider({ values, value, set, ...rest }) {
  const index = Math.max(0, values.indexOf(value));
  return slider({
    ...rest,
    value: index,
    min: 0,
    max: values.length - 1,
    step: 1,
    text: String(values[index]),
    set: (i) => set(/** @type {number} */ (values[i])),
  });
}
