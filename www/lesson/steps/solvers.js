// @ts-check
/** Fast solvers: how near each comes to the ODE's own solution, by calls of the network. */
import { html, svg } from 'lit';
import { rootMeanSquare } from '../../difference.js';
import { countSteps } from '../../respacing.js';
import '../../styles/lab.css';
import '../../styles/lesson-solvers.css';
import { radios } from '../../ui/choices.js';
import { dots, line, plot } from '../../ui/plot.js';
import '../../ui/thumb.js';
import { callsOf, stepsWithin } from '../calls.js';
import { Experiment } from '../experiment.js';
import { finish } from '../finish.js';
import { multiples } from '../multiples.js';

/** @typedef {import('../calls.js').Spacing} Spacing */

const SOLVERS = /** @type {const} */ (['ddim', 'dpmpp', 'unipc', 'heun']);
const BUDGETS = /** @type {const} */ ([5, 8, 10]);

/** What stands for the exact solution: a solver of second order, in many more steps than a picture takes. */
const REFERENCE = { sampler: 'dpmpp', times: 4, atLeast: 20 };

/** One question a step, about what the small model draws best. */
const ASKED = { method: 'conditional', class: 'face' };

/** The plot's range of distances, on a logarithmic scale. */
const [NEAR, FAR] = [0.01, 0.5];

/** @typedef {{ rgba: Uint8ClampedArray, calls: number, done: boolean }} Solved */

export default class Solvers extends Experiment {
  static step = /** @type {const} */ ('solvers');

  /** @type {import('lit').PropertyDeclarations} */
  static properties = {
    seed: { state: true },
    spacing: { state: true },
    exact: { state: true },
    solved: { state: true },
  };

  constructor() {
    super();
    this.seed = 1;
    /** @type {Spacing} */
    this.spacing = '';
    /** The reference. @type {Solved | undefined} */
    this.exact = undefined;
    /** By solver and budget. @type {Record<string, Solved>} */
    this.solved = {};
  }

  firstUpdated() {
    this.race({ unasked: true });
  }

  get referenceSteps() {
    const usual = countSteps(String(this.settings({}).steps)) ?? 0;
    return Math.max(REFERENCE.atLeast, REFERENCE.times * usual);
  }

  /**
   * Makes one run and shows it as it comes.
   * @param {string} sampler
   * @param {number} steps
   * @param {AbortSignal} signal
   * @param {(solved: Solved) => void} put
   */
  async solve(sampler, steps, signal, put) {
    let calls = 0;
    const patch = { sampler, ...ASKED, eta: 0, order: 2, steps: `${this.spacing}${steps}`, seed: this.seed };
    const see = (/** @type {import('../../protocol.js').Frame} */ frame) => {
      calls += callsOf(sampler, frame);
      put({ rgba: frame.xt, calls, done: false });
    };
    const { xt } = await finish(this.run(patch, { signal }), signal, see);
    put({ rgba: xt, calls, done: true });
  }

  /** The reference first, then everybody against it; what is there already is kept. @param {{ unasked?: boolean }} [how] */
  race(how) {
    return this.perform(async (signal) => {
      if (!this.exact?.done)
        await this.solve(REFERENCE.sampler, this.referenceSteps, signal, (solved) => (this.exact = solved));
      for (const budget of BUDGETS)
        for (const solver of SOLVERS) {
          const key = `${solver} ${budget}`;
          if (this.solved[key]?.done) continue;
          await this.solve(solver, stepsWithin(solver, this.spacing, budget), signal, (solved) => {
            this.solved = { ...this.solved, [key]: solved };
          });
        }
    }, how);
  }

  afresh() {
    this.exact = undefined;
    this.solved = {};
    return this.race();
  }

  /** @param {Solved | undefined} solved */
  distance(solved) {
    return solved?.done && this.exact?.done ? rootMeanSquare(solved.rgba, this.exact.rgba) : undefined;
  }

  render() {
    const { say, size, busy, exact } = this;
    const all = SOLVERS.length * BUDGETS.length;
    const done = Object.values(this.solved).filter((solved) => solved.done).length;
    const finished = done === all;
    return html`
      ${radios({
        key: 'solvers-spacing',
        name: say.spacing,
        line: say.spacingLine,
        value: this.spacing || 'even',
        options: ['even', 'karras'].map((value) => ({ value, name: say.spacings[value] })),
        set: (value) => {
          this.spacing = value === 'karras' ? 'karras' : '';
          this.afresh();
        },
      })}
      <div class="row">
        ${this.button('race', finished ? say.otherNoise : say.goOn, () => {
          if (finished) this.seed += 1;
          return finished ? this.afresh() : this.race();
        })}
        ${busy ? html`<progress max=${all + 1} value=${done + (exact?.done ? 1 : 0)} aria-label=${say.drawn(done, all)}></progress>` : ''}
      </div>
      <div class="race">
        <figure class="picture term-reference">
          <div class="frame"><gl-thumb .rgba=${exact?.rgba} size=${size} label=${say.reference(this.referenceSteps)}></gl-thumb></div>
          <figcaption>${say.reference(this.referenceSteps)}<br><small data-readout="reference-calls">${say.calls(exact?.calls ?? 0)}</small></figcaption>
        </figure>
        ${multiples({
          caption: say.caption,
          columns: BUDGETS.map((budget) => say.budget(budget)),
          rows: SOLVERS.map((solver) => ({
            name: say.names[solver],
            cells: BUDGETS.map((budget) => this.cell(solver, budget)),
          })),
          size,
        })}
      </div>
      ${this.chart()}
      <p class="says" role="status" data-readout="nearest">${finished && !busy ? this.nearest() : ''}</p>
      ${this.troubleLine()}`;
  }

  /** @param {typeof SOLVERS[number]} solver @param {typeof BUDGETS[number]} budget */
  cell(solver, budget) {
    const { say } = this;
    const solved = this.solved[`${solver} ${budget}`];
    const distance = this.distance(solved);
    return {
      rgba: solved?.rgba,
      label: say.picture(say.names[solver], solved?.calls ?? budget),
      says:
        solved &&
        html`<span data-cell="${solver} ${budget}" data-calls=${solved.calls}>${say.after(solved.calls, distance)}</span>`,
    };
  }

  nearest() {
    const most = BUDGETS.at(-1);
    const [first] = SOLVERS.map((solver) => ({
      solver,
      distance: this.distance(this.solved[`${solver} ${most}`]) ?? 1,
    })).toSorted((a, b) => a.distance - b.distance);
    return first && this.say.nearest(this.say.names[first.solver], first.distance);
  }

  chart() {
    const { say } = this;
    const [least, most] = [BUDGETS[0] - 1, BUDGETS[BUDGETS.length - 1] ?? 1];
    const height = (/** @type {number} */ distance) =>
      Math.max(0, Math.min(1, Math.log(distance / NEAR) / Math.log(FAR / NEAR)));
    const places = (/** @type {string} */ solver) =>
      BUDGETS.flatMap((budget) => {
        const solved = this.solved[`${solver} ${budget}`];
        const distance = this.distance(solved);
        return solved && distance !== undefined
          ? [/** @type {[number, number]} */ ([(solved.calls - least) / (most - least), height(distance)])]
          : [];
      });
    return html`<div class="solver-chart">
      ${plot({
        label: say.chart,
        x: [say.calls(least), say.calls(most)],
        y: [String(NEAR), String(FAR)],
        content: svg`${SOLVERS.map((solver) => svg`<polyline class=${solver} points=${line(places(solver))}></polyline>${dots(places(solver), solver)}`)}`,
      })}
      <p class="line key">${SOLVERS.map((solver) => html`<span class=${solver}>${say.names[solver]}</span>`)}</p>
      <p class="line">${say.chartLine}</p>
    </div>`;
  }
}
customElements.define('gl-step-solvers', Solvers);
