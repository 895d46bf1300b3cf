// @ts-check
import { html } from 'lit';
import { apart, pointOf } from '../figures.js';

/** @param {import('../tools.js').Tools} tools @returns {import('../step-words.js').StepWords} */
export const ddim = ({ m, term, paper, lab, facts }) => {
  const fid = (/** @type {string} */ sweep, /** @type {number} */ steps) =>
    pointOf(facts, sweep, steps).fidClean.mean.toFixed(1);
  return {
    title: 'DDIM: fewer steps',
    line: 'Without fresh noise the starting noise alone decides the picture, and a handful of steps will do.',
    idea: html`<p>${term('ddpm', 'DDPM')} draws fresh noise in every step. ${term('ddim', 'DDIM')} asks whether it has to
        (${paper('song2021ddim', 'Song et al. 2021')}). The network and its training stay the same. Only the step changes:</p>
      <p>${m('ddim-step')}</p>
      <p>It goes to the predicted picture, puts back part of the predicted noise, and tops it up with fresh noise
        ${m('ddim-sigma-t')}. The knob ${term('eta', 'eta')} scales the fresh part: at 0 there is none, at 1 as much as DDPM’s
        ${term('posterior', 'posterior')} has. However it is shared out, the state has the amount of noise that the network expects at its next timestep.</p>
      <p>At ${m('ddim-eta')} = 0 nothing is left to chance after the start. The steps follow one smooth curve from noise to picture, and
        a curve can be followed in larger strides.</p>`,
    task: html`<p>Look along each row, from few steps to many, and find the row in which the picture stays itself. Then move
        eta up from 0 and watch how far the picture goes. ${lab('The same in the lab', { class: 'face', sampler: 'ddim', eta: 0, steps: 10 })}</p>`,
    question: {
      ask: 'The same starting noise with eta = 0, once in 10 steps and once in 25. What do you get?',
      options: [
        'Two different pictures: other steps, another way.',
        'The same picture, drawn a little more coarsely.',
        'The same picture to the last pixel: the noise decides everything.',
      ],
      answer: 1,
      reveal: html`<p>At eta = 0 the steps approximate one curve that the noise has fixed. Larger strides cut its corners, so
          details move while the picture stays. The numbers under the top row shrink from left to right. With eta = 1 fresh
          noise comes in at other levels and more often, so the end is another one: those numbers do not shrink.</p>
        <p>DDPM needs its steps most. In the full model’s measurements, its FID goes from ${fid('steps-ddpm', 10)} in 10 steps to
          ${fid('steps-ddpm', 25)} in 25; for DDIM at eta = 0 it is ${fid('steps-ddim', 10)} and ${fid('steps-ddim', 25)}. (On the
          judge’s features; lower is better.)</p>`,
    },
    experiment: {
      otherNoise: 'All again from other noise',
      caption: 'One starting noise, by sampler and number of steps',
      count: (/** @type {number} */ count) => `${count} steps`,
      rows: { 'eta-0': 'DDIM, η = 0', 'eta-1': 'DDIM, η = 1', ddpm: 'DDPM' },
      picture: (/** @type {string} */ row, /** @type {number} */ count) => `${row}, in ${count} steps`,
      moved: (/** @type {number} */ distance) => `← ${apart(distance)}`,
      verdict: (/** @type {[number, number]} */ [few, many], /** @type {number[]} */ distances) =>
        html`From ${few} to ${many} steps the pictures move by ${distances.map(apart).join(', ')} (from the top row
          down). Each number is the distance to the picture on its left, where 1 is from black to white.`,
      oneRun: 'One run, any eta',
      eta: 'Fresh noise, eta',
      steps: 'Steps',
      withEta: (/** @type {number} */ eta) => `DDIM, η = ${eta.toFixed(2)}`,
      moveEta: 'Move eta or the steps: both pictures start from the noise of the table.',
      away: (/** @type {number} */ distance) => `The fresh noise has moved the picture by ${apart(distance)}.`,
    },
    derivation: {
      title: 'Other processes with the same noise levels',
      lines: [
        {
          says: 'Training has only ever used how a picture looks at one timestep, whichever it is, and never how neighbouring timesteps belong together:',
          formula: 'ddim-marginal',
        },
        {
          says: html`So any process with these marginals fits the same network. Here is a family of them, one for each choice of
            ${m('ddim-sigma-t')}. Forwards it need not be
            Markovian. The noise in the picture, ${m('ddim-noise-in')}, is kept in part:`,
          formula: 'ddim-family',
        },
        {
          says: 'Put a noised picture in: its mean comes out right at once, and its variance is that of the old noise that is kept, plus that of the fresh noise.',
          formula: 'ddim-check',
        },
        {
          says: html`The step above is this with the network’s estimate in the place of the picture. Eta names the members between
            none and the posterior’s:`,
          formula: 'ddim-sigma',
        },
        {
          says: html`At η = 1, for neighbouring timesteps, that is the posterior variance: DDPM with the smaller of the two
            variances of ${paper('ho2020', 'Ho et al. 2020')}. This model’s DDPM uses the larger one, β itself, which is much more noise when
            the strides are long; so its row differs from η = 1.`,
          formula: 'ddim-ddpm',
        },
        { says: 'At η = 0 divide by the root of ᾱ. What remains is Euler’s rule:', formula: 'ddim-ode-step' },
        {
          says: 'In the limit of small steps it solves an ordinary differential equation, the probability-flow ODE. A solution of it is fixed by where it starts.',
          formula: 'ddim-ode',
        },
      ],
      symbols: ['ddim', 'eta', 'abar', 'x0-hat', 'posterior', 'variance', 'ode'],
    },
  };
};
