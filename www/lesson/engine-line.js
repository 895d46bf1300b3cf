// @ts-check
/** What the experiments wait for: the model on its way, and where it computes. */
import { html, nothing } from 'lit';
import { LessonElement } from './element.js';

export class EngineLine extends LessonElement {
  /**
   * @param {import('./element.js').LessonState} state
   * @param {import('./element.js').LessonState} before
   */
  concerns(state, before) {
    return state.phase !== before.phase || state.progress !== before.progress || state.backend !== before.backend;
  }

  render() {
    const { words } = this;
    const { strings } = this.app;
    const { phase, progress, backend, model } = this.state;
    const [received, bytes] = [
      progress.reduce((sum, file) => sum + file.received, 0),
      progress.reduce((sum, file) => sum + file.bytes, 0),
    ];
    const says =
      phase === 'loading'
        ? strings.status.loading
        : backend && model
          ? words.computes(strings.backendReason(backend.name, backend.adapter, backend.reason), model.name)
          : '';
    return html`<p class="line" role="status">${says}</p>
      ${bytes > 0 ? html`<progress max=${bytes} value=${received} aria-label=${strings.downloading(received, bytes, [], 1)}></progress>` : nothing}`;
  }
}
customElements.define('gl-engine-line', EngineLine);
