// @ts-check
/** Limits: two classes that were never seen in one picture, on a small network and on a large one. */
import { html } from 'lit';
import { rootMeanSquare } from '../../difference.js';
import { pull } from '../../sampler.js';
import { runSettings } from '../../settings.js';
import { dropDown } from '../../ui/choices.js';
import { Experiment } from '../experiment.js';
import { finish } from '../finish.js';
import { multiples } from '../multiples.js';

/** @typedef {'small' | 'large'} Network */
/** @typedef {'first' | 'second' | 'both'} Asked */

/** The lane that has the large network for itself. */
const LARGE_LANE = 2;
const LARGE = 'emoji32';

/** What each class weighs, alone and beside another. */
const WEIGHT = 3;
const ASKED = /** @type {const} */ (['first', 'second', 'both']);

/** @typedef {{ rgba: Uint8ClampedArray, belief: Float32Array | undefined, done: boolean }} Drawn */

export default class Limits extends Experiment {
  static step = /** @type {const} */ ('limits');

  /** @type {import('lit').PropertyDeclarations} */
  static properties = {
    first: { state: true },
    second: { state: true },
    seed: { state: true },
    withLarge: { state: true },
    drawn: { state: true },
    fetching: { state: true },
  };

  constructor() {
    super();
    this.first = 'face';
    this.second = 'heart';
    this.seed = 10;
    this.withLarge = false;
    this.fetching = false;
    /** By network and what was asked for. @type {Record<string, Drawn>} */
    this.drawn = {};
  }

  firstUpdated() {
    this.drawAll({ unasked: true });
  }

  /** The networks at work. @returns {Network[]} */
  get networks() {
    return this.withLarge ? ['small', 'large'] : ['small'];
  }

  /** The large network's entry in the manifest. */
  get large() {
    return this.state.models.find(({ name }) => name === LARGE);
  }

  /** Classes and weights as the engine reads them. @param {Asked} asked */
  compose(asked) {
    const { first, second } = this;
    const names = { first: [first], second: [second], both: [first, second] }[asked];
    return names.map((name) => `${name}:${WEIGHT}`).join(',');
  }

  /**
   * @param {Network} network
   * @param {Asked} asked
   * @param {AbortSignal} signal
   */
  async fill(network, asked, signal) {
    const key = `${network} ${asked}`;
    if (this.drawn[key]?.done) return;
    const put = (/** @type {import('../../protocol.js').Frame} */ { xt, probabilities }, done = false) => {
      this.drawn = { ...this.drawn, [key]: { rgba: xt, belief: probabilities, done } };
    };
    const patch = {
      method: 'composed',
      class: 'none',
      compose: this.compose(asked),
      sampler: 'ddim',
      eta: 1,
      seed: this.seed,
    };
    put(
      await finish(network === 'large' ? this.runLarge(patch, signal) : this.run(patch, { signal }), signal, put),
      true,
    );
  }

  /**
   * A run in the lane of the large network, which keeps it for the next one.
   * @param {import('../experiment.js').Patch} patch
   * @param {AbortSignal} signal
   */
  async *runLarge(patch, signal) {
    const { engine, specs } = this.lesson;
    await engine.start(runSettings(this.settings(patch), specs), {}, LARGE_LANE);
    yield* pull(() => engine.step(LARGE_LANE), signal);
  }

  /** @param {{ unasked?: boolean }} [how] */
  drawAll(how) {
    return this.perform(async (signal) => {
      for (const asked of ASKED) await this.fill('small', asked, signal);
      if (!this.withLarge || ASKED.every((asked) => this.drawn[`large ${asked}`]?.done)) return;
      try {
        await this.fetchLarge();
        signal.throwIfAborted();
        for (const asked of ASKED) await this.fill('large', asked, signal);
      } finally {
        // A worker that broke has taken the lane with it.
        await this.lesson.engine.closeLane(LARGE_LANE).catch(() => {});
      }
    }, how);
  }

  async fetchLarge() {
    this.fetching = true;
    try {
      const { large } = this;
      await this.lesson.actions.loadForLane(LARGE_LANE, [LARGE, ...(large?.classifier ? [large.classifier] : [])]);
    } finally {
      this.fetching = false;
    }
  }

  afresh() {
    this.drawn = {};
    return this.drawAll();
  }

  render() {
    const { say, app, size, busy, state, networks } = this;
    const classes = state.model?.classes ?? [this.first, this.second];
    const names = classes.map((value) => ({ value, name: app.strings.label(value) }));
    const cells = networks.length * ASKED.length;
    const done = Object.values(this.drawn).filter((drawn) => drawn.done).length;
    const choose = (/** @type {'first' | 'second'} */ which) =>
      dropDown({
        key: `limits-${which}`,
        name: say[which],
        value: this[which],
        options: names,
        set: (value) => {
          this[which] = value;
          this.afresh();
        },
      });
    return html`
      <div class="row">
        ${choose('first')} ${choose('second')}
        ${this.button('draw-both', done < cells ? say.goOn : say.otherNoise, () => {
          if (done < cells) return this.drawAll();
          this.seed += 1;
          return this.afresh();
        })}
        ${this.withLarge || !this.large ? '' : html`<button type="button" data-action="with-large" @click=${this.addLarge}>${say.withLarge(this.large.bytes)}</button>`}
        ${busy ? html`<progress max=${cells} value=${done} aria-label=${say.progress(done, cells)}></progress>` : ''}
      </div>
      ${multiples({
        caption: say.caption,
        columns: ASKED.map((asked) => say.asked(asked, app.strings.label(this.first), app.strings.label(this.second))),
        rows: networks.map((network) => ({
          name: say.networks[network],
          cells: ASKED.map((asked) => this.cell(network, asked)),
        })),
        size,
      })}
      <p class="says" role="status" data-readout="limits">${this.fetching ? say.fetching : busy ? '' : this.verdict()}</p>
      ${this.troubleLine()}`;
  }

  addLarge() {
    this.withLarge = true;
    return this.drawAll();
  }

  /** @param {Network} network @param {Asked} asked */
  cell(network, asked) {
    const { say, app, state } = this;
    const drawn = this.drawn[`${network} ${asked}`];
    const what = say.asked(asked, app.strings.label(this.first), app.strings.label(this.second));
    const classes = state.model?.classes ?? [];
    const share = (/** @type {string} */ name) => drawn?.belief?.[classes.indexOf(name)] ?? 0;
    const sees = [this.first, this.second].map((name) => say.share(app.strings.label(name), share(name)));
    return {
      rgba: drawn?.rgba,
      label: say.picture(what, say.networks[network]),
      says: drawn?.done
        ? html`<span data-cell="${network} ${asked}">${sees.map((text) => html`${text}<br>`)}</span>`
        : '',
    };
  }

  verdict() {
    const { say } = this;
    const [both, large] = [this.drawn['small both'], this.drawn['large both']];
    if (!both?.done) return '';
    return large?.done ? say.apart(rootMeanSquare(both.rgba, large.rgba)) : say.judge;
  }
}
customElements.define('gl-step-limits', Limits);
