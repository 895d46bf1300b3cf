// @ts-check
import { html } from 'lit';
import { percentage } from '../../../i18n/format.js';
import { accuracyAt, CLASSIFIERS } from '../../accuracy.js';

/** @param {import('../tools.js').Tools} tools @returns {import('../step-words.js').StepWords} */
export const noisyClassifier = ({ m, term, paper, lab, facts }) => {
  const right = (/** @type {'aware' | 'clean'} */ which, /** @type {'clean' | number} */ t) =>
    `${percentage(accuracyAt(facts, which, t))}\u00a0%`;
  const classes = facts.models.find(({ name }) => name === CLASSIFIERS.clean)?.classes.length;
  return {
    title: 'A classifier that knows noise',
    line: 'Whoever guides a noisy picture has to understand it: a classifier of clean pictures does not.',
    idea: html`<p>You want a picture of a class, and the denoiser on its own makes just any picture. A
        ${term('classifier', 'classifier')} knows classes. Perhaps it can say, at every step, which way to go
        (${paper('dhariwal2021', 'Dhariwal and Nichol 2021')}).</p>
      <p>Bayes’ rule says what is needed:</p>
      <p>${m('noisy-classifier-sum')}</p>
      <p>The last term is about ${m('xt')}, the noised picture. An ordinary classifier has never seen one. A
        ${term('noise-aware-classifier', 'noise-aware classifier')} was trained on pictures at every ${term('timestep', 'timestep')}, and is
        told which one it is.</p>
      <p>Without noise the ordinary one is even the better of our two: it is right about ${right('clean', 'clean')} of held-out
        emoji, the noise-aware one about ${right('aware', 'clean')}. At t = 500 it is ${right('clean', 500)} against
        ${right('aware', 500)}.</p>`,
    task: html`<p>Move the timestep and watch the two lists part. Go to 999, where nothing is left: which of them still
        claims to know? Then let both of them guide the same run, and choose another class for it. ${lab('Try it in the lab', { model: 'emoji32-nano', class: 'face', method: 'classifier', sampler: 'ddim', eta: 0, scale: 8, seed: 1 })}</p>`,
    question: {
      ask: 'A classifier that only ever saw clean pictures is shown one that is nearly all noise. What does it say?',
      options: [
        'It is unsure: about the same share for every class.',
        'It names one class, sure of itself, and that class is often wrong.',
        'It is right nearly as often as before, as long as you can still see what it is.',
      ],
      answer: 1,
      reveal: html`<p>Nothing ever taught it to be unsure about noise. Noise lies far from all it has learned, and there it says
          something, with confidence: see its list at t = 999. The noise-aware one has learned how little such a picture tells,
          and spreads its belief over the classes.</p>
        <p>Guidance follows the gradient of just this belief. So the clean classifier pushes hard, and in a direction that
          has little to do with the class.</p>`,
    },
    experiment: {
      otherNoise: 'Other noise',
      classifiers: { aware: 'Noise-aware classifier', clean: 'Clean classifier' },
      xt: { name: 'What both are asked about', label: 'The noised picture at the chosen timestep' },
      thisPicture: (/** @type {string} */ name) => `Belief that this is: ${name}`,
      thisPictureLabel: (/** @type {number} */ count) =>
        `Belief of both classifiers in the true class, over the timesteps; ${count} looked at`,
      heldOut: 'Right about held-out emoji (share)',
      heldOutLabel: 'Share of held-out emoji that each classifier gets right, by timestep',
      heldOutLine: `Measured on pictures that neither was trained on. Blind guessing among ${classes} classes is right about one time in ${classes}.`,
      asGuides: 'The same run, guided by each',
      target: 'Guide to',
      scale: 'Scale s',
      guide: 'Guide again',
      runs: {
        none: { name: 'No guide', label: 'The run without a guide' },
        aware: { name: 'Noise-aware guide', label: 'The run guided by the noise-aware classifier' },
        clean: { name: 'Clean guide', label: 'The run guided by the clean classifier' },
      },
      judges: {
        aware: (/** @type {string} */ share) => `noise-aware says ${share}`,
        clean: (/** @type {string} */ share) => `clean says ${share}`,
      },
      finished: (/** @type {string} */ name) =>
        `Below each picture: how sure the two classifiers are that it is: ${name}. A guide is no fair judge of its own work, so read the other one’s number.`,
    },
    derivation: {
      title: html`Why it must be ${m('g-belief')}`,
      lines: [
        {
          says: 'What a run for a class should sample from, at every level of noise, by Bayes’ rule:',
          formula: 'noisy-classifier-bayes',
        },
        { says: 'In logarithms, the product is a sum.', formula: 'noisy-classifier-logs' },
        {
          says: html`In the gradient by ${m('xt')} the last term is gone, since ${m('noisy-classifier-prior')} does not depend on it.
            The first is what the denoiser knows; the second is what is missing.`,
          formula: 'noisy-classifier-scores',
        },
        {
          says: html`It is the belief about a <em>noised</em> picture: the average over all clean pictures that could be
            behind it. A classifier of clean pictures, asked about ${m('xt')} as if it were clean, computes something else.`,
          formula: 'noisy-classifier-mixture',
        },
        {
          says: html`Nobody can do this integral, but a network with cross-entropy on noised pictures learns its value: the best
            answer to this loss is exactly ${m('g-belief')}.`,
          formula: 'noisy-classifier-loss',
        },
      ],
      symbols: ['classifier', 'noise-aware-classifier', 'score', 'timestep', 'abar', 'eps'],
    },
  };
};
