// @ts-check
/** Everything that can be set. Methods, samplers and their parameters come from the catalogue. */
import { html, nothing } from 'lit';
import { isHeld, isHidden } from '../classroom.js';
import { countSteps, MIN_STEPS } from '../respacing.js';
import { joinMethods, MAX_SEED, methodsOf, readValue } from '../settings.js';
import { previewOf } from '../preview.js';
import { modelAtWork } from '../state.js';
import { dropDown, radios } from './choices.js';
import { PageElement } from './element.js';
import { held, lockSign } from './held.js';
import { icons } from './icons.js';
import { entryParams, wanting } from './entry.js';
import { valueName } from './setting-words.js';
import './reference-panel.js';

/** @typedef {import('../state.js').State} State */
/** @typedef {Event & { target: HTMLInputElement }} InputEvent */

/** The step slider ends here; more can be typed. */
const SLIDER_STEPS = 100;

/** Seeds from the dice stay short enough to read out and write down. */
const DICE_SEEDS = 1e6;

export class Controls extends PageElement {
  /**
   * @param {State} state
   * @param {State} before
   */
  concerns(state, before) {
    return (
      state.settings !== before.settings ||
      state.model !== before.model ||
      state.models !== before.models ||
      state.preview !== before.preview ||
      state.withheld !== before.withheld ||
      state.reference !== before.reference ||
      state.init !== before.init ||
      state.mask !== before.mask ||
      state.backend !== before.backend ||
      state.sources !== before.sources
    );
  }

  render() {
    const { strings } = this.app;
    return html`<h2 class="hidden">${strings.controls}</h2>${held(
      this.app,
      'controls',
      () => html`
      <section>${this.subject()}</section>
      <section>${this.guidance()}</section>
      <section>${held(this.app, 'reference', () => html`<gl-reference .app=${this.app}></gl-reference>`)}</section>
      <section>${this.sampling()}</section>
      <section>${held(this.app, 'backend', () => this.machine())}</section>`,
    )}`;
  }

  /** Which model and which class. */
  subject() {
    const { strings, actions } = this.app;
    const { settings, model, models, sources } = this.state;
    const atWork = modelAtWork(this.state);
    const nameOf = (/** @type {string} */ name) =>
      atWork && atWork !== model && name === model?.name ? strings.forNow(name, atWork.name) : name;
    const unets = models.filter(({ kind }) => kind === 'unet');
    const named = (/** @type {string[]} */ names, /** @type {string} */ none) => [
      ...names.map((name) => ({ value: name, name: strings.label(name) })),
      { value: 'none', name: none },
    ];
    return html`
      ${held(this.app, 'model', () =>
        dropDown({
          key: 'model',
          name: strings.model,
          value: settings.model,
          line: atWork && strings.modelFacts(atWork, sources[0] && strings.source[sources[0]]),
          options: (unets.length > 0 ? unets : [{ name: settings.model }]).map(({ name }) => ({
            value: name,
            name: nameOf(name),
          })),
          set: (value) => actions.set('model', value),
        }),
      )}
      ${held(this.app, 'class', () =>
        radios({
          key: 'class',
          name: strings.class,
          value: settings.class,
          layout: 'chips',
          options: named(model?.classes ?? [], strings.label('none')),
          set: (value) => actions.set('class', value),
        }),
      )}
      ${
        model && model.styles.length > 0
          ? held(this.app, 'style', () =>
              dropDown({
                key: 'style',
                name: strings.style,
                value: settings.style,
                line: strings.styleLine,
                options: named(model.styles, strings.any),
                set: (value) => actions.set('style', value),
              }),
            )
          : nothing
      }`;
  }

  guidance() {
    const { strings, catalogue, rules } = this.app;
    const on = methodsOf(this.state.settings);
    const locked = isHeld(rules, 'method');
    // Without the choice there are still the settings of what is on.
    const offered = catalogue.guidance.filter(({ name }) => on.includes(name) || !isHidden(rules, 'method'));
    if (offered.length === 0) return nothing;
    return html`<fieldset class="methods"><legend>${strings.method}</legend>
      ${offered.map((entry) => {
        const { name, line } = strings.entry(entry);
        const active = on.includes(entry.name);
        const barred = this.barred(entry);
        return html`<div class="method method-${entry.name} ${active ? 'on' : ''} ${barred ? 'barred' : ''}">
          <label class="check" title=${active ? nothing : line}><input type="checkbox" name="method" value=${entry.name} .checked=${active}
            ?disabled=${locked || (barred && !active)} aria-describedby="method-${entry.name}"
            @change=${(/** @type {InputEvent} */ { target }) => this.setMethod(entry.name, target.checked)}><span>${name}</span></label>
          <small id="method-${entry.name}">${barred ?? line} ${active ? wanting(this.app, entry) : nothing}</small>
          ${active ? entryParams(this.app, entry) : nothing}
        </div>`;
      })}${rules.lock.includes('method') ? lockSign(strings) : nothing}</fieldset>`;
  }

  /**
   * Why a method cannot be used with the chosen model at all, if it cannot.
   * @param {import('guidelight/*').Entry} entry
   */
  barred({ needs }) {
    const { strings } = this.app;
    const { model, models, withheld } = this.state;
    if (!model) return undefined;
    if (needs.classifier && withheld) return strings.awaitsClassifier(model.classifier ?? '');
    if (needs.weak && !previewOf(model, models)) return strings.noWeaker(model.name);
    return needs.classifier && !model.classifier ? strings.noClassifier(model.name) : undefined;
  }

  /**
   * @param {string} name
   * @param {boolean} on
   */
  setMethod(name, on) {
    const { actions, catalogue } = this.app;
    const others = methodsOf(this.state.settings).filter((method) => method !== name);
    actions.set(
      'method',
      joinMethods(
        on ? [...others, name] : others,
        catalogue.guidance.map((entry) => entry.name),
      ),
    );
  }

  sampling() {
    const { strings, actions, catalogue } = this.app;
    const { settings } = this.state;
    const count = countSteps(settings.steps) ?? MIN_STEPS;
    const sampler = catalogue.samplers.find(({ name }) => name === settings.sampler);
    const start = catalogue.starts.find(({ name }) => name === settings.start);
    return html`
      ${held(this.app, 'sampler', () =>
        radios({
          key: 'sampler',
          name: strings.sampler,
          line: strings.samplers[settings.sampler] ?? sampler?.help,
          value: settings.sampler,
          layout: 'chips',
          set: (value) => actions.set('sampler', value),
          options: catalogue.samplers.map(({ name, label }) => ({ value: name, name: strings.choices[name] ?? label })),
        }),
      )}
      ${held(
        this.app,
        'steps',
        () => html`<div class="field typed">
        <label for="set-steps">${strings.steps}</label>
        <input type="text" id="set-steps" name="steps" .value=${settings.steps} autocomplete="off" spellcheck="false" aria-describedby="line-steps" @change=${this.typeSteps}>
        <input type="range" name="steps-slider" aria-label=${strings.steps} min=${MIN_STEPS} max=${SLIDER_STEPS} step="1" .value=${String(Math.min(count, SLIDER_STEPS))}
          aria-valuetext=${valueName('steps', settings.steps, this.app)} @input=${(/** @type {InputEvent} */ { target }) => actions.set('steps', target.value)}>
        <small id="line-steps">${strings.stepsLine}</small>
      </div>`,
      )}
      ${sampler && entryParams(this.app, sampler)}
      ${held(this.app, 'start', () =>
        dropDown({
          key: 'start',
          name: strings.start,
          line: start && html`${strings.entry(start).line} ${wanting(this.app, start)}`,
          value: settings.start,
          options: catalogue.starts.map((entry) => ({ value: entry.name, name: strings.entry(entry).name })),
          set: (value) => actions.set('start', value),
        }),
      )}
      ${start && entryParams(this.app, start)}
      ${held(
        this.app,
        'seed',
        () => html`<div class="field typed">
        <label for="set-seed">${strings.seed}</label>
        <span class="with-button"><input type="text" inputmode="numeric" id="set-seed" name="seed" .value=${String(settings.seed)} autocomplete="off" @change=${this.typeSeed}>
          <button type="button" data-action="dice" title=${strings.dice} aria-label=${strings.dice} @click=${this.roll}>${icons.dice}</button></span>
      </div>`,
      )}`;
  }

  /** @param {InputEvent} event */
  typeSteps({ target }) {
    this.typed('steps', target, (got) => (strings) => strings.stepsWrong(got));
  }

  /** @param {InputEvent} event */
  typeSeed({ target }) {
    this.typed('seed', target, (got) => (strings) => strings.seedWrong(got));
  }

  /**
   * Takes a typed value, or says what is wrong with it and puts the old one back.
   * @param {string} key
   * @param {HTMLInputElement} target
   * @param {(got: string) => import('../state.js').Say} wrong
   */
  typed(key, target, wrong) {
    const { actions, specs } = this.app;
    const spec = specs.get(key);
    const value = spec && readValue(spec, target.value);
    if (value === undefined) {
      actions.complain(key, wrong(target.value));
      target.value = String(this.state.settings[key]);
    } else {
      actions.set(key, value);
    }
  }

  roll() {
    this.app.actions.set('seed', Math.floor(Math.random() * Math.min(DICE_SEEDS, MAX_SEED)));
  }

  machine() {
    const { strings, actions, specs } = this.app;
    const { settings, backend } = this.state;
    return radios({
      key: 'backend',
      name: strings.backend,
      value: settings.backend,
      set: (value) => actions.set('backend', value),
      line: backend && strings.backendReason(backend.name, backend.adapter, backend.reason),
      options: (specs.get('backend')?.choices ?? []).map((value) => ({ value, name: strings.choices[value] ?? value })),
    });
  }
}
customElements.define('gl-controls', Controls);
