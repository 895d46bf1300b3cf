// @ts-check
import { html } from 'lit';

/** @param {import('../tools.js').Tools} tools @returns {import('../step-words.js').StepWords} */
export const prediction = ({ m, term, paper, lab }) => ({
  title: 'What the network predicts',
  line: 'The network looks at a noised picture and says which noise is in it; it learns from the squared error of that.',
  idea: html`<p>Noising needs no learning. Undoing it does: a ${term('unet', 'UNet')} gets ${m('xt')} and ${m('t')} and says which
      noise ${m('eps')} was mixed in. Its answer is ${m('eps_theta')}. Training takes a picture, a random timestep and random
      noise, and makes the squared error small (${paper('ho2020', 'Ho et al. 2020')}, Eq. 14):</p>
    <p>${m('prediction-loss')}</p>
    <p>Whoever knows the noise knows the picture, because ${m('xt')} is a sum of the two: ${m('x0_hat')} is the picture that
      follows from ${m('eps_theta')}.</p>
    <p>The models of this page say neither of the two themselves, but ${m('prediction-v')}
      (${paper('salimans2022', 'Salimans and Ho 2022')}). With ${m('xt')} at hand, any one
      of noise, picture and ${m('v')} gives the other two, so that is the same guess in other words. What
      differs is how much an error counts at each timestep: that of ${m('v')} is the sum of the other two. The
      ${m('eps_theta')} below is computed from it, after ${m('x0_hat')} has been clipped to the range of pictures.</p>`,
  task: html`<p>Move the timestep and compare the noise with the predicted noise. Then let it ask at every timestep and watch the
    three errors being drawn. ${lab('The same in the lab', { class: 'animal' })}</p>`,
  question: {
    ask: 'Where is the squared error of the noise largest?',
    options: [
      'Near t = 0, where there is hardly any noise.',
      'In the middle, where picture and noise weigh about the same.',
      'Near t = 999, where there is nothing but noise.',
    ],
    answer: 0,
    reveal: html`<p>Near ${m('t')} = 0 the noise is so faint that it hides in the texture of the picture: the network can hardly tell it
      from a detail. At the other end ${m('xt')} is nothing but noise, and whoever repeats it has the right answer.</p>
      <p>The error of the picture ${m('x0_hat')} runs the other way: near 0 it can be read off, near 999 it can only be guessed.
      Sweep, and see the two curves cross where picture and noise weigh the same.</p>`,
  },
  experiment: {
    otherNoise: 'Other noise',
    sweep: 'Ask at every timestep',
    pictures: {
      xt: { name: 'Noised picture', label: 'The noised picture, which the network sees' },
      noise: { name: 'The noise', label: 'The noise that was mixed in' },
      eps: { name: 'Predicted noise', label: 'The noise that the network predicts' },
      squares: { name: 'Squared error', label: 'The squared difference of the two noises: black is none' },
      x0: { name: 'Predicted picture', label: 'The picture that follows from the predicted noise' },
      clean: { name: 'The picture', label: 'The picture before the noise' },
    },
    error: (/** @type {number} */ t, /** @type {number} */ error) =>
      html`At t = ${t} the mean squared error of the noise is <b>${error.toFixed(3)}</b>. Saying 0 everywhere would give about 1.`,
    chart: {
      title: 'Mean squared error over the timesteps',
      label: (/** @type {number} */ count) =>
        `The mean squared errors of noise, picture and v at ${count} timesteps, from t = 0 to t = 999`,
      eps: html`of the noise ${m('eps')}`,
      x0: html`of the picture ${m('x0_hat')}`,
      v: html`of ${m('v')}, the sum of the two`,
    },
  },
  derivation: {
    title: 'From the likelihood to a squared error, and one guess in four forms',
    lines: [
      {
        says: html`Nobody can compute how likely a model finds a picture. There is a bound on it, a sum over the steps
          (${paper('ho2020', 'Ho et al. 2020')}, Eq. 5, with timesteps counted from 1):`,
        formula: 'prediction-bound',
      },
      {
        says: html`Each term compares two Gaussians. With the same fixed variance, only their means can differ:`,
        formula: 'prediction-kl',
      },
      { says: html`The mean can be written with the noise that is in ${m('xt')}:`, formula: 'prediction-mean' },
      {
        says: 'Then a term of the bound is a squared error of the noise, times a weight that depends on t alone. Ho et al. leave the weight out, which makes noisier timesteps count more, and the samples better.',
        formula: 'prediction-weight',
      },
      {
        says: html`The same guess as ${m('v')}: two equations, two unknowns.`,
        formula: 'prediction-from-v',
      },
      {
        says: html`Put the guesses into both and subtract: at a given ${m('xt')} the errors differ by a factor that only the timestep
          knows. They are the three curves above.`,
        formula: 'prediction-errors',
      },
      {
        says: html`And it is the score: the direction in which noised pictures get more likely
          (${paper('vincent2011', 'Vincent 2011')}).`,
        formula: 'prediction-score',
      },
    ],
    symbols: ['abar', 'beta', 'eps', 'x0-hat', 'v-prediction', 'score', 'loss'],
  },
});
