// @ts-check
/** The companion: the step's own sampler and guidance on points in the plane, whose density and score are known exactly. */
import { html, nothing } from 'lit';
import { pull } from '../sampler.js';
import { defaultSettings, runSettings } from '../settings.js';
import { radios } from '../ui/choices.js';
import { settingName, valueName } from '../ui/setting-words.js';
import { slider } from '../ui/slider.js';
import { Experiment } from './experiment.js';
import { GRID, gridOf, likeliest, paintPlane } from './plane-paint.js';
import '../styles/lesson-plane.css';

/** The lane of the engine that it uses, beyond those of the experiments. */
const LANE = 20;
const POINTS = 64;
/** Pixels of the drawing's side: crisp at the largest size it is shown at. */
const SIDE = 840;

/** How long a step is on show while playing, in ms. */
const PACE = 120;

/** Steps that can be asked for: least, most and stride. */
const STEPS = /** @type {const} */ ([2, 40, 1]);

/** The class of no class. */
const ANY = 'none';

export class Plane extends Experiment {
  /** It goes on beside the experiment, on a lane of its own. */
  static turns = { last: Promise.resolve() };

  /** @type {import('lit').PropertyDeclarations} */
  static properties = {
    patch: { attribute: false },
    offers: { attribute: false },
    own: { state: true },
    density: { state: true },
    class: { state: true },
    frames: { state: true },
    at: { state: true },
    arrows: { state: true },
    paths: { state: true },
  };

  constructor() {
    super();
    /** What the step's own controls are set to. @type {import('./experiment.js').Patch} */
    this.patch = {};
    /** The settings that have a control here. @type {string[]} */
    this.offers = [];
    /** What they are set to, once they have been used. @type {import('./experiment.js').Patch} */
    this.own = {};
    this.density = '';
    /** What guides without a class guides nowhere: the patch names one then. */
    this.class = '';
    /** @type {Float32Array[]} where the points were before each step, and after the last */
    this.states = [];
    /** @type {import('../protocol.js').PlaneFrame[]} */
    this.frames = [];
    /** How many steps are on show. */
    this.at = 0;
    this.arrows = true;
    this.paths = true;
    /** @type {{ key: string, ground: import('./plane-paint.js').Ground } | undefined} what is drawn beneath the points */
    this.beneath = undefined;
    /** What the run on show was made with. */
    this.made = '';
  }

  get densities() {
    return this.lesson.catalogue.densities;
  }

  get classes() {
    return this.densities.find(({ name }) => name === this.density)?.classes ?? [];
  }

  get planeSettings() {
    const { specs } = this.lesson;
    return runSettings(
      { ...defaultSettings(specs), ...this.patch, ...this.own, class: this.class, style: 'none' },
      specs,
    );
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    super.willUpdate(changed);
    if (!this.app) return;
    if (!this.density) this.density = this.densities[0]?.name ?? '';
    this.class ||= String(this.patch.class ?? ANY);
    if (this.class !== ANY && !this.classes.includes(this.class)) this.class = ANY;
  }

  updated() {
    const made = JSON.stringify([this.density, this.planeSettings]);
    if (made !== this.made) {
      this.made = made;
      this.walk();
    }
    this.draw();
  }

  /** Makes the whole run, and shows it from its end back to where it was looked at. */
  walk() {
    const { engine } = this.lesson;
    return this.perform(
      async (signal) => {
        try {
          const { points } = await engine.startPlane(this.density, this.planeSettings, POINTS, LANE);
          const frames = [];
          for await (const frame of pull(() => engine.stepPlane(LANE), signal)) frames.push(frame);
          if (signal.aborted) return;
          this.states = [points, ...frames.map(({ x }) => x)];
          this.frames = frames;
          this.at = frames.length;
          this.beneath = undefined;
        } finally {
          await engine.closeLane(LANE).catch(() => {});
        }
      },
      { unasked: true },
    );
  }

  play() {
    return this.perform(
      async (signal) => {
        for (let at = this.at < this.frames.length ? this.at + 1 : 0; at <= this.frames.length; at++) {
          this.at = at;
          await new Promise((resolve) => setTimeout(resolve, PACE));
          if (signal.aborted) return;
        }
      },
      { unasked: true },
    );
  }

  /** The timestep of the state on show: 0 after the last step. */
  get t() {
    return this.frames[this.at]?.t ?? 0;
  }

  async draw() {
    /** @type {HTMLCanvasElement | null} */
    const canvas = this.querySelector('canvas[data-plane]');
    const context = canvas?.getContext('2d');
    if (!canvas || !context || this.states.length === 0) return;
    const key = [this.density, this.class, this.t, this.arrows].join();
    const style = getComputedStyle(canvas);
    const last = this.frames.at(-1)?.probabilities;
    paintPlane(context, {
      ground: this.beneath?.key === key ? this.beneath.ground : undefined,
      states: this.states.slice(0, this.at + 1),
      classes: last ? likeliest(last, this.classes.length) : [],
      paths: this.paths,
      colours: {
        ink: style.color,
        classes: ['--xt', '--gradient', '--x0'].map((name) => style.getPropertyValue(name)),
      },
    });
    if (this.beneath?.key === key) return;
    const { engine } = this.lesson;
    const only = this.class === ANY ? undefined : this.classes.indexOf(this.class);
    const [fine, coarse] = await Promise.all([
      engine.field(this.density, this.t, only, gridOf(GRID.density)),
      this.arrows ? engine.field(this.density, this.t, only, gridOf(GRID.score)) : undefined,
    ]).catch(() => []);
    if (!fine) return;
    this.beneath = { key, ground: { logDensity: fine.logDensity, arrows: coarse?.score } };
    this.draw();
  }

  /** The control of a setting that the companion offers. @param {string} key */
  offer(key) {
    const { catalogue } = this.lesson;
    const value = this.own[key] ?? this.patch[key] ?? '';
    const name = settingName(key, this.app);
    const set = (/** @type {string | number} */ next) => (this.own = { ...this.own, [key]: next });
    if (key === 'sampler') {
      const options = catalogue.samplers.map(({ name }) => ({ value: name, name: valueName(key, name, this.app) }));
      return radios({ key: 'plane-sampler', name, layout: 'chips', value: String(value), options, set });
    }
    const [min, max, step] = key === 'steps' ? STEPS : [0, 20, 0.5];
    return slider({
      key: `plane-${key}`,
      name,
      value: Number(value),
      min,
      max,
      step,
      set: (next) => set(key === 'steps' ? String(next) : next),
    });
  }

  render() {
    const { plane } = this.words;
    const { frames, at, classes } = this;
    const last = frames.at(-1)?.probabilities;
    const ends = last ? likeliest(last, classes.length) : [];
    const counts = classes.map((name, k) => `${name} ${ends.filter((end) => end === k).length}`).join(', ');
    const box = (/** @type {'arrows' | 'paths'} */ name) =>
      html`<label class="check"><input type="checkbox" name="plane-${name}" .checked=${this[name]} @change=${() => (this[name] = !this[name])}> ${plane[name]}</label>`;
    return html`<p class="line">${plane.line}</p>
      <div class="plane">
        <canvas data-plane width=${SIDE} height=${SIDE} role="img" aria-label=${plane.label(POINTS, at, frames.length, counts)}></canvas>
        <div class="plane-controls">
          ${radios({
            key: 'plane-density',
            name: plane.density,
            value: this.density,
            options: this.densities.map(({ name }) => ({ value: name, name: plane.densities[name] ?? name })),
            set: (name) => (this.density = name),
          })}
          ${radios({
            key: 'plane-class',
            name: plane.class,
            value: this.class,
            options: [...classes, ANY].map((name) => ({ value: name, name: name === ANY ? plane.any : name })),
            set: (name) => (this.class = name),
          })}
          ${this.offers.map((key) => this.offer(key))}
          ${slider({
            key: 'plane-at',
            name: plane.step,
            value: at,
            min: 0,
            max: frames.length,
            step: 1,
            set: (position) => {
              this.stop();
              this.at = position;
            },
          })}
          <div class="row">${this.button('play-plane', plane.play, () => this.play())} ${box('arrows')} ${box('paths')}</div>
          <p class="says" data-readout="plane">${frames.length > 0 ? plane.ends(counts) : nothing}</p>
          ${this.offers.length > 0 ? nothing : html`<p class="line">${plane.follows(String(this.patch.sampler ?? 'ddim'), frames.length)}</p>`}
        </div>
      </div>
      ${this.troubleLine()}`;
  }
}
customElements.define('gl-plane', Plane);
