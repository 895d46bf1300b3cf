// @ts-check
import { html } from 'lit';

/** @param {import('../tools.js').Tools} _tools @returns {import('../step-words.js').StepWords} */
export const classifierFree = (_tools) => ({
  title: 'classifier-free',
  line: '',
  idea: html``,
  task: html``,
  experiment: {},
});
