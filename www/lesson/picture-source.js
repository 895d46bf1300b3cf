// @ts-check
/** Which picture an experiment works on: one of the lesson's, or the learner's own. Emits `picture`, first of all for the one it starts with. */
import { html } from 'lit';
import { pictureSlot } from '../ui/picture-slot.js';
import { LessonElement } from './element.js';
import { pictureChoice } from './picture-choice.js';
import { pictureOf } from './pictures.js';
import '../styles/studio.css';

/** @typedef {import('./pictures.js').PictureName} PictureName */
/** @typedef {{ name: PictureName | 'own', rgba: Uint8Array, unasked?: boolean }} Source `unasked` where nobody chose it */

const FIRST = /** @type {PictureName} */ ('face');

export class PictureSource extends LessonElement {
  /** @type {import('lit').PropertyDeclarations} */
  static properties = { name: { state: true } };

  constructor() {
    super();
    /** @type {PictureName | 'own'} */
    this.name = FIRST;
    /** @type {import('../state.js').Reference | undefined} */
    this.own = undefined;
  }

  /**
   * @param {import('./element.js').LessonState} state
   * @param {import('./element.js').LessonState} before
   */
  concerns(state, before) {
    return state.reference !== before.reference || state.model !== before.model;
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    super.willUpdate(changed);
    const { reference } = this.state;
    if (!this.hasUpdated) {
      this.own = reference;
      if (reference) this.name = 'own';
      this.tell({ unasked: true });
    } else if (reference !== this.own) {
      this.own = reference;
      this.choose(reference ? 'own' : FIRST);
    }
  }

  /** @param {PictureName | 'own'} name */
  choose(name) {
    this.name = name;
    this.tell();
  }

  /** @param {{ unasked?: boolean }} [how] */
  async tell(how) {
    const { name, own } = this;
    const rgba =
      name === 'own'
        ? /** @type {NonNullable<typeof own>} */ (own).rgba
        : new Uint8Array(await pictureOf(name, this.state.model?.size ?? 32));
    if (name !== this.name || own !== this.own) return;
    /** @type {Source} */
    const detail = { name, rgba, ...how };
    this.dispatchEvent(new CustomEvent('picture', { detail }));
  }

  render() {
    const { words, app, own } = this;
    const more = own ? [{ value: /** @type {const} */ ('own'), name: words.ownPicture }] : [];
    return html`${pictureChoice(this, this.name, (name) => this.choose(name), more)}
    <div class="own-picture" role="group" aria-label=${words.ownPicture}>${pictureSlot(app, 'reference')}</div>`;
  }
}
customElements.define('gl-picture-source', PictureSource);
