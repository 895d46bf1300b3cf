// @ts-check
import { html } from 'lit';

/** @param {import('../tools.js').Tools} tools @returns {import('../step-words.js').StepWords} */
export const noise = ({ m, term, paper }) => ({
  title: 'Noise, in one jump',
  line: 'A picture disappears in noise, and any amount of it is one formula away.',
  idea: html`<p>The ${term('forward-process', 'forward process')} destroys a picture: a thousand small steps, each of which
      shrinks it a little and adds a little Gaussian noise. Nothing is learned here, and nobody has to walk the steps: sums
      of Gaussians are Gaussian, so every ${term('timestep', 'timestep')} ${m('t')} is one jump from the picture ${m('x_0')}.</p>
    <p>${m('forward')}</p>
    <p>${m('eps')} is noise from ${m('normal')}, and ${m('abar')} says how much of the picture is left: 1 at the start,
      almost 0 at the end (${paper('ho2020', 'Ho et al. 2020')}, Eq. 4).</p>`,
  task: html`<p>Move the timestep from 0 to 999, or play, and find where you can no longer say what it was. Beside the jump, the same picture
    walks all the small steps: compare the two, and what they have added.</p>`,
  question: {
    ask: 'Half-way, at timestep 500 of 999, what is left?',
    options: [
      'Next to nothing: noise wins early.',
      'About as much picture as noise, so that one can still guess what it was.',
      'Nearly everything: noise only comes at the end.',
    ],
    answer: 1,
    reveal: html`<p>This model’s schedule is the cosine of ${paper('nichol2021', 'Nichol and Dhariwal 2021')}: in its middle,
      ${m('abar')} is close to one half, so the picture and the noise weigh about the same. The linear schedule of the
      first DDPM has less than a tenth left there.</p>`,
  },
  experiment: {
    play: 'Play',
    otherNoise: 'Other noise',
    pictures: {
      jump: { name: 'In one jump', label: 'The noised picture at the chosen timestep, in one jump' },
      noise: { name: 'The noise in it', label: 'The noise that was mixed in' },
      chain: {
        name: (/** @type {number} */ steps) => (steps === 1 ? 'In one small step' : `In ${steps} small steps`),
        label: 'The noised picture at the chosen timestep, by small steps',
      },
    },
    mix: (/** @type {number} */ signal, /** @type {number} */ noise) =>
      `The jump: ${signal.toFixed(3)} × picture + ${noise.toFixed(3)} × noise`,
    added: {
      title: 'How the added noise is distributed',
      chain: 'by small steps, counted',
      jump: 'by the jump: the bell curve',
      says: (/** @type {number} */ steps, /** @type {string} */ mean, /** @type {string} */ deviation) =>
        `What ${steps === 1 ? 'the small step has' : `${steps} small steps have`} added, in units of the jump’s noise: mean ${mean}, standard deviation ${deviation}.`,
    },
  },
  derivation: {
    title: 'Why a thousand steps are one',
    lines: [
      {
        says: html`A single step scales by a bit less than 1 and adds noise of variance ${m('beta')}.`,
        formula: 'forward-step',
      },
      { says: 'Two steps in a row, with two independent draws of noise and α = 1 − β:', formula: 'forward-twice' },
      { says: 'Variances of independent Gaussians add, so the two draws are one.', formula: 'variances-add' },
      { says: 'Again and again, down to the picture:', formula: 'forward-jump' },
    ],
    symbols: ['abar'],
  },
});
