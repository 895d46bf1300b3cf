// @ts-check
import { html } from 'lit';

/** @param {import('../tools.js').Tools} _tools @returns {import('../step-words.js').StepWords} */
export const prediction = (_tools) => ({
  title: 'prediction',
  line: '',
  idea: html``,
  task: html``,
  experiment: {},
});
