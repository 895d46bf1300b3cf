// @ts-check
/** What goes on: the phase in words for everybody, and how far a download or an inversion is. */
import { html, nothing } from 'lit';
import { nextInputs, planStep } from '../plan.js';
import { isUsable, otherRecorded, shownFrame, totalSteps } from '../state.js';
import { openDialog } from './dialog.js';
import { PageElement } from './element.js';
import { icons } from './icons.js';

/** @typedef {import('../state.js').State} State */

export class Status extends PageElement {
  constructor() {
    super();
    /** The back-end that has been explained, and what came before it. */
    this.explained = { backend: /** @type {State['backend']} */ (undefined), recorded: false };
    /** @type {State['phase'] | undefined} */
    this.was = undefined;
  }

  render() {
    const { strings } = this.app;
    const { phase, preview, backend, recorded } = this.state;
    // A run has been made with it by now, its sentence was there all the time.
    if (this.was === 'running' && phase !== 'running') this.explained = { backend, recorded: false };
    if (recorded) this.explained.recorded = true;
    this.was = phase;
    // Two lines from the first preview on: nothing may move under a pointer when its sentence comes and goes.
    if (preview || recorded) this.classList.add('roomy');
    return html`<p role="status">${this.sentence()}${this.tier()}${this.handover()}</p>${this.again() ?? this.download()}<button type="button" class="quiet doctor" data-action="doctor" title=${strings.doctor.title} aria-label=${strings.doctor.title} @click=${this.examine}>${icons.pulse}</button>`;
  }

  examine() {
    openDialog(this.app, () => import('./doctor.js'));
  }

  /** Where it is computed and why, until a run has been made there. */
  tier() {
    const { strings } = this.app;
    const { phase, backend, inversion, recorded, replay } = this.state;
    const isBusy =
      recorded !== undefined ||
      inversion !== undefined ||
      replay !== undefined ||
      phase === 'loading' ||
      phase === 'error';
    if (!backend || backend === this.explained.backend || isBusy) return '';
    const reason = strings.backendReason(backend.name, backend.adapter, backend.reason);
    return strings.status.live(reason, this.explained.recorded);
  }

  sentence() {
    const { strings } = this.app;
    const { phase, cursor, inversion, replay, recorded, settings, model } = this.state;
    const { status } = strings;
    if (recorded) return this.ofRecording();
    if (inversion) return status.inverting;
    if (replay) return status.replaying(replay.total);
    const total = totalSteps(this.state);
    switch (phase) {
      case 'running':
        return status.running(total);
      case 'paused':
        return status.paused(cursor, total) + this.consequence();
      case 'done': {
        const share = shownFrame(this.state)?.probabilities?.[model?.classes.indexOf(settings.class) ?? -1];
        return status.done(
          total,
          share === undefined ? '' : status.verdict(strings.label(settings.class), strings.percent(share)),
        );
      }
      default:
        return status[phase];
    }
  }

  ofRecording() {
    const { status, label } = this.app.strings;
    const { phase, settings } = this.state;
    if (phase === 'error') return status.onlyRecorded;
    const other = otherRecorded(this.state);
    if (other) return status.recordedOther(label(other), label(settings.class));
    return isUsable(this.state) ? status.recordedReady : status.recorded;
  }

  /** What changed settings mean for the next step. */
  consequence() {
    const { strings, catalogue, specs } = this.app;
    const { frames, cursor } = this.state;
    const made = frames[cursor - 1]?.inputs;
    const plan = planStep({
      cursor,
      frames,
      session: made,
      wanted: nextInputs(this.state, made),
      specs,
      catalogue,
    });
    if (plan === 'fork') return strings.status.willFork(cursor);
    return plan === 'start' ? strings.status.willRestart : '';
  }

  /** Which model is on show, where that is a preview or was one until now. */
  handover() {
    const { strings } = this.app;
    const { phase, model, preview } = this.state;
    if (!model || !preview || phase === 'error') return '';
    const small = preview.model.name;
    if (preview.missed) return strings.status.goesOn(small, model.name);
    if (!preview.replaced) return phase === 'loading' ? '' : strings.status.standsIn(small, model.name);
    const isLast = shownFrame(this.state)?.inputs.settings.model === small;
    return isLast ? strings.status.lastRun(small, model.name) : strings.status.tookOver(small, model.name);
  }

  /** How far an inversion is, or the steps that are made again. */
  again() {
    const { strings } = this.app;
    const { inversion, replay } = this.state;
    if (inversion) return this.bar(inversion.done, inversion.total, strings.inverted(inversion.done, inversion.total));
    if (replay) return this.bar(replay.done, replay.total, strings.replayed(replay.done, replay.total));
    return undefined;
  }

  download() {
    const { strings } = this.app;
    const { progress } = this.state;
    if (progress.length === 0) return nothing;
    const [received, bytes] = [
      progress.reduce((sum, file) => sum + file.received, 0),
      progress.reduce((sum, file) => sum + file.bytes, 0),
    ];
    const names = progress.map(({ name }) => name);
    const text = progress.every(({ source }) => source === 'cache')
      ? strings.readingCache(names)
      : strings.downloading(received, bytes, names, Math.max(...progress.map(({ attempt }) => attempt)));
    return this.bar(received, bytes, text);
  }

  /**
   * Beside the sentence, which is read aloud each time it changes.
   * @param {number} done
   * @param {number} total
   * @param {string} text
   */
  bar(done, total, text) {
    return html`<div class="progress"><progress max=${total} value=${done} aria-label=${text}></progress><small>${text}</small></div>`;
  }
}
customElements.define('gl-status', Status);
