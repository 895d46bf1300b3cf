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
  static properties = { strength: { attribute: false } };

  constructor() {
    super();
    this.strength = 0.6;
  }

  get wanted() {
    const { source, strength, seed } = this;
    if (!source) return [];
    return Array.from({ length: SEEDS }, (_, k) => ({
      name: `seed-${k}`,
      patch: { ...this.telling(), start: 'sdedit', strength, seed: seed + k },
      pictures: { init: source.rgba },
    }));
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
          this.look({ moving: true });
        },
      })}</div>
      ${this.progress(words.again)}
      <div class="figures five">
        ${tile({ term: 'reference', rgba: source?.rgba, size, ...say.pictures.source, key: 'source' })}
        ${tile({ rgba: cells[0]?.start?.xt, size, ...say.pictures.start, key: 'start' })}
        ${cells.map((cell) => tile({ term: 'x0', ...this.shown(cell), size, name: say.seed(Number(cell.patch.seed)), label: say.seedLabel(Number(cell.patch.seed)), key: cell.name }))}
      </div>
      <p class="says" data-readout="strength">${first ? say.begins(Math.round(first.t), first.total, first.abar) : '–'}
        ${away === undefined || this.finished.length < SEEDS ? '' : say.away(away)}</p>
      ${this.troubleLine()}`;
  }
}
customElements.define('gl-sdedit', SdEdit);
