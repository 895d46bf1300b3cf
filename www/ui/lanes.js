// @ts-check
/** Compare: runs beside the page's own, how to add them, and what of them is shown. */
import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { changeable, changeOf, inOrder, MAX_LANES, presets, sweepValues, usualSweep, valuesOf } from '../compare.js';
import { readValue } from '../settings.js';
import { radios } from './choices.js';
import { PageElement } from './element.js';
import { held } from './held.js';
import { changeWords, settingName, valueName } from './setting-words.js';
import { symbols } from './math.js';
import './lane.js';

/** @typedef {import('../state.js').State} State */
/** @typedef {Event & { target: HTMLSelectElement | HTMLInputElement }} FieldEvent */

const PICTURES = /** @type {const} */ (['xt', 'x0', 'eps', 'gradient']);
const DIFFERENCES = /** @type {const} */ (['off', 'absolute', 'signed']);

export class LanesPanel extends PageElement {
  /** @type {import('lit').PropertyDeclarations} */
  static properties = { chosen: { state: true }, typed: { state: true } };

  constructor() {
    super();
    /** @type {string | undefined} the setting of the next lane or sweep, once somebody chose one */
    this.chosen = undefined;
    /** @type {string | undefined} its value, once somebody gave one */
    this.typed = undefined;
  }

  /**
   * @param {State} state
   * @param {State} before
   */
  concerns(state, before) {
    return (
      state.lanes !== before.lanes ||
      state.lanesBefore !== before.lanesBefore ||
      state.comparison !== before.comparison ||
      state.settings !== before.settings ||
      state.model !== before.model ||
      state.models !== before.models ||
      state.reference !== before.reference
    );
  }

  render() {
    const { strings } = this.app;
    const { lanes } = this.state;
    return html`<h2>${strings.lanes.title}</h2>${held(
      this.app,
      'lanes',
      () => html`
      <p class="line">${lanes.length === 0 ? strings.lanes.line : nothing}</p>
      ${this.adding()}
      <p class="hidden" role="status">${strings.lanes.count(lanes.length)}</p>
      ${lanes.length > 0 ? this.table() : nothing}`,
    )}`;
  }

  adding() {
    const { strings, actions, catalogue } = this.app;
    const { lanes } = this.state;
    const full = lanes.length >= MAX_LANES;
    return html`<div class="row presets" role="group" aria-label=${strings.lanes.add}>
        <span class="line" aria-hidden="true">${strings.lanes.with}</span>
        ${presets(this.state, catalogue).map(({ name, change }) => {
          const [word] = changeWords(change, this.app);
          return html`<button type="button" data-action="add-lane" value=${Object.values(change).join()} ?disabled=${full}
            @click=${() => actions.addLane(change)}>${strings.lanes.presets[name](word?.value ?? '')}</button>`;
        })}
      </div>
      ${this.form(full)}
      ${full ? html`<p class="line">${strings.lanes.full}</p>` : nothing}
      ${this.replaced()}`;
  }

  /** Any setting of the catalogue with any value, or as many values as there is room for. @param {boolean} full */
  form(full) {
    const { strings, actions, catalogue, specs } = this.app;
    const groups = changeable(this.state, catalogue);
    const offered = groups.some(({ keys }) => this.chosen !== undefined && keys.includes(this.chosen));
    const key = offered && this.chosen ? this.chosen : usualSweep(this.state.settings, catalogue);
    const spec = specs.get(key);
    if (!spec) return nothing;
    const values = sweepValues(spec, this.state);
    const value = this.typed ?? String(values[0] ?? '');
    const option = (/** @type {string} */ name, /** @type {string} */ label, /** @type {string} */ at) =>
      html`<option value=${name} ?selected=${name === at} .selected=${name === at}>${label}</option>`;
    const listed = valuesOf(spec, this.state);
    const change = (/** @type {string | number} */ next) => changeOf(key, next, this.state.settings, catalogue);
    const choose = (/** @type {FieldEvent} */ { target }) => ([this.chosen, this.typed] = [target.value, undefined]);
    const give = (/** @type {FieldEvent} */ { target }) => (this.typed = target.value);
    const add = (/** @type {Event} */ event) => {
      event.preventDefault();
      const read = readValue(spec, value);
      if (read === undefined)
        actions.complain('lane', (said) =>
          said.lanes.badValue(settingName(key, { ...this.app, strings: said }), value, spec),
        );
      else {
        actions.dismiss('lane');
        actions.addLane(change(read));
      }
    };
    return html`<form class="row" @submit=${add}>
      <label><span class="hidden">${strings.lanes.setting}</span><select name="lane-setting" @change=${choose}>
        ${groups.map(({ entry, keys }) => html`<optgroup label=${entry ? strings.entry(entry).name : strings.lanes.run}>${keys.map((name) => option(name, settingName(name, this.app), key))}</optgroup>`)}
      </select></label>
      <label><span class="hidden">${strings.lanes.value}</span>${
        listed
          ? html`<select name="lane-value" @change=${give}>${listed.map((name) => option(name, valueName(key, name, this.app), value))}</select>`
          : html`<input type="text" name="lane-value" .value=${value} autocomplete="off" spellcheck="false" @input=${give}>`
      }</label>
      <button data-action="add-custom" ?disabled=${full}>${strings.lanes.addOne}</button>
      <button type="button" data-action="sweep" title=${strings.lanes.sweepHelp(values.map((next) => valueName(key, next, this.app)))} ?disabled=${values.length === 0} @click=${() => actions.setLanes(values.map(change))}>${strings.lanes.sweep(values.length + 1)}</button>
    </form>`;
  }

  /** What stood here before all of it was replaced or removed at once can be had back. */
  replaced() {
    const { strings } = this.app;
    const { length } = this.state.lanesBefore;
    return length > 0
      ? html`<p class="row replaced"><span class="line">${strings.lanes.replaced(length)}</span>
        <button type="button" data-action="undo-lanes" @click=${this.bringBack}>${strings.undo}</button></p>`
      : nothing;
  }

  table() {
    const { strings, actions } = this.app;
    const { lanes, comparison } = this.state;
    return html`<div class="row views">
        ${radios({
          key: 'lane-picture',
          name: strings.lanes.picture,
          value: comparison.picture,
          options: PICTURES.map((value) => ({ value, name: strings.terms[value].name })),
          set: (value) => actions.compare({ picture: PICTURES.find((name) => name === value) }),
        })}
        ${radios({
          key: 'lane-difference',
          name: strings.lanes.difference,
          value: comparison.difference,
          options: DIFFERENCES.map((value) => ({ value, name: strings.lanes.differences[value] })),
          set: (value) => actions.compare({ difference: DIFFERENCES.find((name) => name === value) }),
        })}
        <button type="button" data-action="clear-lanes" @click=${() => this.clear()}>${strings.lanes.clear}</button>
      </div>
      ${this.legend()}
      <div class="lanes">
        ${repeat(
          inOrder(this.state.settings, lanes),
          (lane) => lane?.id ?? 0,
          (lane) =>
            html`<gl-lane .app=${this.app} .lane=${lane} index=${lane ? lanes.indexOf(lane) + 1 : 0} @remove-lane=${this.removeLane}></gl-lane>`,
        )}
      </div>`;
  }

  legend() {
    const { strings } = this.app;
    const { difference, picture } = this.state.comparison;
    if (difference === 'off') return nothing;
    const [from, to] = strings.lanes.legend[difference];
    return html`<p class="legend"><span class="symbol term-${picture}" aria-hidden="true">${symbols[picture]}</span>
      <span>${from}</span><span class="ramp ${difference}" aria-hidden="true"></span><span>${to}</span></p>`;
  }

  /** Removes a lane; the keyboard goes on where the next one is, or where new ones are added. @param {CustomEvent<number>} event */
  async removeLane({ detail: id }) {
    const ids = inOrder(this.state.settings, this.state.lanes).flatMap((lane) => lane?.id ?? []);
    this.app.actions.removeLane(id);
    await this.updateComplete;
    const buttons = [.../** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll('[data-action=remove-lane]'))];
    (buttons[Math.min(ids.indexOf(id), buttons.length - 1)] ?? this.firstButton())?.focus();
  }

  clear() {
    return this.putAll(() => this.app.actions.setLanes([]));
  }

  bringBack() {
    return this.putAll(() => this.app.actions.bringBackLanes());
  }

  /** After it the button that did it is gone. @param {() => void} put */
  async putAll(put) {
    put();
    await this.updateComplete;
    this.firstButton()?.focus();
  }

  firstButton() {
    return /** @type {HTMLElement | null} */ (this.querySelector('[data-action=add-lane]'));
  }
}
customElements.define('gl-lanes', LanesPanel);
