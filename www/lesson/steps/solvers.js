// @ts-check
/** Fast solvers: how near each comes to the ODE's own solution, by calls of the network. */
import { html, svg } from 'lit';
import { rootMeanSquare } from '../../difference.js';
import { countSteps } from '../../respacing.js';
import '../../styles/lab.css';
import '../../styles/lesson-solvers.css';
import { radios } from '../../ui/choices.js';
import { dots, line, plot } from '../../ui/plot.js';
import { callsOf, stepsWithin } from '../calls.js';
import { multiples } from '../multiples.js';
import { Runs } from '../runs.js';
import { tile } from '../tile.js';

/** @typedef {import('../calls.js').Spacing} Spacing */

const SOLVERS = /** @type {const} */ (['ddim', 'dpmpp', 'unipc', 'heun']);
const BUDGETS = /** @type {const} */ ([5, 8, 10]);

/**
 * What stands for the exact solution: a solver of second order, in many more steps than a picture takes. Each spacing has
 * its own, as they begin at other noise levels: the same noise is another starting point, on another curve.
 */
const REFERENCE = { sampler: 'dpmpp', times: 4, atLeast: 20 };

/** One question a step, about what the small model draws best. */
const ASKED = { method: 'conditional', class: 'face' };

/** @param {Spacing} spacing */
const referenceOf = (spacing) => `reference-${spacing || 'even'}`;

/** @param {string} solver @param {Cell | undefined} cell */
const callsMade = (solver, cell) => cell?.took.reduce((sum, step) => sum + callsOf(solver, step), 0) ?? 0;

/** The plot's range of distances, on a logarithmic scale. */
const [NEAR, FAR] = [0.01, 0.5];

/** @typedef {import('../runs.js').Cell} Cell */

export default class Solvers extends Runs {
  static step = /** @type {const} */ ('solvers');

  /** @type {import('lit').PropertyDeclarations} */
  static properties = { seed: { state: true }, spacing: { state: true } };

  constructor() {
    super();
    this.seed = 1;
    /** @type {Spacing} */
    this.spacing = '';
  }

  firstUpdated() {
    this.look({ unasked: true });
  }

  get referenceSteps() {
    const usual = countSteps(String(this.settings({}).steps)) ?? 0;
    return Math.max(REFERENCE.atLeast, REFERENCE.times * usual);
  }

  /** The reference of the spacing first, then everybody against it, and last the other reference. */
  get wanted() {
    const { spacing, seed } = this;
    const run = (
      /** @type {string} */ name,
      /** @type {string} */ sampler,
      /** @type {Spacing} */ spaced,
      /** @type {number} */ steps,
    ) => ({ name, patch: { sampler, ...ASKED, eta: 0, order: 2, steps: `${spaced}${steps}`, seed } });
    const reference = (/** @type {Spacing} */ spaced) =>
      run(referenceOf(spaced), REFERENCE.sampler, spaced, this.referenceSteps);
    return [
      reference(spacing),
      ...BUDGETS.flatMap((budget) =>
        SOLVERS.map((solver) => run(`${solver} ${budget}`, solver, spacing, stepsWithin(solver, spacing, budget))),
      ),
      reference(spacing === '' ? 'karras' : ''),
    ];
  }

  /** How far a picture is from the reference. @param {Cell} [cell] */
  distance(cell) {
    const exact = this.at(referenceOf(this.spacing));
    return cell?.done && cell.last && exact?.done && exact.last
      ? rootMeanSquare(cell.last.xt, exact.last.xt)
      : undefined;
  }

  render() {
    const { say, size, spacing } = this;
    const most = BUDGETS.at(-1);
    const finished = SOLVERS.every((solver) => this.distance(this.at(`${solver} ${most}`)) !== undefined);
    return html`
      ${radios({
        key: 'solvers-spacing',
        name: say.spacing,
        line: say.spacingLine,
        value: spacing || 'even',
        options: ['even', 'karras'].map((value) => ({ value, name: say.spacings[value] })),
        set: (value) => {
          this.spacing = value === 'karras' ? 'karras' : '';
          this.look();
        },
      })}
      ${this.progress(say.otherNoise, () => (this.seed += 1))}
      <div class="race">
        <div class="references">${this.reference(spacing)} ${this.reference(spacing === '' ? 'karras' : '')}</div>
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
      <p class="line" data-readout="references">${say.references(this.distance(this.at(referenceOf(spacing === '' ? 'karras' : ''))))}</p>
      ${this.chart()}
      <p class="says" data-readout="nearest">${finished ? this.nearest() : ''}</p>
      ${this.troubleLine()}`;
  }

  /** @param {Spacing} spacing */
  reference(spacing) {
    const { say, size, referenceSteps } = this;
    const key = referenceOf(spacing);
    const cell = this.at(key);
    const name = say.reference[spacing || 'even'];
    return tile({
      term: 'reference',
      ...this.shown(cell),
      size,
      name,
      label: name,
      note: html`<span data-readout=${key}>${say.referenceBy(referenceSteps, callsMade(REFERENCE.sampler, cell))}</span>`,
      key,
    });
  }

  /** @param {typeof SOLVERS[number]} solver @param {typeof BUDGETS[number]} budget */
  cell(solver, budget) {
    const { say } = this;
    const cell = this.at(`${solver} ${budget}`);
    const distance = this.distance(cell);
    const calls = callsMade(solver, cell);
    return {
      ...this.shown(cell),
      label: say.picture(say.names[solver], cell?.done ? calls : budget),
      says:
        calls > 0
          ? html`<span data-cell="${solver} ${budget}" data-calls=${calls}>${say.after(calls, distance)}</span>`
          : '',
    };
  }

  nearest() {
    const most = BUDGETS.at(-1);
    const [first] = SOLVERS.map((solver) => ({
      solver,
      distance: this.distance(this.at(`${solver} ${most}`)) ?? 1,
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
        const cell = this.at(`${solver} ${budget}`);
        const distance = this.distance(cell);
        return distance !== undefined
          ? [/** @type {[number, number]} */ ([(callsMade(solver, cell) - least) / (most - least), height(distance)])]
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
