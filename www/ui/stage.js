// @ts-check
/** The six pictures of the step on show, and its numbers. */
import { html, nothing } from 'lit';
import { edgeOf } from '../painting.js';
import { methodsOf, startsFromPicture } from '../settings.js';
import { isGuided, shownFrame, totalSteps } from '../state.js';
import { PageElement } from './element.js';
import { climbs, smallSymbols } from './math.js';
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
      state.model !== before.model
    );
  }

  render() {
    const { strings, catalogue } = this.app;
    const { model, phase, recorded, settings, start, mask } = this.state;
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
      edge = '',
    ) =>
      html`<gl-picture class="at-${name}" .app=${this.app} name=${name} .rgba=${rgba} size=${model?.size ?? 32} when=${moment} empty=${empty} edge=${edge}></gl-picture>`;
    const masked = mask && methodsOf(settings).includes('repaint') ? edgeOf(mask.rgba, mask.size) : '';
    const guided = methodsOf(settings).some(climbs);
    const notHere = frame && isGuided(frame) ? strings.notRecorded : strings.notGuidedHere;
    const noGradient = guided ? (frame ? notHere : '') : strings.noGradient;
    return html`
      ${recorded ? html`<p class="recorded">${strings.recorded}</p>` : nothing}
      ${picture('xt', frame?.xt ?? start?.xt, '', when, masked)}
      ${picture('x0', frame?.x0, phase === 'ready' ? strings.noFrame : '')}
      ${picture('eps', frame?.eps, recorded ? strings.notRecorded : '')}
      ${picture('gradient', frame?.gradient, noGradient)}
      ${picture('reference', reference?.rgba, strings.noReference, reference && strings.atModelSize(reference.name))}
      ${picture('lowpass', reference && (frame?.lowpass ?? start?.lowpass), '', strings.terms.lowpass.name)}
      ${this.readout(frame)}`;
  }

  /** @param {import('../state.js').KeptFrame | undefined} frame */
  readout(frame) {
    const { strings } = this.app;
    const { readout } = strings;
    const { settings, model } = this.state;
    const classIndex = model?.classes.indexOf(settings.class) ?? -1;
    const probability = frame?.probabilities?.[classIndex];
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
      ${row(readout.distance, 'φ', frame?.lowpassDistance?.toFixed(3), 'distance', strings.readoutHelp.distance)}
      ${row(readout.time, nothing, frame && !this.state.recorded ? strings.milliseconds(frame.ms.total) : undefined, 'time')}
    </dl>`;
  }
}
customElements.define('gl-stage', Stage);
