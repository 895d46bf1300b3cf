// @ts-check
/** Limits: two classes that were never seen in one picture, on a small network and on a large one. */
import { html } from 'lit';
import { rootMeanSquare } from '../../difference.js';
import { dropDown } from '../../ui/choices.js';
import { multiples } from '../multiples.js';
import { Runs } from '../runs.js';

/** @typedef {'small' | 'large'} Network */
/** @typedef {'first' | 'second' | 'both'} Asked */

/** The lane that has the large network for itself. */
const LARGE_LANE = 2;
const LARGE = 'emoji32';

/** What each class weighs, alone and beside another. */
const WEIGHT = 3;
const ASKED = /** @type {const} */ (['first', 'second', 'both']);

export default class Limits extends Runs {
  static step = /** @type {const} */ ('limits');

  /** @type {import('lit').PropertyDeclarations} */
  static properties = {
    first: { state: true },
    second: { state: true },
    seed: { state: true },
    withLarge: { state: true },
    fetching: { state: true },
  };

  constructor() {
    super();
    this.first = 'face';
    this.second = 'heart';
    this.seed = 10;
    this.withLarge = false;
    this.fetching = false;
  }

  firstUpdated() {
    this.look({ unasked: true });
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

  get wanted() {
    return this.networks.flatMap((network) =>
      ASKED.map((asked) => ({
        name: `${network} ${asked}`,
        patch: {
          method: 'composed',
          class: 'none',
          compose: this.compose(asked),
          sampler: 'ddim',
          eta: 1,
          seed: this.seed,
        },
        // The lane of the large network keeps it for the next run.
        ...(network === 'large' ? { lane: LARGE_LANE, keep: true } : {}),
      })),
    );
  }

  /** @param {AbortSignal} signal */
  async work(signal) {
    await this.make(signal, ({ lane }) => lane === undefined);
    if (this.cells.every((cell) => cell.done)) return;
    try {
      await this.fetchLarge();
      signal.throwIfAborted();
      await this.make(signal);
    } finally {
      // A worker that broke has taken the lane with it.
      await this.lesson.engine.closeLane(LARGE_LANE).catch(() => {});
    }
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

  render() {
    const { say, app, size, busy, networks } = this;
    const choose = (/** @type {'first' | 'second'} */ which) =>
      dropDown({
        key: `limits-${which}`,
        name: say[which],
        value: this[which],
        options: this.classOptions(this[which]),
        set: (value) => {
          this[which] = value;
          this.look();
        },
      });
    return html`
      <div class="row">
        ${choose('first')} ${choose('second')}
        ${this.withLarge || !this.large ? '' : html`<button type="button" data-action="with-large" @click=${this.addLarge}>${say.withLarge(this.large.bytes)}</button>`}
      </div>
      ${this.progress(say.otherNoise, () => (this.seed += 1))}
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
    return this.look();
  }

  /** @param {Network} network @param {Asked} asked */
  cell(network, asked) {
    const { say, app, state } = this;
    const drawn = this.at(`${network} ${asked}`);
    const what = say.asked(asked, app.strings.label(this.first), app.strings.label(this.second));
    const classes = state.model?.classes ?? [];
    const share = (/** @type {string} */ name) => drawn?.last?.probabilities?.[classes.indexOf(name)] ?? 0;
    const sees = [this.first, this.second].map((name) => say.share(app.strings.label(name), share(name)));
    return {
      ...this.shown(drawn),
      label: say.picture(what, say.networks[network]),
      says: drawn?.done
        ? html`<span data-cell="${network} ${asked}">${sees.map((text) => html`${text}<br>`)}</span>`
        : '',
    };
  }

  verdict() {
    const { say } = this;
    const [both, large] = [this.at('small both'), this.at('large both')];
    if (!both?.done || !both.last) return '';
    return large?.done && large.last ? say.apart(rootMeanSquare(both.last.xt, large.last.xt)) : say.judge;
  }
}
customElements.define('gl-step-limits', Limits);
