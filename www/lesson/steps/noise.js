// @ts-check
/** Noise: one jump to any timestep, beside the chain of small steps that leads to the same distribution. */
import { html, svg } from 'lit';
import { stops } from '../../forward.js';
import { TRAINED_STEPS } from '../../respacing.js';
import { runSettings } from '../../settings.js';
import { icons } from '../../ui/icons.js';
import { line, plot } from '../../ui/plot.js';
import { Experiment } from '../experiment.js';
import { bell, densityOf, momentsOf, NoiseChain, noiseIn } from '../noise-chain.js';
import { noisingControls } from '../noising-controls.js';
import { pictureOf } from '../pictures.js';
import { planesOf, rgbaOf } from '../planes.js';
import { tile } from '../tile.js';
import '../../styles/lab.css';
import '../../styles/lesson-denoising.css';

const LAST = TRAINED_STEPS - 1;

/** Timesteps from one picture to the next while playing. */
const STRIDE = 27;

/** What the plot of the noise shows: standard deviations to each side, bars, and the density at its top. */
const SPAN = 4;
const BINS = 33;
const TOP = 0.5;

/** @param {[z: number, density: number][]} places @returns {[number, number][]} */
const placed = (places) => places.map(([z, density]) => [(z + SPAN) / (2 * SPAN), density / TOP]);

const BELL = placed(
  Array.from({ length: 65 }, (_, i) => {
    const z = (i / 64 - 0.5) * 2 * SPAN;
    return [z, bell(z)];
  }),
);

export default class Noise extends Experiment {
  static step = /** @type {const} */ ('noise');

  /** @type {import('lit').PropertyDeclarations} */
  static properties = {
    picture: { state: true },
    t: { state: true },
    seed: { state: true },
    seen: { state: true },
    playing: { state: true },
  };

  constructor() {
    super();
    /** @type {import('../pictures.js').PictureName} */
    this.picture = 'animal';
    this.t = 0;
    this.seed = 1;
    this.playing = false;
    /** @type {{ t: number, jump: import('../../protocol.js').Noised, walked: Uint8ClampedArray, added: Float32Array } | undefined} */
    this.seen = undefined;
    /** @type {{ of: string, clean: Float32Array, rgba: Uint8Array, chain: NoiseChain } | undefined} */
    this.way = undefined;
  }

  firstUpdated() {
    this.look({ unasked: true });
  }

  /** The picture and its chain of small steps. */
  async wayOf() {
    const { engine, specs } = this.lesson;
    const of = `${this.picture} ${this.seed}`;
    if (this.way?.of !== of) {
      const rgba = new Uint8Array(await pictureOf(this.picture, this.size));
      const { abar } = await engine.outlook(runSettings(this.settings({ method: 'none' }), specs), {});
      const clean = planesOf(rgba);
      this.way = { of, clean, rgba, chain: new NoiseChain(clean, abar, this.seed) };
    }
    return this.way;
  }

  async show() {
    const { t, seed } = this;
    const { clean, rgba, chain } = await this.wayOf();
    const jump = await this.lesson.engine.noised(rgba.slice(), t, seed);
    const x = chain.at(t);
    this.seen = { t, jump, walked: rgbaOf(x), added: noiseIn(x, clean, jump.abar) };
  }

  /** @param {{ unasked?: boolean }} [how] */
  look(how) {
    return this.perform(() => this.show(), how);
  }

  /** From here to pure noise; from there, once more from the picture. */
  play() {
    return this.perform(async (signal) => {
      this.playing = true;
      try {
        for (const t of stops(this.t === LAST ? 0 : this.t, LAST, STRIDE)) {
          this.t = t;
          await this.show();
          if (signal.aborted) return;
        }
      } finally {
        this.playing = false;
      }
    });
  }

  render() {
    const { say, words, seen, size, t, playing } = this;
    const { jump, walked } = seen ?? {};
    return html`
      ${noisingControls(this, {
        key: 'noise-t',
        otherNoise: say.otherNoise,
        look: () => this.look(),
        more: html`<button type="button" data-action="noise-play" @click=${() => (playing ? this.stop() : this.play())}>${playing ? icons.pause : icons.play}<span>${playing ? words.stop : say.play}</span></button>`,
      })}
      <div class="figures">
        ${tile({ key: 'jump', term: 'xt', rgba: jump?.xt, size, ...say.pictures.jump })}
        ${tile({ key: 'noise', term: 'eps', rgba: jump?.noise, size, ...say.pictures.noise })}
        ${tile({ key: 'chain', term: 'xt', rgba: walked, size, label: say.pictures.chain.label, name: say.pictures.chain.name((seen?.t ?? t) + 1) })}
      </div>
      <p class="says" data-readout="mix">${jump ? say.mix(Math.sqrt(jump.abar), Math.sqrt(1 - jump.abar)) : '–'}</p>
      ${this.added()}
      ${this.troubleLine()}`;
  }

  /** What the small steps have added, over the bell curve of the jump. */
  added() {
    const { say, seen } = this;
    const { t, added } = seen ?? { t: this.t };
    const { mean, deviation } = momentsOf(added ?? new Float32Array(1));
    // Rounding first: a mean of almost 0 is not minus 0.
    const says = say.added.says(t + 1, (Math.round(mean * 100) / 100 + 0).toFixed(2), deviation.toFixed(2));
    const steps = added ? line(placed(densityOf(added, SPAN, BINS))) : '';
    return html`<div class="chart">
      <h4>${say.added.title}</h4>
      ${plot({
        label: says,
        x: [`−${SPAN}`, '0', `${SPAN}`],
        y: ['0', String(TOP)],
        content: svg`<polyline class="norm" points=${line(BELL)}></polyline><polyline class="error" points=${steps}></polyline>`,
      })}
      <p class="line key"><span class="error">${say.added.chain}</span> <span class="norm">${say.added.jump}</span></p>
      <p class="says" data-readout="added">${added ? says : '–'}</p>
    </div>`;
  }
}
customElements.define('gl-step-noise', Noise);
