// @ts-check
/** SDEdit: the picture, noised part of the way, and what the model makes of that. */
import { html } from 'lit';
import { slider } from '../../ui/slider.js';
import { distanceFrom } from '../spread.js';
import { tile } from '../tile.js';
import { Edit } from './edit.js';

const SEEDS = 3;

export class SdEdit extends Edit {
  /** @type {import('lit').PropertyDeclarations} */
  static properties = { strength: { attribute: false }, start: { state: true } };

  constructor() {
    super();
    this.strength = 0.6;
    /** Where the first run begins. @type {Uint8ClampedArray | undefined} */
    this.start = undefined;
  }

  /** @param {{ unasked?: boolean }} [how] */
  look(how) {
    return this.perform(async (signal) => {
      const { source, strength, seed } = this;
      if (!source) return;
      this.start = undefined;
      const patches = Array.from({ length: SEEDS }, (_, k) => ({
        ...this.telling(),
        start: 'sdedit',
        strength,
        seed: seed + k,
      }));
      await this.make(patches, { signal, pictures: { init: source.rgba }, begun: ({ xt }) => (this.start ??= xt) });
    }, how);
  }

  render() {
    const { words, size, source, cells } = this;
    const say = this.say.sdedit;
    const first = cells[0]?.first;
    const away = source && distanceFrom(this.finished, source.rgba);
    return html`
      <div class="row">${slider({
        key: 'strength',
        name: say.strength,
        value: this.strength,
        min: 0.1,
        max: 1,
        step: 0.05,
        text: this.strength.toFixed(2),
        set: (strength) => {
          this.strength = strength;
          this.look();
        },
      })}</div>
      ${this.progress(words.again, () => this.look())}
      <div class="figures five">
        ${tile({ term: 'reference', rgba: source?.rgba, size, ...say.pictures.source, key: 'source' })}
        ${tile({ rgba: this.start, size, ...say.pictures.start, key: 'start' })}
        ${cells.map((cell, k) => tile({ term: 'x0', rgba: cell.last?.xt, size, name: say.seed(Number(cell.patch.seed)), label: say.seedLabel(Number(cell.patch.seed)), key: `seed-${k}` }))}
      </div>
      <p class="says" data-readout="strength">${first ? say.begins(Math.round(first.t), first.total, first.abar) : '–'}
        ${away === undefined || this.finished.length < SEEDS ? '' : say.away(away)}</p>
      ${this.troubleLine()}`;
  }
}
customElements.define('gl-sdedit', SdEdit);
