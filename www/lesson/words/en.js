// @ts-check
/** Every text of the lesson, in English; a step has a file of its own. */
import { html } from 'lit';
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
  answerFirst: 'Answer the question first, then look.',
  lookAnyway: 'Show it anyway',
  doIt: 'Do it',
  stop: 'Stop',
  derivation: 'Where it comes from',
  symbols: 'Symbols',
  onward: 'Neighbouring steps',
  before: 'Before',
  next: 'Next',
  missed: (/** @type {string} */ detail) => `This part of the lesson could not be fetched (${detail}).`,
  noModel: (/** @type {string} */ name) => `This experiment needs the model ${name}, which this site does not have.`,
  otherModel: (/** @type {string} */ name, /** @type {string} */ used) =>
    `The lesson speaks of emoji and has no use for the model ${name}; it goes on with ${used}.`,
  badLink: (/** @type {string} */ key, /** @type {string} */ got, /** @type {string[]} */ known) =>
    `The link says ${key}=${got}, which there is not; there are ${known.join(', ')}.`,
  plane: {
    title: 'The same in two dimensions',
    sub: 'Points instead of pictures, and a density that is known exactly',
    line: 'A picture is a point in thousands of dimensions; here it has two. The density, its score and the classifier are closed formulas, and the sampler and the guidance are the very ones of this step.',
    density: 'Density',
    densities: /** @type {Record<string, string>} */ ({ blobs: 'Blobs', ring: 'Ring', spirals: 'Spirals' }),
    class: 'Class',
    any: 'any',
    step: 'Steps made',
    play: 'Play',
    arrows: 'Score',
    paths: 'Paths',
    label: (
      /** @type {number} */ points,
      /** @type {number} */ at,
      /** @type {number} */ total,
      /** @type {string} */ counts,
    ) => `${points} points after step ${at} of ${total}, over the density at that noise level. They end in ${counts}.`,
    ends: (/** @type {string} */ counts) => `Where the points end, by class: ${counts}.`,
    follows: (/** @type {string} */ sampler, /** @type {number} */ steps) =>
      `Follows the controls above: ${sampler}, ${steps} steps.`,
  },
  picture: 'Picture',
  ownPicture: 'Your own picture',
  again: 'Again',
  goOn: 'Go on',
  earlier: 'from before',
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
  glossaryLine: 'Each term with its symbol, the papers it comes from and the lines of this program that compute it.',
  papersLine: 'What the lesson rests on, and the terms that come from each.',
  taughtIn: (/** @type {string} */ title) => `In the lesson: ${title}`,
  cite(/** @type {import('../papers.js').Paper} */ { authors, year }) {
    const names = authors.split(', ');
    const [first = ''] = names;
    return `${names.length === 1 ? first : names.length === 2 ? names.join(' and ') : `${first} et al.`} ${year}`;
  },
  withAnswers: 'With answers, on a page of their own',
  print: 'Print',
  answersTitle: 'Answers',
  teach: {
    idea: html`<p>Choose the steps that your class needs and the parts to leave out, and give out the link. Each step also works
      alone, as a card in a page of yours. Nothing is installed, there are no accounts, and nothing that learners do leaves their machines.</p>
      <p>The <a href="#tasks">tasks</a> can be printed, with or without answers. Predictions and progress are kept in the
      learner’s own browser.</p>`,
    cards: 'Steps',
    hide: 'Leave out',
    parts: {
      question: 'Questions to predict',
      derivation: 'Derivations',
      companion: 'The companion in two dimensions',
      contents: 'The list of steps',
      lab: 'Links to the lab',
    },
    language: 'Language',
    theirs: 'The reader’s own',
    link: 'Link',
    frame: 'For a page of yours',
    copy: 'Copy',
    copied: 'Copied.',
    chooseOne: 'Choose at least one step.',
    notCopied: 'The browser did not allow copying: select the text and copy it yourself.',
    embedding: html`<h3>How to embed</h3>
      <p>The lines above put the chosen steps into any page that allows HTML, such as a course page. A single step with
      “the list of steps” left out makes a card of its own. The whole program is static files: put the folder of this site on any
      web server, also one without a way to the internet, and use its address instead.</p>
      <p>Those who build pages with npm can use the lab as an element:</p>`,
    element: `import 'guidelight/demo';

<guidelight-demo src="https://example.org/guidelight/" settings="class=animal&steps=25&autoplay=1"></guidelight-demo>`,
    more: html`<p>The lab itself has links that lock or hide its controls: open it, choose “For teachers” where runs are saved, and
      copy the link. Locks are a help for a lesson and no protection: whoever edits the address gets round them.</p>`,
  },
});
