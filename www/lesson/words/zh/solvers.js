// @ts-check
import { html } from 'lit';

/** @param {import('../tools.js').Tools} _tools @returns {import('../step-words.js').StepWords} */
export const solvers = (_tools) => ({
  title: 'solvers',
  line: '',
  idea: html``,
  task: html``,
  experiment: {},
});
