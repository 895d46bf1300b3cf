// @ts-check
/** Sentences that need attention, in boxes that screen readers announce: errors at once, notes when they find time. */
import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { PageElement } from './element.js';
import { icons } from './icons.js';

/** @typedef {import('../state.js').State} State */

export class Notices extends PageElement {
  /**
   * @param {State} state
   * @param {State} before
   */
  concerns(state, before) {
    return state.notices !== before.notices;
  }

  render() {
    const { strings, actions } = this.app;
    const { notices } = this.state;
    const ofAddress = notices.filter((notice) => notice.ofAddress);
    const together = ofAddress.length > 1;
    // Keyed by what says them, so that another sentence is another alert and is announced.
    return html`${together ? this.together(ofAddress) : nothing}${repeat(
      notices.filter((notice) => !(together && notice.ofAddress)),
      ({ say }) => say,
      ({
        kind,
        topic,
        say,
        retry,
        answers = [],
      }) => html`<div class="notice ${kind}" role=${kind === 'error' ? 'alert' : 'status'}>
      <p>${say(strings)}</p>
      ${retry ? html`<button type="button" data-action="retry" @click=${actions.retry}>${strings.retry}</button>` : nothing}
      ${answers.map((answer) => html`<button type="button" data-action=${answer} @click=${actions[answer]}>${strings.answers[answer]}</button>`)}
      <button type="button" class="quiet" data-action="dismiss" title=${strings.dismiss} aria-label=${strings.dismiss}
        @click=${() => actions.dismiss(topic)}>${icons.close}</button>
    </div>`,
    )}`;
  }

  /** What of the address could not be used, in one box. @param {import('../state.js').Notice[]} notices */
  together(notices) {
    const { strings, actions } = this.app;
    const dismiss = () => notices.forEach(({ topic }) => actions.dismiss(topic));
    return html`<div class="notice error" role="alert">
      <div>
        <p>${strings.badAddress(notices.length)}</p>
        <ul>${notices.map(({ say }) => html`<li>${say(strings)}</li>`)}</ul>
      </div>
      <button type="button" class="quiet" data-action="dismiss" title=${strings.dismiss} aria-label=${strings.dismiss}
        @click=${dismiss}>${icons.close}</button>
    </div>`;
  }
}
customElements.define('gl-notices', Notices);
