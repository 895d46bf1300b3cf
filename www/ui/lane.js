// @ts-check
/** One run of the comparison: what differs in it, its picture, how far that is from the page's run, and its numbers. */
import { html, nothing } from 'lit';
import { sweptKey } from '../compare.js';
import { differenceMap, rootMeanSquare } from '../difference.js';
import { laneAt, runOf } from '../lanes.js';
import { shownFrame, totalSteps } from '../state.js';
import { cssVariable } from './css-variable.js';
import { paint } from './paint.js';
import { PageElement } from './element.js';
import { icons } from './icons.js';
import { changeWords, valueName } from './setting-words.js';

/** @typedef {import('../state.js').State} State */
/** @typedef {import('../lanes.js').Lane} Lane */

export class LaneCard extends PageElement {
  /** @type {import('lit').PropertyDeclarations} */
  static properties = { lane: { attribute: false }, index: { type: Number } };

  constructor() {
    super();
    /** @type {Lane | undefined} none for the page's own run */
    this.lane = undefined;
    this.index = 0;
  }

  /**
   * @param {State} state
   * @param {State} before
   */
  concerns(state, before) {
    const id = this.lane?.id ?? 0;
    return (
      state.lanes !== before.lanes ||
      state.laneRuns[id] !== before.laneRuns[id] ||
      state.frames !== before.frames ||
      state.cursor !== before.cursor ||
      state.start !== before.start ||
      state.comparison !== before.comparison ||
      state.settings !== before.settings ||
      state.model !== before.model
    );
  }

  /** What the page's run has of that in which all others differ. */
  ownValue() {
    const { lanes, settings } = this.state;
    const key = sweptKey(lanes);
    return key === undefined ? '' : valueName(key, settings[key] ?? '', this.app);
  }

  /** What the card shows: of the lane, or of the page's own run. */
  shown() {
    const { state, lane } = this;
    if (lane) return { ...laneAt(state, lane), start: runOf(state, lane).start, problem: runOf(state, lane).problem };
    const frame = shownFrame(state);
    return {
      frame,
      made: state.cursor,
      total: totalSteps(state),
      start: state.start,
      level: frame,
      problem: undefined,
    };
  }

  /**
   * The picture that is compared.
   * @param {{ frame?: import('../protocol.js').Frame, start?: { xt: Uint8ClampedArray } }} shown
   */
  pictureOf({ frame, start }) {
    const { picture } = this.state.comparison;
    return frame ? frame[picture] : picture === 'xt' ? start?.xt : undefined;
  }

  /**
   * The two pictures whose difference is shown, where there are both.
   * @param {ReturnType<LaneCard['shown']>} shown
   */
  difference(shown) {
    const [own, base] = [this.pictureOf(shown), this.pictureOf({ frame: shown.level, start: this.state.start })];
    return this.lane && own && base && own.length === base.length ? { own, base } : undefined;
  }

  render() {
    const { strings } = this.app;
    const { lane, index, state } = this;
    const { picture, difference } = state.comparison;
    const shown = this.shown();
    const gap = this.difference(shown);
    const words = lane ? changeWords(lane.change, this.app) : [{ name: strings.lanes.here, value: this.ownValue() }];
    const title = strings.lanes.changes(words);
    const term = strings.terms[picture];
    const when = shown.total ? strings.afterStep(shown.made, shown.total) : strings.empty;
    const size = state.model?.size ?? 32;
    const maps = difference !== 'off';
    const rms = gap && strings.lanes.rms(rootMeanSquare(gap.own, gap.base));
    const canvas = (/** @type {string} */ name, /** @type {string} */ label) =>
      html`<canvas width=${size} height=${size} data-picture=${name} data-lane-canvas=${lane ? `${index}:${name}` : nothing} role="img" aria-label=${label}></canvas>`;
    return html`<article class="lane ${lane ? '' : 'own'} term-${picture}" aria-label=${title} data-lane=${index}>
      <h3>${words.map(({ name, value }) => html`<span><small>${name}</small> ${value ? html`<b>${value}</b>` : nothing}</span>`)}</h3>
      <div class="body">
        <div class="frame">
          ${canvas(picture, strings.pictureLabel(title, term.spoken, when))}
          ${shown.frame && !this.pictureOf(shown) ? html`<p class="hint" aria-hidden="true">${strings.lanes.noPicture}</p>` : nothing}
        </div>
        ${maps ? html`<div class="frame map">${canvas('difference', strings.lanes.mapLabel(title, rms ?? strings.empty))}${lane ? nothing : html`<p class="hint" aria-hidden="true">${strings.lanes.base}</p>`}</div>` : nothing}
        ${this.numbers(shown, rms)}
        ${lane ? this.problem(lane, shown.problem) : nothing}
        ${lane ? this.buttons(lane, title) : nothing}
      </div>
    </article>`;
  }

  /**
   * @param {ReturnType<LaneCard['shown']>} shown
   * @param {string | undefined} rms
   */
  numbers({ frame, made, total }, rms) {
    const { strings } = this.app;
    const { model, settings, comparison } = this.state;
    const label = String(this.lane?.change.class ?? settings.class);
    const share = frame?.probabilities?.[model?.classes.indexOf(label) ?? -1];
    return html`<dl>
      <div class="belief"><dt>${strings.traceProbability(strings.label(label))}</dt><dd>${share === undefined ? '–' : strings.percent(share)}</dd>
        <dd class="bar" aria-hidden="true"><span ${cssVariable('--share', share ?? 0)}></span></dd></div>
      <div><dt>${strings.readout.step}</dt><dd data-lane-step=${this.index}>${total === undefined ? '–' : strings.stepCount(made, total)}</dd></div>
      <div><dt>${strings.readout.time}</dt><dd>${frame ? strings.milliseconds(frame.ms.total) : '–'}</dd></div>
      ${comparison.difference === 'off' ? nothing : html`<div title=${strings.lanes.rmsHelp}><dt>${strings.lanes.rmsName}</dt><dd data-lane-rms=${this.index}>${rms ?? '–'}</dd></div>`}
    </dl>`;
  }

  /**
   * @param {Lane} lane
   * @param {import('../lanes.js').LaneProblem | undefined} problem
   */
  problem(lane, problem) {
    if (!problem) return nothing;
    const { strings, actions } = this.app;
    // What a lane lacks it waits for by itself; what the engine refused may be tried again.
    const again = problem.code === 'engine';
    return html`<p class="trouble" role="alert">${strings.lanes.stopped(problem)}</p>
      ${again ? html`<button type="button" data-action="retry-lane" @click=${() => actions.retryLane(lane.id)}>${strings.retry}</button>` : nothing}`;
  }

  /**
   * @param {Lane} lane
   * @param {string} title
   */
  buttons(lane, title) {
    const { strings, actions } = this.app;
    const [adopt, remove] = [strings.lanes.adopt(title), strings.lanes.remove(title)];
    return html`<div class="row">
      <button type="button" data-action="adopt-lane" title=${adopt} aria-label=${adopt} @click=${() => actions.adoptLane(lane.id)}>${strings.lanes.adoptShort}</button>
      <button type="button" class="quiet" data-action="remove-lane" title=${remove} aria-label=${remove}
        @click=${() => this.dispatchEvent(new CustomEvent('remove-lane', { detail: lane.id }))}>${icons.close}</button>
    </div>`;
  }

  updated() {
    const { difference } = this.state.comparison;
    const shown = this.shown();
    const gap = this.difference(shown);
    for (const canvas of this.querySelectorAll('canvas')) {
      const map = gap && difference !== 'off' ? differenceMap(gap.own, gap.base, difference) : undefined;
      paint(canvas, canvas.dataset.picture === 'difference' ? map : this.pictureOf(shown));
    }
  }
}
customElements.define('gl-lane', LaneCard);
