// @ts-check
/**
 * What the experiments of the steps share: one piece of work at a time on the engine, which the next one ends, and the
 * words for what went wrong.
 */
import { html, nothing } from 'lit';
import { EngineError, EngineLost } from '../engine.js';
import { pull } from '../sampler.js';
import { runSettings } from '../settings.js';
import { isUsable } from '../state.js';
import { LessonElement } from './element.js';

/** @typedef {import('../protocol.js').Frame} Frame */
/** @typedef {import('../protocol.js').Settings} Settings */
/** @typedef {import('../protocol.js').Pictures} Pictures */
/** @typedef {Record<string, string | number>} Patch settings that differ from the model's defaults */
/**
 * `unasked` is what the page does by itself; `moving` what a control asks for that may be on its way to somewhere else.
 * @typedef {{ unasked?: boolean, moving?: boolean }} How
 */

/** How long a control has to rest before what depends on it is begun, in milliseconds. */
const REST = 120;

export class Experiment extends LessonElement {
  /** @type {import('lit').PropertyDeclarations} */
  static properties = { busy: { state: true }, trouble: { state: true }, looks: { state: true } };

  /** The step it belongs to. @type {import('./steps.js').StepId} */
  static step;

  /**
   * What is under way on the engine. All experiments take turns: one that was left may have a question there still, and a
   * lane to close.
   */
  static turns = { last: Promise.resolve() };

  constructor() {
    super();
    /** Whether work is under way. */
    this.busy = false;
    this.trouble = '';
    /** Whether the learner would rather look than predict. */
    this.looks = false;
    this.control = new AbortController();
    // The companion follows the controls of the experiment.
    this.addController({ hostUpdated: () => this.dispatchEvent(new Event('settled')) });
  }

  /**
   * @param {import('./element.js').LessonState} state
   * @param {import('./element.js').LessonState} before
   */
  concerns(state, before) {
    return state.phase !== before.phase || state.model !== before.model || state.kept !== before.kept;
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.stop();
  }

  /** The words of its step. @returns {any} */
  get say() {
    const { step } = /** @type {typeof Experiment} */ (this.constructor);
    return this.words.steps[step].experiment;
  }

  /** The model's classes to choose from. @param {string} chosen stands alone until there is a model */
  classOptions(chosen) {
    const { strings } = this.app;
    return (this.state.model?.classes ?? [chosen]).map((value) => ({ value, name: strings.label(value) }));
  }

  get size() {
    return this.state.model?.size ?? 32;
  }

  /** The model's settings with changes. @param {Patch} patch @returns {Settings} */
  settings(patch) {
    return /** @type {Settings} */ ({ ...this.state.settings, ...patch });
  }

  /** Ends the work under way. */
  stop() {
    this.control.abort();
    this.busy = false;
  }

  /**
   * Does a piece of work, after the one before has ended. What the learner asked for counts as having tried the step;
   * what the page does by itself, to have something to show, does not.
   * @param {(signal: AbortSignal) => Promise<void>} work
   * @param {How} [how]
   */
  perform(work, { unasked = false, moving = false } = {}) {
    this.stop();
    const { signal } = (this.control = new AbortController());
    this.busy = true;
    this.trouble = '';
    const { step, turns } = /** @type {typeof Experiment} */ (this.constructor);
    turns.last = turns.last.then(async () => {
      try {
        await this.lesson.actions.ready(signal);
        if (moving) await new Promise((resolve) => setTimeout(resolve, REST));
        signal.throwIfAborted();
        await work(signal);
        if (!unasked && !signal.aborted) this.lesson.actions.tried(step);
      } catch (error) {
        // What was ended has no more to say, and an engine that broke is dealt with by the page.
        if (signal.aborted || error instanceof EngineLost) return;
        const message = error instanceof Error ? error.message : String(error);
        this.trouble = error instanceof EngineError ? this.app.strings.engineRefused(message) : message;
      } finally {
        if (this.control.signal === signal) this.busy = false;
      }
    });
    return turns.last;
  }

  /**
   * The frames of a run in a lane of its own, which is freed when they have been taken.
   * @param {Patch} patch
   * @param {{ signal: AbortSignal, pictures?: Pictures, lane?: number, keep?: boolean,
   *   begun?: (start: { xt: Uint8ClampedArray, lowpass?: Uint8ClampedArray, total: number }) => void }} options
   *   `begun` is told where it starts;
   *   `keep` frees nothing, for a lane whose own model is asked again
   * @returns {AsyncGenerator<Frame, void, void>}
   */
  async *run(patch, { signal, pictures = {}, lane = 1, keep = false, begun }) {
    const { engine, specs, actions } = this.lesson;
    const settings = this.settings(patch);
    try {
      const start = await engine.start(runSettings(settings, specs), pictures, lane);
      begun?.(start);
      for await (const frame of pull(() => engine.step(lane), signal)) {
        actions.hear(frame, settings);
        yield frame;
      }
    } finally {
      // A worker that broke has taken the lane with it.
      if (!keep) await engine.closeLane(lane).catch(() => {});
    }
  }

  /**
   * A button that begins work and, while it goes on, ends it.
   * @param {string} action
   * @param {unknown} name
   * @param {() => unknown} begin
   */
  button(action, name, begin) {
    const { busy } = this;
    return html`<button type="button" data-action=${action} ?disabled=${!isUsable(this.state)}
      @click=${() => (busy ? this.stop() : begin())}>${busy ? this.words.stop : name}</button>`;
  }

  /** Whether what answers the step's question may be seen. */
  get answered() {
    const { step } = /** @type {typeof Experiment} */ (this.constructor);
    const asks = this.words.steps[step].question && !this.lesson.hidden.includes('question');
    return this.looks || !asks || this.state.kept.answers[step] !== undefined;
  }

  /** What answers the step's question, which is predicted first. @param {() => unknown} result */
  answer(result) {
    const { words, answered } = this;
    return html`<div class="result" tabindex="-1">${
      answered
        ? result()
        : html`<p>${words.answerFirst}</p><button type="button" data-action="look" @click=${this.peek}>${words.lookAnyway}</button>`
    }</div>`;
  }

  /** @param {Event} event */
  peek({ target }) {
    this.looks = true;
    // The button will be gone: the keyboard goes on where the result is.
    /** @type {HTMLElement | null} */
    const result = /** @type {HTMLElement} */ (target).closest('.result');
    result?.focus({ preventScroll: true });
  }

  /** The sentence about what went wrong. */
  troubleLine() {
    return this.trouble ? html`<p class="notice error" role="alert">${this.trouble}</p>` : nothing;
  }
}
