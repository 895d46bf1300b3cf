// @ts-check
import { html } from 'lit';

/** @param {import('../tools.js').Tools} tools @returns {import('../step-words.js').StepWords} */
export const gradient = ({ m, term, paper, lab }) => ({
  title: 'The classifier’s gradient',
  line: 'The gradient says how to change the noisy picture so that a class becomes likelier; each sampler has its own place for it.',
  idea: html`<p>The noise-aware classifier gives a number: ${m('g-belief')}. Differentiated by the picture, its logarithm gives a picture: the
      ${term('gradient', 'gradient')} ${m('g-gradient')}. It says, pixel by pixel, what to change to be believed more.</p>
    <p>${term('ddpm', 'DDPM')} draws the next state around a mean. Guidance moves the mean:
      ${term('condition-mean', 'condition_mean')}.</p>
    <p>${m('gradient-mean')}</p>
    <p>${term('ddim', 'DDIM')} at η = 0 draws nothing, and has no mean to move. Guidance changes the predicted noise:
      ${term('condition-score', 'condition_score')} (${paper('dhariwal2021', 'Dhariwal and Nichol 2021')}, Algorithms 1 and 2).</p>
    <p>${m('gradient-eps')}</p>`,
  task: html`<p>Stay at this ${m('xt')} and switch the class: same picture, same noise, another gradient. Compare the belief before and after
      one push. Then go on from here to the end, pushed and not; try it from an early and from a late timestep.
      ${lab('Try it in the lab', { model: 'emoji32-nano', class: 'face', method: 'classifier', sampler: 'ddim', eta: 0, scale: 8, seed: 1 })}</p>`,
  question: {
    ask: html`You look at one ${m('xt')} and switch the class from one the classifier doubts to one it is sure of already.
      What happens to the gradient?`,
    options: [
      'It gets longer: the classifier knows the way better.',
      'It keeps its length and only points elsewhere.',
      'It shrinks: where the classifier is sure, there is little left to climb.',
    ],
    answer: 2,
    reveal: html`<p>A logarithm of a probability cannot pass 0. As p comes close to 1, log p levels off and its gradient fades, so
        guidance lets go by itself: see ‖∇‖ beside p. A class that is doubted has the long gradients.</p>`,
  },
  experiment: {
    target: 'Push towards',
    sampler: 'Sampler',
    samplers: { ddim: 'DDIM: changes ε', ddpm: 'DDPM: moves the mean' },
    position: html`Timestep t of ${m('xt')}`,
    scale: 'Scale s',
    otherNoise: 'Other noise',
    pictures: {
      xt: { name: m('xt'), label: 'The state that is pushed' },
      gradient: { name: html`∇ over ${m('x0_hat')}`, label: 'The estimate, with red where the gradient is strong' },
      plain: { name: html`${m('x0_hat')} after the step`, label: 'The estimate one step on, not pushed' },
      pushed: { name: html`${m('x0_hat')} after the step, pushed`, label: 'The estimate one step on, after one push' },
      change: {
        name: 'What the push changed',
        label: 'The pushed estimate, with red where the push changed it most',
      },
    },
    norm: html`length of the gradient ${m('gradient-norm')}`,
    push: {
      ddim: html`how far ε moves ${m('gradient-push-ddim')}`,
      ddpm: html`how far the mean moves ${m('gradient-push-ddpm')}`,
    },
    product: (
      /** @type {number} */ weight,
      /** @type {number} */ scale,
      /** @type {number} */ norm,
      /** @type {number} */ length,
    ) => `${weight.toFixed(3)} × ${scale} × ${norm.toFixed(3)} = ${length.toFixed(3)}`,
    beliefs: { before: html`At ${m('xt')}`, plain: 'One step on, not pushed', pushed: 'One step on, pushed' },
    surest: (/** @type {string} */ name, /** @type {string} */ share) =>
      html`The classifier is surest of <b>${name}</b>, ${share}.`,
    onwardTitle: html`From this ${m('xt')} to the end`,
    go: 'Go on from here',
    onward: {
      plain: { name: 'Not pushed', label: 'The run from here, not pushed' },
      pushed: { name: 'Pushed in every step', label: 'The run from here, pushed in every step' },
    },
    believes: (/** @type {string} */ name, /** @type {string} */ share) => `${name}: ${share}`,
  },
  derivation: {
    title: 'How the gradient gets into DDPM and into DDIM',
    lines: [
      {
        says: 'DDPM. A step for class y is the step without a class, reweighed by the classifier.',
        formula: 'gradient-sampling',
      },
      {
        says: html`Near the mean ${m('gradient-mu')}, where the Gaussian has its mass, the logarithm is nearly a straight line (Taylor, first order):`,
        formula: 'gradient-taylor',
      },
      { says: 'A square and a line are another square: complete it.', formula: 'gradient-square' },
      {
        says: 'So it is the same Gaussian with its mean moved. The scale s comes on top. This is condition_mean.',
        formula: 'gradient-mean',
      },
      {
        says: html`The derivation takes ${m('gradient-g')} at the mean and asks about ${m('gradient-next')}. The published code, and guidelight,
          take it at ${m('xt')} and tell the classifier t: its authors saw no notable difference.`,
      },
      {
        says: 'DDIM at η = 0 draws no noise, so there is no Gaussian to reweigh. But the predicted noise is a score in other units:',
        formula: 'gradient-score',
      },
      { says: 'Scores of products add up.', formula: 'gradient-scores' },
      {
        says: html`Written as noise again, this is condition_score; the DDIM step then runs with it as if the network had said so.`,
        formula: 'gradient-eps',
      },
    ],
    symbols: ['gradient', 'condition-mean', 'condition-score', 'score', 'variance', 'classifier-scale', 'abar', 'eps'],
  },
});
