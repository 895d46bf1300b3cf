// @ts-check
/** The pictures of the step on show, and its numbers: four pictures always, others where there is something to show in them. */
import { html, nothing } from 'lit';
import { edgeOf } from '../painting.js';
import { methodsOf, readersOfPicture, startsFromPicture } from '../settings.js';
import { classesOf, isGuided, otherRecorded, shownFrame, totalSteps } from '../state.js';
import { PageElement } from './element.js';
import { magnitudes } from '../update.js';
import { climbs, smallSymbols, steers } from './math.js';
import './picture.js';

/** @typedef {import('../state.js').State} State */
/** @typedef {import('./picture.js').PictureName} PictureName */

export class Stage extends PageElement {
  /**
   * @param {State} state
   * @param {State} before
   */
  concerns(state, before) {
    return (
      shownFrame(state) !== shownFrame(before) ||
      state.start !== before.start ||
      state.phase !== before.phase ||
      state.recorded !== before.recorded ||
      totalSteps(state) !== totalSteps(before) ||
      state.reference !== before.reference ||
      state.init !== before.init ||
      state.mask !== before.mask ||
      state.settings !== before.settings ||
      state.model !== before.model ||
      state.pixel !== before.pixel ||
      state.overlay !== before.overlay
    );
  }

  render() {
    const { strings, catalogue } = this.app;
    const { model, phase, recorded, settings, start, mask, pixel } = this.state;
    const reference = this.state.reference ?? this.state.init;
    const frame = shownFrame(this.state);
    const when = frame
      ? strings.afterStep(frame.step, frame.total)
      : strings.beforeStep(startsFromPicture(settings, catalogue));
    const picture = (
      /** @type {PictureName} */ name,
      /** @type {Uint8Array | Uint8ClampedArray | undefined} */ rgba,
      /** @type {string} */ empty,
      moment = when,
      /** @type {{ edge?: string, veil?: import('./picture.js').Veil, tools?: unknown }} */ more = {},
    ) =>
      html`<gl-picture class="at-${name}" .app=${this.app} name=${name} .rgba=${rgba} size=${model?.size ?? 32} when=${moment} empty=${empty}
        edge=${more.edge ?? ''} .pixel=${pixel} .veil=${more.veil} .tools=${more.tools}></gl-picture>`;
    const methods = methodsOf(settings);
    const guided = methods.some(climbs);
    const steered = Boolean(frame?.steered) || methods.some(steers);
    const held = this.holdsLayout(frame);
    const referred = held || Boolean(reference) || readersOfPicture(settings, catalogue).length > 0;
    // x̂₀, ε, the gradient and the numbers stand beside the sample, in two rows with what else there is.
    const beside = 4 + Number(steered) + Number(referred) + 2 * Number(held);
    this.style.setProperty('--columns', String(Math.ceil(beside / 2)));
    this.classList.toggle('odd', beside % 2 === 1);
    const notHere = frame && isGuided(frame) ? strings.notRecorded : strings.notGuidedHere;
    const noGradient = guided ? (frame ? notHere : '') : strings.noGradient;
    const sample = {
      edge: mask && methods.includes('repaint') ? edgeOf(mask.rgba, mask.size) : '',
      veil: this.veil(frame),
      tools: guided || steered ? this.overlayTool(guided ? 'gradient' : 'steered') : nothing,
    };
    return html`
      ${recorded ? html`<p class="recorded">${strings.recorded}</p>` : nothing}
      ${picture('xt', frame?.xt ?? start?.xt, '', when, sample)}
      ${picture('x0', frame?.x0, phase === 'ready' ? strings.noFrame : '')}
      ${picture('eps', frame?.eps, recorded ? strings.notRecorded : '')}
      ${picture('gradient', frame?.gradient, noGradient)}
      ${steered ? picture('steered', frame?.steered, frame ? strings.notGuidedHere : '') : nothing}
      ${referred ? picture('reference', reference?.rgba, strings.noReference, reference && strings.atModelSize(reference.name)) : nothing}
      ${
        held
          ? html`${picture('lowpass', reference && (frame?.lowpass ?? start?.lowpass), '', strings.terms.lowpass.name)}
            ${picture('detail', reference && frame?.detail, '')}`
          : nothing
      }
      ${this.readout(frame)}`;
  }

  /**
   * Whether ILVR holds the layout of a picture: in the step on show, or in the next one.
   * @param {import('../state.js').KeptFrame | undefined} frame
   */
  holdsLayout(frame) {
    const { settings } = this.state;
    return [settings, frame?.inputs.settings ?? settings].some((each) => methodsOf(each).includes('ilvr'));
  }

  /**
   * Guidance to lay over the sample: its gradient, or what it changes in the noise where nothing climbs one.
   * @param {import('../state.js').KeptFrame | undefined} frame
   * @returns {import('./picture.js').Veil | undefined}
   */
  veil(frame) {
    if (!this.state.overlay || !frame) return undefined;
    const term = frame.values.gradient ? 'gradient' : 'steered';
    const planes = frame.values[term];
    return planes && { term, strengths: magnitudes(planes) };
  }

  /** @param {'gradient' | 'steered'} term */
  overlayTool(term) {
    const { strings, actions } = this.app;
    const { overlay } = this.state;
    return html`<span class="overlay-tool term-${term}"><button type="button" data-action="overlay" aria-pressed=${overlay} @click=${actions.overlay}>${strings.overlay}</button>
      ${overlay ? html`<small>${strings.overlayLegend.weak} <span class="ramp" aria-hidden="true"></span> ${strings.overlayLegend.strong}</small>` : nothing}</span>`;
  }

  /** @param {import('../state.js').KeptFrame | undefined} frame */
  readout(frame) {
    const { strings } = this.app;
    const { readout } = strings;
    const index = classesOf(this.state, frame).indexOf(this.state.settings.class);
    // Of what it does not show a recording says nothing.
    const probability = otherRecorded(this.state) ? undefined : frame?.probabilities?.[index];
    const row = (
      /** @type {string} */ name,
      /** @type {unknown} */ symbol,
      /** @type {string | undefined} */ value,
      /** @type {string} */ key,
      help = '',
    ) =>
      html`<div title=${help || nothing}><dt>${name} <span aria-hidden="true">${symbol}</span></dt><dd data-readout=${key}>${value ?? '–'}</dd></div>`;
    return html`<dl class="readout">
      ${row(readout.step, nothing, strings.stepCount(frame?.step ?? 0, totalSteps(this.state)), 'step')}
      ${row(readout.t, smallSymbols.t, frame && String(Math.round(frame.t)), 't')}
      ${row(readout.abar, smallSymbols.abar, frame?.abar.toFixed(3), 'abar')}
      ${row(readout.probability, smallSymbols.probability, probability === undefined ? undefined : strings.percent(probability), 'probability')}
      ${row(readout.norm, smallSymbols.norm, frame && isGuided(frame) ? frame.gradientNorm?.toPrecision(3) : undefined, 'norm')}
      ${this.holdsLayout(frame) ? row(readout.distance, 'φ', frame?.lowpassDistance?.toFixed(3), 'distance', strings.readoutHelp.distance) : nothing}
      ${row(readout.time, nothing, frame && !this.state.recorded ? strings.milliseconds(frame.ms.total) : undefined, 'time')}
    </dl>`;
  }
}
customElements.define('gl-stage', Stage);
