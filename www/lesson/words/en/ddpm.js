// @ts-check
import { html } from 'lit';
import { apart } from '../figures.js';

/** @param {import('../tools.js').Tools} tools @returns {import('../step-words.js').StepWords} */
export const ddpm = ({ m, term, paper, lab }) => ({
  title: 'DDPM, by hand',
  line: 'Each step draws from a Gaussian whose mean is learned, so chance decides all along the way.',
  idea: html`<p>Sampling begins with nothing but noise, ${m('x_T')}, and walks back: the
      ${term('reverse-process', 'reverse process')}. In DDPM
      every step is a draw from a Gaussian. Its mean ${m('mu')} comes from the network: a weighted sum of where one is,
      ${m('xt')}, and of the guess, ${m('x0_hat')}. Its spread does not; and ${m('z')} is fresh noise, in every step but the last (${paper('ho2020', 'Ho et al. 2020')}, Algorithm 2).</p>
    <p>${m('ddpm-gaussian')}</p>
    <p>${m('ddpm-draw')}</p>
    <p>How far the noise reaches, ${m('sigma')}, is a choice between two formulas, “fixed-large” and “fixed-small”, which
      are right for two extreme kinds of data. In a chain of a thousand steps they hardly differ; in one of 25 they part towards the end. Ours takes the
      large one. (${paper('nichol2021', 'Nichol and Dhariwal 2021')} let the network learn a value between the two.)</p>`,
  task: html`<p>The network is told to draw a face. Take some steps by hand and watch the mean, the noise and what they add up to. Then stop early on the way and let it go on with
    other noise from there; then do the same late. ${lab('DDPM in the lab', { class: 'face', sampler: 'ddpm', method: 'conditional', steps: 100 })}</p>`,
  question: {
    ask: 'Two runs begin with the same noise and take the same first step, but after it every step draws other noise. How do the two pictures compare?',
    options: [
      'They are the same: the noise at the start decides.',
      'They are the same but for small details.',
      'They are two different pictures.',
    ],
    answer: 2,
    reveal: html`<p>The start is soon forgotten: the first steps of this chain keep almost nothing of ${m('x_T')} and draw nearly all anew.
      Branch after step 1 and see.</p>
      <p>Branch later and the two have more in common. The early steps decide what it is, the late ones its details: their
      ${m('sigma')} is small.</p>`,
  },
  experiment: {
    steps: 'Steps',
    otherStart: 'Other start',
    at: (/** @type {number} */ step, /** @type {number} */ total) => `Step ${step} of ${total}`,
    pictures: {
      xt: { name: html`Before, ${m('xt')}`, label: 'The state before the step' },
      x0: { name: html`Guess ${m('x0_hat')}`, label: 'The guess of the picture' },
      mean: { name: html`Mean ${m('mu')}`, label: 'The mean of the step' },
      noise: { name: html`Noise ${m('ddpm-noise')}`, label: 'The fresh noise of the step, at its size' },
      next: { name: html`After, ${m('ddpm-next')}`, label: 'The state after the step' },
    },
    update: (/** @type {number} */ x0, /** @type {number} */ xt, /** @type {number} */ sigma) =>
      html`<b>after</b> = ${x0.toFixed(3)} × guess + ${xt.toFixed(3)} × before + ${sigma.toFixed(3)} × fresh noise`,
    sigma: {
      title: html`${m('sigma')} of each step`,
      label: (/** @type {number} */ total) =>
        `The standard deviation of the noise in each of ${total} steps, as large and as small as it may be; it falls from about 1 to almost 0`,
      large: html`fixed-large, ${m('ddpm-large')} (this model)`,
      small: html`fixed-small, ${m('ddpm-small')}`,
    },
    branch: (/** @type {number} */ after) => `Other noise after step ${after}`,
    ending: { name: 'The way itself', label: 'Where the way with its own noise ends' },
    branched: {
      name: (/** @type {number} */ after) => `Other noise after ${after}`,
      label: (/** @type {number} */ after) => `Where the way with other noise after step ${after} ends`,
      apart: (/** @type {number} */ away) => `${apart(away)} apart`,
      says: (/** @type {number} */ after, /** @type {number} */ total, /** @type {number} */ away) =>
        `Other noise after step ${after} of ${total}: the two pictures are ${apart(away)} apart (root mean square, where 1 is from black to white).`,
    },
  },
  derivation: {
    title: 'The posterior of a step: mean and variance',
    lines: [
      {
        says: html`If the picture ${m('x_0')} were known, the step back would be known too, by Bayes’ rule:`,
        formula: 'ddpm-bayes',
      },
      {
        says: 'Both factors are Gaussians, so the logarithm is quadratic in the unknown state.',
        formula: 'ddpm-exponents',
      },
      { says: 'The factors of its square add up to one over the variance:', formula: 'ddpm-precision' },
      {
        says: html`and where its slope is 0, there is the mean (${paper('ho2020', 'Ho et al. 2020')}, Eq. 7). These are the weights that
          you see above.`,
        formula: 'ddpm-mean',
      },
      { says: html`The picture is not known, so the guess takes its place:`, formula: 'ddpm-learned' },
      {
        says: html`The guess is not certain, so the true spread is wider than that. ${m('beta')} is right if the data were noise themselves, the
          posterior variance if they were a single picture. These are the two choices (${paper('ho2020', 'Ho et al. 2020')}, section 3.2):`,
        formula: 'ddpm-sigmas',
      },
    ],
    symbols: ['ddpm', 'posterior', 'variance', 'beta', 'abar', 'x0-hat'],
  },
});
