// @ts-check
/** What goes on: the phase in words for everybody, and how far a download is. */
import { html, nothing } from 'lit';
import { planStep } from '../plan.js';
import { shownFrame, totalSteps } from '../state.js';
import { PageElement } from './element.js';

export class Status extends PageElement {
  render() {
    return html`<p role="status">${this.sentence()}</p>${this.download()}`;
  }

  sentence() {
    const { strings } = this.app;
    const { phase, cursor, settings, model } = this.state;
    const { status } = strings;
    const total = totalSteps(this.state);
    switch (phase) {
      case 'running':
        return status.running(total);
      case 'paused':
        return status.paused(cursor, total) + this.consequence();
      case 'done': {
        const share = shownFrame(this.state)?.probabilities?.[model?.classes.indexOf(settings.class) ?? -1];
        return status.done(total, share === undefined ? '' : status.verdict(settings.class, strings.percent(share)));
      }
      default:
        return status[phase];
    }
  }

  /** What changed settings mean for the next step. */
  consequence() {
    const { strings, catalogue, specs } = this.app;
    const { settings, reference, frames, cursor } = this.state;
    const made = frames[cursor - 1]?.inputs;
    const plan = planStep({
      cursor,
      frames,
      session: made,
      wanted: { settings, reference: reference?.rgba },
      specs,
      catalogue,
    });
    if (plan === 'fork') return strings.status.willFork(cursor);
    return plan === 'start' ? strings.status.willRestart : '';
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
    return html`<div class="download"><progress max=${bytes} value=${received} aria-label=${text}></progress><small>${text}</small></div>`;
  }
}
customElements.define('gl-status', Status);
