// @ts-check
/** What the three ways of editing share: they work on what the step gives them, and begin anew when it changes. */
import { Runs } from '../runs.js';

const GIVEN = ['source', 'label', 'seed'];

export class Edit extends Runs {
  static step = /** @type {const} */ ('editing');

  /** @type {import('lit').PropertyDeclarations} */
  static properties = { source: { attribute: false }, label: { attribute: false }, seed: { attribute: false } };

  constructor() {
    super();
    /** @type {import('../picture-source.js').Source | undefined} */
    this.source = undefined;
    this.label = 'none';
    this.seed = 1;
    /** Whether the learner asked for what it was given. */
    this.asked = false;
  }

  /** @param {Map<string, unknown>} changed */
  updated(changed) {
    if (this.source && GIVEN.some((key) => changed.has(key))) this.look({ unasked: !this.asked });
  }

  /** Methods, with the label where there is one. @param {string[]} methods */
  telling(...methods) {
    const all = this.label === 'none' ? methods : ['conditional', ...methods];
    return { method: all.join(',') || 'none', class: this.label };
  }
}
