// @ts-check
/** What the lesson's components share: the page's own kind of component, with the lesson's state and words. */
import { PageElement } from '../ui/element.js';

/** @typedef {import('../state.js').State & { place: import('./address.js').Place, kept: import('./kept.js').Kept }} LessonState */
/** @typedef {import('./steps.js').StepId} StepId */

/**
 * What a component is given.
 * @typedef {Pick<import('../ui/element.js').App, 'engine' | 'catalogue' | 'specs' | 'rules' | 'strings'> & {
 *   store: import('../store.js').Store<LessonState>,
 *   readonly words: import('./words/index.js').Words,
 *   facts: import('./build/facts.js').Facts,
 *   cards: readonly StepId[], hidden: readonly import('./address.js').Part[],
 *   actions: Pick<import('../ui/element.js').App['actions'],
 *     'openReference' | 'removeReference' | 'viewReference' | 'drawReference'> & {
 *     go: (place: import('./address.js').Place) => void, answer: (id: StepId, index: number) => void,
 *     forget: (id: StepId) => void, tried: (id: StepId) => void,
 *     ready: (signal: AbortSignal) => Promise<void>, loadForLane: (lane: number, names: string[]) => Promise<void>,
 *     hear: (frame: Pick<import('../protocol.js').Frame, 'abar' | 'probabilities'>, settings: { class: string }) => void,
 *     listen: (on: boolean) => void, retry: () => void, dismiss: (topic: string) => void, complain: (topic: string, say: import('../state.js').Say) => void,
 *     speak: (language: import('../i18n/index.js').Language) => Promise<void>,
 *     dress: (theme: import('../appearance.js').Theme) => void,
 *   },
 * }} Lesson
 */

export class LessonElement extends PageElement {
  /** @returns {Lesson} */
  get lesson() {
    // One wiring gives both kinds of component what they know of it.
    return /** @type {Lesson} */ (/** @type {unknown} */ (this.app));
  }

  /** @returns {LessonState} */
  get state() {
    return this.lesson.store.get();
  }

  get words() {
    return this.lesson.words;
  }
}
