// @ts-check
/** What the page's components share: they render into the page itself and follow the one store. */
import { LitElement } from 'lit';

/** @typedef {import('../state.js').State} State */

/**
 * What a component is given: the state, what can be set, and what can be done.
 * @typedef {{
 *   store: import('../store.js').Store<State>,
 *   catalogue: import('guidelight/*').Catalogue,
 *   specs: Map<string, import('../settings.js').Spec>,
 *   strings: typeof import('../i18n/en.js').strings,
 *   actions: {
 *     set: (key: string, value: string | number) => void,
 *     pick: (pixel: import('../state.js').Pixel | undefined) => void, overlay: () => void, setTerm: (term: import('../protocol.js').Term, on: boolean) => void,
 *     outlook: () => Promise<import('../protocol.js').Outlook>, noised: (picture: Uint8Array, t: number) => Promise<import('../protocol.js').Noised>,
 *     play: () => void, pause: () => void, step: () => void, back: () => void, restart: () => void, seek: (position: number) => void,
 *     save: () => void, retry: () => void, dismiss: (topic: string) => void, complain: (topic: string, text: string) => void,
 *     openReference: (file: Blob | undefined) => void, removeReference: () => void, fitReference: (fit: 'crop' | 'whole') => void,
 *   },
 * }} App
 */

/**
 * A component without a shadow root: one stylesheet for the page, labels that reach their fields, and canvases that
 * `document.querySelector` finds.
 */
export class PageElement extends LitElement {
  /** @type {import('lit').PropertyDeclarations} */
  static properties = { app: { attribute: false } };

  constructor() {
    super();
    /** @type {App} set before the element is used */
    this.app = /** @type {any} */ (undefined);
    /** @type {(() => void) | undefined} */
    this.unsubscribe = undefined;
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.follow();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.unsubscribe?.();
    this.unsubscribe = undefined;
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (changed.has('app')) this.follow();
  }

  /** Components wait, empty, until they have been given the app. */
  shouldUpdate() {
    return this.app !== undefined;
  }

  follow() {
    if (!this.app || this.unsubscribe) return;
    this.unsubscribe = this.app.store.subscribe((state, before) => {
      if (this.concerns(state, before)) this.requestUpdate();
    });
  }

  /**
   * Whether a change of state is one to draw again for.
   * @param {State} _state
   * @param {State} _before
   * @returns {boolean}
   */
  concerns(_state, _before) {
    return true;
  }

  get state() {
    return this.app.store.get();
  }
}
