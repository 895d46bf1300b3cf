// @ts-check
import { html } from 'lit';

/** @param {import('../tools.js').Tools} tools @returns {import('../step-words.js').StepWords} */
export const timestep = ({ m, term, paper, lab }) => ({
  title: 'One step, and why it is told the timestep',
  line: 'The best guess of a picture depends on how much noise to expect, so the network is told the timestep.',
  idea: html`<p>A denoising step has two halves. The network guesses the picture, ${m('x0_hat')}. Then the sampler goes a little way
      towards it, to the next smaller ${term('timestep', 'timestep')}. Not all the way: from much noise the guess is vague,
      the average of all pictures that could be behind it, and it gets sharper from step to step.</p>
    <p>How much of what it sees is noise, the network cannot know for sure. So ${m('t')} is an input, like the
      picture. Here you can lie to it: the picture is noised to ${m('t')}, and the network is told ${m('tau')}. The rest of the
      arithmetic stays honest:</p>
    <p>${m('timestep-told')}</p>`,
  task: html`<p>Leave the picture at ${m('t')} = 500 and tell the network something else: first far less, then far more. Then tell it
    every timestep and see for which one its guess is best. ${lab('A whole chain of steps in the lab', { class: 'face' })}</p>`,
  question: {
    ask: 'The picture is noised to t = 500, and the network is told 100. What becomes of its guess of the picture?',
    options: [
      'Nothing: it sees for itself how noisy the picture is.',
      'Much of the noise stays in: it expects little noise, and takes most of it for picture.',
      'It gets too smooth: it takes details for noise.',
    ],
    answer: 1,
    reveal: html`<p>Told too little, the network expects a picture that is nearly clean. It takes most of the speckle for part of the
      picture and leaves it there.</p>
      <p>Told far too much, it trusts hardly anything of what it sees: its answer is mostly a picture that it imagines, and that is
      laid over a noise which nobody has taken away. Try it from ${m('t')} = 700 with 999. The curve is lowest near the truth.</p>`,
  },
  experiment: {
    told: 'Timestep the network is told',
    truth: 'Tell the truth',
    sweep: 'Tell it every timestep',
    pictures: {
      xt: { name: 'Noised picture', label: 'The noised picture, which the network sees' },
      honest: {
        name: (/** @type {number} */ t) => `Guess, told ${t} (true)`,
        label: 'The guess of the picture with the true timestep',
      },
      told: {
        name: (/** @type {number} */ told) => `Guess, told ${told}`,
        label: 'The guess of the picture with the timestep that the network was told',
      },
      clean: { name: 'The picture', label: 'The picture before the noise' },
    },
    error: (/** @type {number} */ off, /** @type {number} */ honest, /** @type {number} */ told) =>
      off === 0
        ? html`Told the truth, the mean squared error of the guess is <b>${honest.toFixed(3)}</b>.`
        : html`Told ${Math.abs(off)} too ${off < 0 ? 'little' : 'much'}, the mean squared error of the guess is <b>${told.toFixed(3)}</b>; told
          the truth, ${honest.toFixed(3)}.`,
    chart: {
      title: 'Error of the guess over what the network was told',
      label: (/** @type {number} */ count, /** @type {number} */ best) =>
        `The mean squared error of the guessed picture for ${count} timesteps that were told, from t = 0 to t = 999; the smallest at ${best}`,
      error: html`mean squared error of ${m('x0_hat')}`,
      truth: 'the true timestep',
    },
  },
  derivation: {
    title: 'The best guess is a mean, and the mean depends on t',
    lines: [
      { says: html`Training looks for the function with the smallest squared error:`, formula: 'timestep-square' },
      {
        says: html`At one ${m('xt')} the error has two parts. Only the first depends on the guess:`,
        formula: 'timestep-split',
      },
      {
        says: html`It is 0 for the posterior mean, the average of all pictures that could be behind ${m('xt')}. That is why ${m('x0_hat')} is
          blurred where there is much noise, and why one jump does not make a picture.`,
        formula: 'timestep-mean',
      },
      {
        says: html`Which pictures could be behind it, and how likely each is, Bayes’ rule says. ${m('t')} is in it twice: as the
          scale of the picture and as the width of the noise. Told another timestep, it is another average.`,
        formula: 'timestep-bayes',
      },
      {
        says: html`The same mean from the score (Tweedie’s formula; ${paper('vincent2011', 'Vincent 2011')}):`,
        formula: 'timestep-tweedie',
      },
    ],
    symbols: ['timestep', 'x0-hat', 'posterior', 'score', 'abar'],
  },
});
