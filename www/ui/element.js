// @ts-check
/** What the page's components share: they render into the page itself and follow the one store. */
import { LitElement } from 'lit';

/** @typedef {import('../state.js').State} State */
/** @typedef {import('../lanes.js').Change} Change */
/** @typedef {import('../pictures.js').Place} Place */

/**
 * What a component is given: the state, what can be set, and what can be done.
 * @typedef {{
 *   store: import('../store.js').Store<State>,
 *   engine: import('../engine.js').Engine,
 *   catalogue: import('guidelight/*').Catalogue,
 *   specs: Map<string, import('../settings.js').Spec>,
 *   rules: import('../classroom.js').Rules,
 *   readonly strings: import('../i18n/index.js').Strings,
 *   actions: {
 *     set: (key: string, value: string | number) => void,
 *     pick: (pixel: import('../state.js').Pixel | undefined) => void, overlay: () => void, setTerm: (term: import('../protocol.js').Term, on: boolean) => void,
 *     outlook: (change?: Change) => Promise<import('../protocol.js').Outlook>, noised: (picture: Uint8Array, t: number) => Promise<import('../protocol.js').Noised>,
 *     play: () => void, pause: () => void, step: () => void, back: () => void, restart: () => void, seek: (position: number) => void,
 *     retry: () => void, undoRestore: () => void, useAsPicture: () => void, reload: () => void, dismiss: (topic: string) => void, complain: (topic: string, say: import('../state.js').Say) => void,
 *     openReference: (file: Blob | undefined, place?: Place) => void, removeReference: (place?: Place) => void,
 *     viewReference: (view: import('../view.js').View, place?: Place) => void, drawReference: (rgba: Uint8ClampedArray, place?: Place) => void,
 *     setMask: (mask: import('../state.js').Mask | undefined) => void,
 *     setAll: (patch: Record<string, string | number>) => void, loadWeaker: () => Promise<void>,
 *     invert: (x0?: ArrayLike<number>) => Promise<(() => void) | undefined>,
 *     speak: (language: import('../i18n/index.js').Language) => Promise<void>, dress: (theme: import('../appearance.js').Theme) => void, listen?: (on: boolean) => void,
 *     savePicture: () => void, saveFilm: (format: 'gif' | 'webm', show: import('../export/film.js').Show) => void,
 *     saveTrajectory: () => void, saveSettings: () => void, copyLink: () => void, lessonLink: (rules: import('../classroom.js').Rules) => string, copyCommand: () => void, cancelSaving: () => void,
 *     addLane: (change: Change) => void, setLanes: (changes: Change[]) => void, bringBackLanes: () => void, removeLane: (id: number) => void,
 *     retryLane: (id: number) => void, adoptLane: (id: number) => void, compare: (patch: Partial<State['comparison']>) => void,
 *     showBranch: (id: number, position?: number) => void, removeBranch: (id: number) => void, bringBack: () => void,
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
      // Another language is another text everywhere.
      if (state.language !== before.language || this.concerns(state, before)) this.requestUpdate();
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
