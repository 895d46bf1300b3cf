// @ts-check
/** Every text of the lesson, in English; a step has a file of its own. */
import { noise } from './en/noise.js';
import { prediction } from './en/prediction.js';
import { timestep } from './en/timestep.js';
import { ddpm } from './en/ddpm.js';
import { ddim } from './en/ddim.js';
import { noisyClassifier } from './en/noisy-classifier.js';
import { gradient } from './en/gradient.js';
import { scale } from './en/scale.js';
import { classifierFree } from './en/classifier-free.js';
import { reference } from './en/reference.js';
import { editing } from './en/editing.js';
import { quality } from './en/quality.js';
import { solvers } from './en/solvers.js';
import { limits } from './en/limits.js';
import { glossary } from './en/glossary.js';

/** @typedef {ReturnType<typeof wordsOf>} Words */

/** @param {import('./tools.js').Tools} tools */
export const wordsOf = (tools) => ({
  page: {
    title: 'guidelight: the lesson',
    description: 'Understand guided diffusion by doing it: fourteen short steps on a live model in your own browser.',
    tagline: 'Understand guided diffusion by doing it.',
    lab: 'The lab',
  },
  contents: 'Contents',
  coming: 'One moment …',
  views: { glossary: 'Glossary', papers: 'Papers', tasks: 'Tasks to print', teach: 'For teachers' },
  progress: { new: 'not begun', begun: 'begun', done: 'done' },
  done: (/** @type {number} */ done, /** @type {number} */ all) => `${done} of ${all} steps done`,
  computes: (/** @type {string} */ reason, /** @type {string} */ model) => `${reason} The model is ${model}.`,
  predict: 'Predict first',
  commit: 'That is my prediction',
  right: 'This is it.',
  yours: '(your prediction)',
  predicted: 'As you predicted.',
  surprised: 'Not quite, and worth a second look.',
  predictAgain: 'Predict again',
  doIt: 'Do it',
  stop: 'Stop',
  derivation: 'Where it comes from',
  symbols: 'Symbols:',
  onward: 'Neighbouring steps',
  before: 'Before',
  next: 'Next',
  missed: (/** @type {string} */ detail) => `The experiment of this step could not be fetched (${detail}).`,
  noModel: (/** @type {string} */ name) => `This experiment needs the model ${name}, which this site does not have.`,
  badLink: (/** @type {string} */ key, /** @type {string} */ got, /** @type {string[]} */ known) =>
    `The link says ${key}=${got}, which there is not; there are ${known.join(', ')}.`,
  picture: 'Picture',
  timestep: 'Timestep t',
  steps: /** @type {Record<import('../steps.js').StepId, import('./step-words.js').StepWords>} */ ({
    noise: noise(tools),
    prediction: prediction(tools),
    timestep: timestep(tools),
    ddpm: ddpm(tools),
    ddim: ddim(tools),
    'noisy-classifier': noisyClassifier(tools),
    gradient: gradient(tools),
    scale: scale(tools),
    'classifier-free': classifierFree(tools),
    reference: reference(tools),
    editing: editing(tools),
    quality: quality(tools),
    solvers: solvers(tools),
    limits: limits(tools),
  }),
  glossary: glossary(tools),
});
