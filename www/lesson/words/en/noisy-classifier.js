// @ts-check
import { html } from 'lit';

/** @param {import('../tools.js').Tools} _tools @returns {import('../step-words.js').StepWords} */
export const noisyClassifier = (_tools) => ({
  title: 'noisy-classifier',
  line: '',
  idea: html``,
  task: html``,
  experiment: {},
});
