// @ts-check
/** The chain as a plot: ᾱ over the timesteps with those that are visited, and how strongly each method acts there. */
import { html, nothing, svg } from 'lit';
import { isHeld, isHidden } from '../classroom.js';
import {
  abarAt,
  everywhere,
  intervalKeys,
  limitsOf,
  nearestStep,
  respaced,
  SPACINGS,
  spacingOf,
  stairs,
} from '../chain.js';
import { countSteps, MIN_STEPS, ownTimesteps, TRAINED_STEPS } from '../respacing.js';
import { methodsOf } from '../settings.js';
import { samePictures } from '../pictures.js';
import { shownFrame, isUsable } from '../state.js';
import { radios } from './choices.js';
import { PageElement } from './element.js';
import { held, lockSign } from './held.js';
import { climbs, smallSymbols } from './math.js';
import { dots, line, plot, PLOT } from './plot.js';
import { valueName } from './setting-words.js';
import { slider } from './slider.js';
import { TimestepEditor } from './timesteps.js';

/** @typedef {import('../state.js').State} State */
/** @typedef {import('../protocol.js').Outlook} Outlook */
/** @typedef {Event & { target: HTMLInputElement }} InputEvent */

/** The slider ends here; more can be typed among the controls. */
const SLIDER_STEPS = 100;

export class Schedule extends PageElement {
  constructor() {
    super();
    /** @type {Outlook | undefined} */
    this.outlook = undefined;
    /** @type {Record<string, number | undefined>} by method, the noisiest timestep at which the model lets it act */
    this.limits = {};
    this.asking = false;
    /** @type {State | undefined} what the outlook was asked for */
    this.askedFor = undefined;
    this.editor = new TimestepEditor(this);
  }

  /**
   * @param {State} state
   * @param {State} before
   */
  concerns(state, before) {
    return (
      state.settings !== before.settings ||
      !samePictures(state, before) ||
      state.cursor !== before.cursor ||
      state.frames !== before.frames ||
      state.phase !== before.phase
    );
  }

  updated() {
    this.ask();
  }

  /** Asks for the outlook of what is set now; of several changes meanwhile, only for the last. */
  async ask() {
    const { state, askedFor } = this;
    const known = askedFor && askedFor.settings === state.settings && samePictures(askedFor, state);
    if (this.asking || known || !isUsable(state)) return;
    this.asking = true;
    this.askedFor = state;
    try {
      const { actions, catalogue } = this.app;
      this.outlook = await actions.outlook();
      this.limits = limitsOf(await actions.outlook(everywhere(catalogue)));
    } catch {
      // Settings that no run can be made of; playing says why. The plot stays as it was.
    }
    this.asking = false;
    this.requestUpdate();
  }

  render() {
    const { schedule } = this.app.strings;
    return html`<div class="schedule">
      ${this.outlook ? this.chart(this.outlook) : html`<p class="line">${schedule.waiting}</p>`}
      ${this.intervals()}
      ${held(this.app, 'steps', () => html`<div class="row">${this.steps()}</div>`)}
    </div>`;
  }

  /** @param {Outlook} outlook */
  chart({ abar, timesteps, strengths }) {
    const { editor } = this;
    const { schedule, entry, axes } = this.app.strings;
    const { actions, catalogue } = this.app;
    const { frames, cursor, settings } = this.state;
    // What is being dragged is ahead of what the engine has said.
    const own = ownTimesteps(settings.steps);
    const visited = own ?? timesteps;
    editor.show(own ?? [...new Set(timesteps.map(Math.round))].reverse(), abar);
    const { last } = this;
    /** @type {(t: number) => [number, number]} time runs to the right, from noise to picture */
    const place = (t) => [1 - t / last, abarAt(abar, t)];
    const frame = shownFrame(this.state);
    const now = frame?.t ?? timesteps[0] ?? last;
    const made = frames.slice(0, cursor).map(({ t }) => t);
    const methods = Object.entries(strengths);
    const most = Math.max(0, ...methods.flatMap(([, values]) => values.map(Math.abs)));
    const strength = (/** @type {[string, number[]]} */ [method, values], /** @type {number} */ k) =>
      svg`<polyline class="strength dash-${k} ${colour(method)}" data-strength=${method}
        points=${line(stairs(timesteps, values).map(([t, value]) => [1 - t / last, Math.abs(value) / most]))}></polyline>`;
    const [x] = place(now);
    const content = svg`
      <line class="now" x1=${x * PLOT.width} x2=${x * PLOT.width} y1="0" y2=${PLOT.height}></line>
      <polyline class="abar" points=${line(abar.map((_, t) => place(t)))}></polyline>
      ${most > 0 ? methods.map(strength) : nothing}
      ${dots(visited.map(place), 'ahead')}${dots(made.map(place), 'made')}${dots([place(now)], 'here')}`;
    const named = (/** @type {string} */ method) => {
      const found = catalogue.guidance.find(({ name }) => name === method);
      return found ? entry(found).name : method;
    };
    return html`<div @dblclick=${editor.addThere.bind(editor)}>${plot({
      label: schedule.plotLabel(visited.length, Math.round(now), abarAt(abar, now)),
      x: [axes.timestep(last), axes.denoising, axes.timestep(0)],
      y: ['0', '1'],
      right: most > 0 ? ['0', String(Number(most.toPrecision(3)))] : undefined,
      content,
      over: editor.handles(),
      drag: (share) => actions.seek(nearestStep(frames, (1 - share) * last)),
    })}</div>
    <p class="line key"><span class="abar"><span>${schedule.abar} <span aria-hidden="true">${smallSymbols.abar}</span></span></span>
      ${methods.length > 0 ? html`<span class="word">${schedule.strength}</span>` : nothing}
      ${methods.map(([method], k) => html`<span class="strength dash-${k} ${colour(method)}">${named(method)}</span>`)}</p>
    <p class="line">${schedule.scrub}</p>
    ${editor.buttons()}`;
  }

  /** For each method that can: the ends of the interval in which it acts, below the plot and to its scale. */
  intervals() {
    const { schedule } = this.app.strings;
    const { catalogue, rules } = this.app;
    const { settings } = this.state;
    const on = methodsOf(settings);
    const shown = catalogue.guidance.flatMap((method) => {
      const keys = on.includes(method.name) ? intervalKeys(method) : undefined;
      return keys && !isHidden(rules, keys.from) && !isHidden(rules, keys.to) ? [{ method, keys }] : [];
    });
    const cut = shown.flatMap(({ method, keys }) => {
      const limit = this.limits[method.name];
      return limit !== undefined && limit < Math.round(Number(settings[keys.to]) * this.last) ? [limit] : [];
    });
    return html`${shown.map(({ method, keys }) => this.interval(method, keys))}
      ${cut.length > 0 ? html`<p class="line" data-limit>${schedule.limit(Math.max(...cut))}</p>` : nothing}`;
  }

  /** The noisiest timestep. */
  get last() {
    return (this.outlook?.abar.length ?? TRAINED_STEPS) - 1;
  }

  /**
   * @param {import('guidelight/*').Entry} method
   * @param {{ from: string, to: string }} keys
   */
  interval(method, keys) {
    const { last } = this;
    const { actions, rules, strings } = this.app;
    const { schedule } = strings;
    const { settings } = this.state;
    const { name } = strings.entry(method);
    const [from, to] = [Number(settings[keys.from]), Number(settings[keys.to])];
    // The handles stand where they were put; the bar ends where the model does.
    const reach = Math.min(to, (this.limits[method.name] ?? last) / last);
    const end = (/** @type {'from' | 'to'} */ which, /** @type {number} */ value, /** @type {number} */ limit) => {
      const set = (/** @type {InputEvent} */ { target }) => {
        const wanted = Number(target.value);
        // The ends may touch and not pass each other.
        const kept = which === 'from' ? Math.min(wanted, limit) : Math.max(wanted, limit);
        target.value = String(kept);
        actions.set(keys[which], kept);
      };
      return html`<input type="range" dir="rtl" min="0" max="1" step="0.05" name="interval-${keys[which]}" .value=${String(value)}
        ?disabled=${isHeld(rules, keys[which])} aria-label=${schedule.ends[which](name)} aria-valuetext=${schedule.end(value, Math.round(value * last))} @input=${set}>`;
    };
    return html`<div class="interval ${colour(method.name)}" role="group" aria-label=${name}>
      <span class="line">${from > reach ? schedule.actsNowhere(name) : schedule.acts(name, Math.round(reach * last), Math.round(from * last))}</span>
      <div class="ends"><svg viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true"><rect x=${1 - reach} width=${Math.max(0, reach - from)} height="1"></rect></svg>
        ${end('to', to, from)}${end('from', from, to)}</div>
      ${isHeld(rules, keys.from) || isHeld(rules, keys.to) ? lockSign(strings) : nothing}
    </div>`;
  }

  steps() {
    const { strings, actions } = this.app;
    const { settings } = this.state;
    const count = countSteps(settings.steps) ?? MIN_STEPS;
    const spacing = spacingOf(settings.steps);
    /** Timesteps of one's own are made on the plot, and given up here. @type {import('../chain.js').Spacing[]} */
    const choices = [...SPACINGS.map(({ name }) => name), ...(spacing === 'own' ? [spacing] : [])];
    return html`${slider({
      key: 'chain-steps',
      name: strings.steps,
      value: Math.min(count, SLIDER_STEPS),
      text: valueName('steps', settings.steps, this.app),
      min: MIN_STEPS,
      max: SLIDER_STEPS,
      step: 1,
      set: (wanted) => actions.set('steps', respaced(spacing ?? 'even', wanted, count)),
    })}
    ${radios({
      key: 'spacing',
      name: strings.schedule.spacing,
      value: spacing ?? '',
      line: spacing && strings.schedule.spacings[spacing].line,
      options: choices.map((name) => ({ value: name, name: strings.schedule.spacings[name].name })),
      set: (name) => actions.set('steps', respaced(/** @type {import('../chain.js').Spacing} */ (name), count)),
    })}`;
  }
}

/** The colour of what a method pulls with. @param {string} method */
const colour = (method) => (climbs(method) ? 'term-gradient' : 'term-steered');

customElements.define('gl-schedule', Schedule);
