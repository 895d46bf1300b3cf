// @ts-check
/** One reference in every style that the network knows: ILVR holds the picture, the label changes the hand. */
import { html } from 'lit';
import { acrossStyles } from '../../gallery.js';
import { radios } from '../../ui/choices.js';
import { tile } from '../tile.js';
import { Edit } from './edit.js';

const LEVELS = [2, 4, 8];

export class Styles extends Edit {
  /** @type {import('lit').PropertyDeclarations} */
  static properties = { n: { attribute: false } };

  constructor() {
    super();
    this.n = 8;
  }

  get wanted() {
    const { source, label, seed, n, state, lesson } = this;
    if (!source) return [];
    const settings = this.settings({ method: 'classifier-free' });
    return acrossStyles(settings, state.model?.styles ?? [], lesson.catalogue).map((patch) => ({
      name: String(patch.style),
      patch: { ...patch, class: label, 'down-n': n, seed },
      pictures: { reference: source.rgba },
    }));
  }

  render() {
    const { words, size, source, app, cells } = this;
    const say = this.say.styles;
    return html`
      ${radios({
        key: 'down-n',
        name: say.coarseness,
        value: String(this.n),
        options: LEVELS.map((level) => ({ value: String(level), name: String(level) })),
        set: (level) => {
          this.n = Number(level);
          this.look();
        },
      })}
      ${this.progress(words.again)}
      <div class="figures four">
        ${tile({ term: 'reference', rgba: source?.rgba, size, ...say.source, key: 'source' })}
        ${cells.map((cell) => {
          const name = app.strings.label(cell.name);
          return tile({ ...this.shown(cell), size, name, label: say.label(name), key: cell.name });
        })}
      </div>
      ${this.troubleLine()}`;
  }
}
customElements.define('gl-styles', Styles);
