// @ts-check
/** The timesteps that a chain visits, over the plot of ᾱ: moved, added and removed by pointer or by keyboard. */
import { html, nothing } from 'lit';
import { abarAt, halfway, movedStep, stepsAt } from '../chain.js';
import { MIN_STEPS } from '../respacing.js';
import { cssVariable } from './css-variable.js';

/** More than these are too close to each other to be taken hold of. */
const MOST = 100;
/** How far an arrow key moves a timestep with Shift held. */
const STRIDE = 10;
/** A pointer moves a timestep after this way, in px: a press alone chooses it. */
const SLACK = 3;

/** To noise, at the left of the plot, or to the picture. @type {Record<string, number>} */
const ARROWS = { ArrowLeft: 1, ArrowUp: 1, ArrowRight: -1, ArrowDown: -1 };
/** To the timestep before or after, as the run visits them. @type {Record<string, number>} */
const PAGES = { PageUp: 1, PageDown: -1 };

/** @typedef {PointerEvent & { currentTarget: HTMLElement, target: HTMLElement }} Pointer */

/** The part of the schedule that edits its chain; one timestep is chosen, which keys and buttons work on. */
export class TimestepEditor {
  /** @param {import('./element.js').PageElement} host */
  constructor(host) {
    this.host = host;
    /** Its index; the first that a run visits, until another is chosen. */
    this.chosen = Infinity;
    /** What the pointer holds: where it was pressed, and how far off the timestep's place. @type {{ index: number, x: number, off: number, moved: boolean } | undefined} */
    this.held = undefined;
    /** @type {number[]} ascending */
    this.timesteps = [];
    /** @type {number[]} */
    this.abar = [];
  }

  /**
   * What the next templates are of.
   * @param {number[]} timesteps ascending
   * @param {number[]} abar
   */
  show(timesteps, abar) {
    this.timesteps = timesteps;
    this.abar = abar;
    this.chosen = Math.min(this.chosen, timesteps.length - 1);
  }

  get last() {
    return this.abar.length - 1;
  }

  get isOffered() {
    return this.timesteps.length <= MOST;
  }

  /** @param {number[]} timesteps @param {number} [chosen] */
  set(timesteps, chosen = this.chosen) {
    this.chosen = chosen;
    this.host.app.actions.set('steps', stepsAt(timesteps));
  }

  /** @param {number} chosen */
  choose(chosen) {
    this.chosen = Math.max(0, Math.min(chosen, this.timesteps.length - 1));
    this.focus();
  }

  /** To the chosen one, once it is there: what reads the page aloud says it. */
  async focus() {
    this.host.requestUpdate();
    await this.host.updateComplete;
    /** @type {HTMLElement | null} */ (this.host.querySelector('.handles [tabindex="0"]'))?.focus();
  }

  /** @param {number | undefined} t */
  add(t) {
    if (t === undefined || this.timesteps.includes(t) || this.timesteps.length >= MOST) return;
    const timesteps = [...this.timesteps, t].sort((a, b) => a - b);
    this.set(timesteps, timesteps.indexOf(t));
    this.focus();
  }

  remove() {
    if (this.timesteps.length <= MIN_STEPS) return;
    this.set(this.timesteps.toSpliced(this.chosen, 1), Math.max(0, this.chosen - 1));
    this.focus();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const { key, shiftKey, ctrlKey, metaKey, altKey } = event;
    if (ctrlKey || metaKey || altKey) return;
    const { chosen, timesteps } = this;
    const [arrow, page] = [ARROWS[key], PAGES[key]];
    if (arrow !== undefined) {
      const to = (timesteps[chosen] ?? 0) + arrow * (shiftKey ? STRIDE : 1);
      this.set(movedStep(timesteps, chosen, to, this.last));
    } else if (page !== undefined) this.choose(chosen + page);
    else if (key === 'Delete' || key === 'Backspace') this.remove();
    else if (key === '+' || key === 'Insert') this.add(halfway(timesteps, chosen));
    else return;
    event.preventDefault();
  }

  /** The timestep at a place. @param {number} x @param {HTMLElement} over */
  timestepAt(x, over) {
    const { left, width } = over.getBoundingClientRect();
    return (1 - (x - left) / width) * this.last;
  }

  /** Where handles lie over each other, the nearest is meant. @param {Pointer} event */
  press({ currentTarget, target, clientX, clientY, pointerId }) {
    const distances = [...currentTarget.children].map((handle) => {
      const { left, top, width, height } = handle.getBoundingClientRect();
      return Math.hypot(clientX - left - width / 2, clientY - top - height / 2);
    });
    const index = this.timesteps.length - 1 - distances.indexOf(Math.min(...distances));
    const off = this.timestepAt(clientX, currentTarget) - (this.timesteps[index] ?? 0);
    this.held = { index, x: clientX, off, moved: false };
    target.setPointerCapture(pointerId);
    this.choose(index);
  }

  /** @param {Pointer} event */
  move({ currentTarget, clientX }) {
    const { held } = this;
    if (!held || (!held.moved && Math.abs(clientX - held.x) < SLACK)) return;
    held.moved = true;
    const to = this.timestepAt(clientX, currentTarget) - held.off;
    this.set(movedStep(this.timesteps, held.index, to, this.last));
  }

  handles() {
    if (!this.isOffered) return nothing;
    const { schedule } = this.host.app.strings;
    const { timesteps, abar, last, chosen } = this;
    const count = timesteps.length;
    const release = () => (this.held = undefined);
    return html`<div class="handles" role="group" aria-label=${schedule.timesteps} aria-describedby="timesteps-line"
      @pointerdown=${this.press.bind(this)} @pointermove=${this.move.bind(this)} @pointerup=${release} @pointercancel=${release}
      @mousedown=${(/** @type {Event} */ event) => event.preventDefault()} @keydown=${this.key.bind(this)}>${timesteps
        .map(
          (t, i) => html`<span class=${i === chosen ? 'chosen' : ''} role="slider" tabindex=${i === chosen ? 0 : -1}
            aria-label=${schedule.timestepOf(count - i, count)} aria-valuemin=${(timesteps[i - 1] ?? -1) + 1} aria-valuemax=${(timesteps[i + 1] ?? last + 1) - 1}
            aria-valuenow=${t} aria-valuetext=${schedule.timestepAt(t, abarAt(abar, t))}
            ${cssVariable('--x', 1 - t / last)} ${cssVariable('--y', 1 - abarAt(abar, t))}></span>`,
        )
        .reverse()}</div>`;
  }

  /** A double click adds a timestep where it is. @param {MouseEvent & { currentTarget: HTMLElement, target: Element }} event */
  addThere({ currentTarget, target, clientX }) {
    const over = /** @type {HTMLElement | null} */ (currentTarget.querySelector('.handles'));
    if (over && target.closest('.trace')) this.add(Math.round(this.timestepAt(clientX, over)));
  }

  buttons() {
    if (!this.isOffered) return nothing;
    const { schedule, setting } = this.host.app.strings;
    const { timesteps, chosen, abar } = this;
    const count = timesteps.length;
    const t = timesteps[chosen] ?? 0;
    const between = count < MOST ? halfway(timesteps, chosen) : undefined;
    return html`<div class="chosen-step">
      <span data-chosen-step>${setting(schedule.timestepOf(count - chosen, count), schedule.timestepAt(t, abarAt(abar, t)))}</span>
      <span class="buttons">
        <button type="button" data-action="add-timestep" ?disabled=${between === undefined} @click=${() => this.add(between)}>${schedule.addTimestep}</button>
        <button type="button" data-action="remove-timestep" ?disabled=${count <= MIN_STEPS} @click=${() => this.remove()}>${schedule.removeTimestep}</button>
      </span>
      <small id="timesteps-line">${schedule.timestepsLine}</small>
    </div>`;
  }
}
