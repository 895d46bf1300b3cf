// @ts-check
/** The forward process: a picture loses itself to noise, and the networks say what they still see in it. */
import { html, nothing } from 'lit';
import { isHeld } from '../classroom.js';
import { EngineError } from '../engine.js';
import { stops, sweepTimesteps, topOf, withFinding } from '../forward.js';
import { leadsBack } from '../inversion.js';
import { TRAINED_STEPS } from '../respacing.js';
import { modelAtWork, shownFrame, isUsable } from '../state.js';
import { radios } from './choices.js';
import { PageElement } from './element.js';
import { forwardCharts } from './forward-charts.js';
import { icons } from './icons.js';
import { smallSymbols, symbols } from './math.js';
import { paint } from './paint.js';
import { slider } from './slider.js';

/** @typedef {import('../state.js').State} State */
/** @typedef {import('../protocol.js').Noised} Noised */
/** @typedef {import('../forward.js').Finding} Finding */

const LAST = TRAINED_STEPS - 1;

/** Timesteps from one picture to the next while playing. */
const STRIDE = 27;

/** The pictures, and which of the page's terms each is. */
const PICTURES = /** @type {const} */ ([
  { name: 'xt', term: 'xt' },
  { name: 'noise', term: 'eps' },
  { name: 'x0', term: 'x0' },
]);

export class Forward extends PageElement {
  /** @type {import('lit').PropertyDeclarations} */
  static properties = {
    source: { state: true },
    t: { state: true },
    noised: { state: true },
    findings: { state: true },
    doing: { state: true },
    trouble: { state: true },
    undoInversion: { state: true },
  };

  constructor() {
    super();
    /** @type {'reference' | 'x0'} */
    this.source = 'reference';
    this.t = 0;
    /** @type {Noised | undefined} at the timestep looked at last */
    this.noised = undefined;
    /** @type {Finding[]} */
    this.findings = [];
    /** @type {{ what: 'play' | 'sweep', done: number, total: number } | undefined} */
    this.doing = undefined;
    this.trouble = '';
    /** Counts what was begun: whatever finds another number here than its own has been stopped. */
    this.turn = 0;
    /** @type {Promise<void> | undefined} the question under way */
    this.looking = undefined;
    /** @type {Uint8Array | Uint8ClampedArray | undefined} what the findings are about */
    this.picture = undefined;
    /** @type {(() => void) | undefined} takes back what inverting has set */
    this.undoInversion = undefined;
    /** What else they hold for. */
    this.circumstances = '';
  }

  /**
   * @param {State} state
   * @param {State} before
   */
  concerns(state, before) {
    return (
      state.phase !== before.phase ||
      state.reference !== before.reference ||
      state.frames !== before.frames ||
      state.cursor !== before.cursor ||
      state.settings !== before.settings ||
      state.model !== before.model ||
      state.preview !== before.preview
    );
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.stop();
  }

  /** What there is to be noised, by where it comes from. */
  get sources() {
    return { reference: this.state.reference?.rgba, x0: shownFrame(this.state)?.x0 };
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    super.willUpdate(changed);
    // While the run goes on its x̂₀ is another one in every step: what is looked at stays the one before.
    if (!this.app || (this.state.phase === 'running' && this.picture)) return;
    const { sources } = this;
    if (!sources[this.source]) this.source = sources.reference ? 'reference' : 'x0';
    const picture = sources[this.source];
    const { settings, backend } = this.state;
    const circumstances = [modelAtWork(this.state)?.name, settings.seed, backend?.name].join();
    if (picture === this.picture && circumstances === this.circumstances) return;
    [this.picture, this.circumstances] = [picture, circumstances];
    [this.findings, this.noised, this.trouble] = [[], undefined, ''];
    this.stop();
  }

  updated() {
    /** @type {NodeListOf<HTMLCanvasElement>} */
    const canvases = this.querySelectorAll('canvas[data-forward]');
    for (const canvas of canvases) paint(canvas, this.noised?.[/** @type {'xt'} */ (canvas.dataset.forward)]);
    if (this.picture && !this.noised && !this.trouble && isUsable(this.state)) this.look(this.t);
  }

  stop() {
    this.turn += 1;
    this.doing = undefined;
  }

  /**
   * Shows the picture at a timestep. While one answer is awaited, only the latest wish is kept.
   * @param {number} t
   */
  look(t) {
    this.t = t;
    this.looking ??= this.ask().finally(() => (this.looking = undefined));
    return this.looking;
  }

  async ask() {
    try {
      for (;;) {
        const { t, picture, circumstances } = this;
        if (!picture) return;
        const noised = await this.app.actions.noised(new Uint8Array(picture), t);
        if (picture !== this.picture || circumstances !== this.circumstances) continue;
        this.noised = noised;
        this.trouble = '';
        this.findings = withFinding(this.findings, t, noised);
        if (t === this.t) return;
      }
    } catch (error) {
      this.stop();
      // An engine that broke or was closed is dealt with by the page.
      if (error instanceof EngineError) this.trouble = error.message;
    }
  }

  /**
   * Looks at one timestep after the other.
   * @param {'play' | 'sweep'} what
   * @param {number[]} timesteps
   */
  async go(what, timesteps) {
    this.stop();
    const { turn } = this;
    for (const [done, t] of timesteps.entries()) {
      this.doing = { what, done, total: timesteps.length };
      await this.look(t);
      if (turn !== this.turn) return;
    }
    this.doing = undefined;
  }

  /** From here to pure noise and back to the picture: certainty goes and comes. */
  play() {
    return this.go('play', [...stops(this.t, LAST, STRIDE), ...stops(LAST, 0, STRIDE)]);
  }

  render() {
    const { forward } = this.app.strings;
    const { sources } = this;
    const choice = radios({
      key: 'forward-source',
      name: forward.source,
      value: this.source,
      options: /** @type {const} */ (['reference', 'x0'])
        .filter((source) => sources[source])
        .map((source) => ({ value: source, name: forward.sources[source] })),
      set: (source) => (this.source = source === 'x0' ? 'x0' : 'reference'),
    });
    if (!this.picture) return html`<p class="line">${forward.nothing}</p>`;
    return html`<div class="forward">
      <div class="row">${choice}${this.invertTool()}${this.inverted()}</div>
      <div class="row time">
        ${slider({
          key: 'forward-t',
          name: forward.timestep,
          value: this.t,
          min: 0,
          max: LAST,
          step: 1,
          set: (t) => {
            this.stop();
            this.look(t);
          },
        })}
        ${this.tool('play', forward.play, icons.play, () => this.play())}
        ${this.tool('sweep', forward.sweep, nothing, () => this.go('sweep', sweepTimesteps(LAST)))}
        ${this.doing?.what === 'sweep' ? html`<progress max=${this.doing.total} value=${this.doing.done} aria-label=${forward.swept(this.doing.done, this.doing.total)}></progress>` : nothing}
      </div>
      ${this.trouble ? html`<p class="line" role="alert">${this.app.strings.engineRefused(this.trouble)}</p>` : nothing}
      <div class="seen">
        ${PICTURES.map(({ name, term }) => this.figure(name, term))}
        ${this.readout()}
      </div>
      ${forwardCharts(this.app, this.findings, this.t)}
    </div>`;
  }

  /**
   * A button that starts something, and stops it while it goes on.
   * @param {'play' | 'sweep'} what
   * @param {string} name
   * @param {unknown} icon
   * @param {() => void} begin
   */
  tool(what, name, icon, begin) {
    const on = this.doing?.what === what;
    return html`<button type="button" data-action="forward-${what}" @click=${on ? () => this.stop() : begin}>${on ? icons.pause : icon}<span>${on ? this.app.strings.forward.stop : name}</span></button>`;
  }

  invertTool() {
    const { catalogue, rules, strings } = this.app;
    const { forward } = strings;
    const needsPlace = this.source === 'x0' && isHeld(rules, 'reference');
    if (needsPlace || !catalogue.starts.some(({ name }) => name === 'inversion')) return nothing;
    return html`<button type="button" data-action="invert" title=${forward.invertLine} @click=${this.invert}>${forward.invert}</button>`;
  }

  /** What the button has set, with the way back to what was set before. */
  inverted() {
    const { strings } = this.app;
    const undo = leadsBack(this.state.settings) ? this.undoInversion : undefined;
    const back = () => {
      undo?.();
      this.undoInversion = undefined;
    };
    return html`<div class="inverted" role="status">${undo ? html`<span class="line">${strings.forward.inverted}</span> <button type="button" data-action="undo-invert" @click=${back}>${strings.undo}</button>` : nothing}</div>`;
  }

  async invert() {
    this.undoInversion = await this.app.actions.invert(this.source === 'x0' ? this.picture : undefined);
  }

  /**
   * @param {'xt' | 'noise' | 'x0'} name
   * @param {'xt' | 'eps' | 'x0'} term
   */
  figure(name, term) {
    const { pictures } = this.app.strings.forward;
    const size = this.state.model?.size ?? 32;
    return html`<figure class="picture term-${term}"><div class="frame"><canvas data-forward=${name} width=${size} height=${size} role="img"
        aria-label=${pictures[name].label(this.t)}></canvas></div>
      <figcaption><b>${pictures[name].name}</b> <span class="symbol" aria-hidden="true">${symbols[term]}</span></figcaption></figure>`;
  }

  readout() {
    const { strings } = this.app;
    const { forward, readout } = strings;
    const { settings, model } = this.state;
    const { noised } = this;
    const { probabilities } = noised ?? {};
    const classes = model?.classes ?? [];
    const asked = probabilities?.[classes.indexOf(settings.class)];
    const top = probabilities && topOf(probabilities);
    const row = (
      /** @type {string} */ key,
      /** @type {string} */ name,
      /** @type {unknown} */ symbol,
      /** @type {string | undefined} */ value,
    ) =>
      html`<div><dt>${name} <span aria-hidden="true">${symbol}</span></dt><dd data-forward-readout=${key}>${value ?? '–'}</dd></div>`;
    return html`<dl class="readout">
      ${row('abar', readout.abar, smallSymbols.abar, noised?.abar.toFixed(3))}
      ${row('error', forward.error, nothing, noised?.error.toFixed(3))}
      ${classes.includes(settings.class) ? row('class', strings.label(settings.class), nothing, asked === undefined ? undefined : strings.percent(asked)) : nothing}
      ${row('top', forward.top, nothing, top === undefined ? undefined : strings.bar(strings.label(classes[top] ?? ''), strings.percent(Number(probabilities?.[top]))))}
    </dl>`;
  }
}
customElements.define('gl-forward', Forward);
