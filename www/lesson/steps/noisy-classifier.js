// @ts-check
/** A classifier that knows noise and one that does not: what they make of the same noised picture, and where they lead. */
import { html, svg } from 'lit';
import { TRAINED_STEPS } from '../../respacing.js';
import { isUsable } from '../../state.js';
import { dropDown } from '../../ui/choices.js';
import { dots, line, plot, PLOT } from '../../ui/plot.js';
import { slider } from '../../ui/slider.js';
import { accuracies, CLASSIFIERS } from '../accuracy.js';
import { Experiment } from '../experiment.js';
import { beliefs } from '../beliefs.js';
import { noisingControls } from '../noising-controls.js';
import { pictureOf } from '../pictures.js';
import { tile } from '../tile.js';
import { together } from '../together.js';
import '../../styles/lab.css';
import '../../styles/lesson-guides.css';

/** @typedef {import('../../protocol.js').Noised} Noised */
/** @typedef {keyof typeof CLASSIFIERS} Which */
/** @typedef {{ t: number } & Record<Which, number>} Belief in the picture's true class */

const LAST = TRAINED_STEPS - 1;

/** Where the curve is asked for. */
const CURVE = Array.from({ length: 12 }, (_, k) => Math.round((k * LAST) / 11));

const WHICH = /** @type {Which[]} */ (Object.keys(CLASSIFIERS));

/** The lane whose own engine has the classifier that never saw noise. */
const CLEAN_LANE = 2;

/** Who is asked where: the page's own classifier is on the engine that lanes share. */
const LANES = { aware: 0, clean: CLEAN_LANE };

/** The runs beside each other; without a guide the scale is 0. */
const RUNS = /** @type {const} */ ([
  { name: 'none', lane: 3, guided: false },
  { name: 'aware', lane: 4, guided: true },
  { name: 'clean', lane: CLEAN_LANE, guided: true },
]);

/** How each is drawn: a full line and a dotted one. */
const STROKES = { aware: 'belief', clean: 'norm' };

/** @typedef {{ picture: Uint8ClampedArray, shares?: Record<Which, number> }} Result `shares` once it is finished */

export default class NoisyClassifier extends Experiment {
  static step = /** @type {const} */ ('noisy-classifier');

  /** @type {import('lit').PropertyDeclarations} */
  static properties = {
    picture: { state: true },
    t: { state: true },
    seed: { state: true },
    target: { state: true },
    scale: { state: true },
    seen: { state: true },
    curve: { state: true },
    results: { state: true },
    guiding: { state: true },
  };

  constructor() {
    super();
    /** @type {import('../pictures.js').PictureName} */
    this.picture = 'hand';
    this.t = 500;
    this.seed = 1;
    /** The class that the runs are guided to. */
    this.target = 'face';
    this.scale = 8;
    /** @type {Record<Which, Noised> | undefined} */
    this.seen = undefined;
    /** @type {Belief[]} of the picture and noise on show, ascending */
    this.curve = [];
    /** @type {Partial<Record<'none' | Which, Result>>} */
    this.results = {};
    this.guiding = false;
    /** @type {Promise<void> | undefined} */
    this.fetched = undefined;
  }

  async firstUpdated() {
    await this.look({ unasked: true });
    if (this.isConnected && !this.busy && Object.keys(this.results).length === 0) this.guide({ unasked: true });
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    Experiment.turns.last.then(() => this.lesson.engine.closeLane(CLEAN_LANE)).catch(() => {});
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    super.willUpdate(changed);
    // An engine that starts again knows nothing of the lane.
    if (this.app && !isUsable(this.state)) this.fetched = undefined;
  }

  /** Has the second classifier there, in the lane of its own. */
  fetchClean() {
    const denoiser = this.state.model?.name ?? this.state.settings.model;
    this.fetched ??= this.lesson.actions.loadForLane(CLEAN_LANE, [denoiser, CLASSIFIERS.clean]).catch((error) => {
      this.fetched = undefined;
      throw error;
    });
    return this.fetched;
  }

  /** @param {string} name */
  indexOf(name) {
    return this.state.model?.classes.indexOf(name) ?? -1;
  }

  /**
   * What both make of a picture under the noise of a timestep.
   * @param {Uint8ClampedArray} picture
   * @param {number} t
   * @returns {Promise<Record<Which, Noised>>}
   */
  async ask(picture, t) {
    const { engine } = this.lesson;
    const [aware, clean] = await Promise.all(
      WHICH.map((which) => engine.noised(new Uint8Array(picture), t, this.seed, { lane: LANES[which] })),
    );
    return /** @type {Record<Which, Noised>} */ ({ aware, clean });
  }

  /**
   * Both opinions at the chosen timestep, and then at all of the curve.
   * @param {{ unasked?: boolean }} [how]
   */
  async look(how) {
    this.guiding = false;
    await this.perform(async (signal) => {
      await this.fetchClean();
      signal.throwIfAborted();
      const seen = await this.ask(await pictureOf(this.picture, this.size), this.t);
      signal.throwIfAborted();
      this.seen = seen;
      this.keep(this.t, seen);
    }, how);
    if (!this.busy && this.seen && this.isConnected)
      await this.perform((signal) => this.complete(signal), { unasked: true });
  }

  /** @param {AbortSignal} signal */
  async complete(signal) {
    const picture = await pictureOf(this.picture, this.size);
    for (const t of CURVE.filter((t) => this.curve.every((known) => known.t !== t))) {
      const seen = await this.ask(picture, t);
      signal.throwIfAborted();
      this.keep(t, seen);
    }
  }

  /**
   * @param {number} t
   * @param {Record<Which, Noised>} seen
   */
  keep(t, seen) {
    const share = (/** @type {Which} */ which) => seen[which].probabilities?.[this.indexOf(this.picture)] ?? 0;
    const others = this.curve.filter((known) => known.t !== t);
    this.curve = [...others, { t, aware: share('aware'), clean: share('clean') }].toSorted((a, b) => a.t - b.t);
  }

  /** Another picture, or other noise: what was found is of the one before. */
  renew() {
    this.curve = [];
    this.look();
  }

  /**
   * The same run three times: without a guide, and after each.
   * @param {{ unasked?: boolean }} [how]
   */
  guide(how) {
    this.guiding = true;
    // What is on show stays until there is something new, but for what was said of it.
    this.results = Object.fromEntries(Object.entries(this.results).map(([name, { picture }]) => [name, { picture }]));
    return this.perform(async (signal) => {
      await this.fetchClean();
      signal.throwIfAborted();
      await together(RUNS.map((run) => this.lead(run, signal)));
      for (const { name } of RUNS) {
        const result = this.results[name];
        signal.throwIfAborted();
        if (!result) continue;
        const { aware, clean } = await this.ask(result.picture, 0);
        const share = (/** @type {Noised} */ of) => of.probabilities?.[this.indexOf(this.target)] ?? 0;
        this.results = { ...this.results, [name]: { ...result, shares: { aware: share(aware), clean: share(clean) } } };
      }
    }, how);
  }

  /**
   * @param {typeof RUNS[number]} run
   * @param {AbortSignal} signal
   */
  async lead({ name, lane, guided }, signal) {
    const { target, seed } = this;
    const scale = guided ? this.scale : 0;
    const patch = { class: target, style: 'none', method: 'classifier', sampler: 'ddim', eta: 0, scale, seed };
    for await (const { step, total, x0, xt } of this.run(patch, { signal, lane, keep: lane === CLEAN_LANE }))
      if (!signal.aborted) this.results = { ...this.results, [name]: { picture: step === total ? xt : x0 } };
  }

  render() {
    const { say, seen, size } = this;
    const { strings } = this.app;
    return html`
      ${noisingControls(this, {
        key: 'classifier-t',
        otherNoise: say.otherNoise,
        look: () => this.look(),
        afresh: () => this.renew(),
      })}
      <div class="opinions">
        ${tile({ rgba: seen?.aware.xt, size, ...say.xt })}
        ${WHICH.map((which) => html`<div data-classifier=${which}><h4>${say.classifiers[which]}</h4>${beliefs(this, seen?.[which].probabilities, this.picture)}</div>`)}
      </div>
      <div class="charts">
        <div><h4>${say.thisPicture(strings.label(this.picture))}</h4>${this.chart(
          say.thisPictureLabel(this.curve.length),
          (which) => this.curve.map((at) => [at.t / LAST, at[which]]),
        )}${this.key()}</div>
        <div><h4>${say.heldOut}</h4>${this.chart(say.heldOutLabel, (which) =>
          accuracies(this.lesson.facts, which).map(({ t, accuracy }) => [t / LAST, accuracy]),
        )}<p class="line">${say.heldOutLine}</p></div>
      </div>
      ${this.guides()}
      ${this.troubleLine()}`;
  }

  /**
   * @param {string} label
   * @param {(which: Which) => [number, number][]} places
   */
  chart(label, places) {
    const { axes } = this.app.strings;
    const now = (this.t / LAST) * PLOT.width;
    return plot({
      label,
      x: [axes.timestep(0), axes.timestep(LAST)],
      y: ['0', '1'],
      content: svg`<line class="now" x1=${now} x2=${now} y1="0" y2=${PLOT.height}></line>
        ${WHICH.map((which) => svg`<polyline class=${STROKES[which]} points=${line(places(which))}></polyline>${dots(places(which), STROKES[which])}`)}`,
    });
  }

  key() {
    return html`<p class="line key">${WHICH.map((which) => html`<span class=${STROKES[which]}>${this.say.classifiers[which]}</span> `)}</p>`;
  }

  guides() {
    const { say, state, results, size } = this;
    const { strings } = this.app;
    const finished = RUNS.every(({ name }) => results[name]?.shares);
    return html`<section aria-labelledby="guides-title">
      <h4 id="guides-title">${say.asGuides}</h4>
      <div class="row">
        ${dropDown({
          key: 'guide-class',
          name: say.target,
          value: this.target,
          options: this.classOptions(this.target),
          set: (name) => {
            this.target = name;
            this.guide();
          },
        })}
        ${slider({
          key: 'guide-scale',
          name: say.scale,
          value: this.scale,
          min: 1,
          max: 20,
          step: 1,
          set: (scale) => {
            this.scale = scale;
            this.guide();
          },
        })}
        <button type="button" data-action="guide" ?disabled=${!isUsable(state)} @click=${() => (this.busy && this.guiding ? this.stop() : this.guide())}>${this.busy && this.guiding ? this.words.stop : say.guide}</button>
      </div>
      <div class="figures">${RUNS.map(({ name }) => {
        const { picture, shares } = results[name] ?? {};
        const judged = shares
          ? WHICH.map(
              (which) =>
                html`<span data-judge=${which}>${say.judges[which](strings.percent(shares[which]))}</span><br>`,
            )
          : undefined;
        return tile({ term: 'x0', rgba: picture, size, ...say.runs[name], note: judged });
      })}</div>
      <p class="says" role="status">${finished ? say.finished(strings.label(this.target)) : ''}</p>
    </section>`;
  }
}
customElements.define('gl-step-noisy-classifier', NoisyClassifier);
