// @ts-check
import { html } from 'lit';
import { apart, percent, plusMinus, pointOf } from '../figures.js';

/** @param {import('../tools.js').Tools} tools @returns {import('../step-words.js').StepWords} */
export const solvers = ({ m, term, paper, lab, facts }) => {
  const at = (/** @type {string} */ solver, /** @type {number} */ steps) => pointOf(facts, `ode-${steps}`, solver);
  const fid = (/** @type {string} */ solver, /** @type {number} */ steps) => plusMinus(at(solver, steps).fid);
  const judged = (/** @type {string} */ solver, /** @type {number} */ steps) =>
    plusMinus(at(solver, steps).fidClean, 1);
  return {
    title: 'Fast solvers',
    line: 'With a few calls of the network a better rule can stay closer to the curve, but closer is not yet better.',
    idea: html`<p>At eta = 0 sampling solves an ${term('ode', 'ordinary differential equation')}. All that costs time are the calls of
        the network, so a good ${term('solver', 'solver')} gets far on few of them. ${term('ddim', 'DDIM')} is the simplest: it takes the prediction
        at the start of a step for the whole step.</p>
      <p>A solver of ${term('order', 'order')} ${m('solvers-p')} makes an error of ${m('solvers-order')} with steps ${m('solvers-h')}: half the step, a quarter of
        the error at second order. ${term('dpm-solver', 'DPM-Solver++ (2M)')} reads off the last prediction which way predictions are drifting
        (${paper('lu2022', 'Lu et al. 2022')}). ${term('unipc', 'UniPC')} also corrects each state with the next answer, which it needs anyway
        (${paper('zhao2023', 'Zhao et al. 2023')}). ${term('heun', 'Heun')} looks ahead: it asks twice a step
        (${paper('karras2022', 'Karras et al. 2022')}).</p>
      <p>The order is a promise for small steps. It says nothing about five large ones, and where the steps lie can matter more than the
        rule.</p>`,
    task: html`<p>Compare the numbers under the pictures: they are distances to the reference, a run of many small steps. Then space the steps the way Karras did and see
        which solvers gain. ${lab('The same in the lab', { class: 'face', sampler: 'dpmpp', steps: 'karras10' })}</p>`,
    question: {
      ask: 'Second-order solvers promise to stay closer to the curve than DDIM. Does this model’s FID get better for it, in 10 steps?',
      options: [
        'Yes: the nearer to the exact solution, the better the pictures.',
        'Yes, but only for Heun, which asks twice.',
        'No: the measurement cannot tell the solvers from DDIM.',
      ],
      answer: 2,
      reveal: html`<p>The full model was measured with the classifier on top. In 10 steps FID on EfficientNet-lite0’s features is ${fid('ddim', 10)} with DDIM, ${fid('dpmpp', 10)} with
          DPM-Solver++, ${fid('unipc', 10)} with UniPC and ${fid('heun', 10)} with Heun, which asks about twice as often. In 25 steps it is
          ${fid('ddim', 25)}, ${fid('dpmpp', 25)}, ${fid('unipc', 25)} and ${fid('heun', 25)}. Every interval overlaps
          with DDIM’s.</p>
        <p>On the judge’s features it is ${judged('ddim', 10)}, ${judged('dpmpp', 10)}, ${judged('unipc', 10)} and ${judged('heun', 10)} in 10 steps, and
          the class is seen in ${percent(at('ddim', 10).classAccuracy)} with DDIM against ${percent(at('unipc', 10).classAccuracy)} with UniPC. That is
          no gain that this measurement could see.</p>
        <p>You can see one reason below. The measurement took even timesteps. On those DPM-Solver++ comes hardly closer than DDIM,
          and Heun, with about half the steps, not even as close. Karras’s spacing brings DPM-Solver++ and UniPC clearly closer. Whether that shows in
          FID was not measured. More steps do not help FID either: most of what is wrong with these pictures is the network’s own.</p>`,
    },
    experiment: {
      spacing: 'Where the steps lie',
      spacingLine: 'Evenly in the timestep, or evenly in the 7th root of the noise, as Karras et al. have it.',
      spacings: { even: 'Even timesteps', karras: 'Karras' },
      otherNoise: 'Again from other noise',
      reference: { even: 'Reference, even timesteps', karras: 'Reference, Karras’s steps' },
      referenceBy: (/** @type {number} */ steps, /** @type {number} */ calls) =>
        `DPM-Solver++, ${calls} of ${steps} calls`,
      references: (/** @type {number | undefined} */ distance) =>
        html`A reference is the same solver’s answer in many small steps from the same noise. There are two, and each distance is to the one of its own
          spacing: even steps begin at t = 999, Karras’s at σ = 80, which is further down. The same noise, taken for the state there, is a point of
          another curve, and that curve ends elsewhere${distance === undefined ? '' : html`, here <b>${apart(distance)}</b> away`}. So a number
          says how far a rule strays from the curve it set out on.`,
      caption: 'The same starting noise by solver and by how many calls it may make at most',
      budget: (/** @type {number} */ calls) => `up to ${calls}`,
      calls: (/** @type {number} */ calls) => `${calls} calls`,
      names: { ddim: 'DDIM', dpmpp: 'DPM++ (2M)', unipc: 'UniPC', heun: 'Heun' },
      picture: (/** @type {string} */ solver, /** @type {number} */ calls) =>
        `${solver}, after ${calls} calls of the network`,
      after: (/** @type {number} */ calls, /** @type {number | undefined} */ distance) =>
        distance === undefined ? `${calls} calls` : html`<b>${apart(distance)}</b> in ${calls}`,
      chart: 'Distance to the reference against calls of the network, one line a solver',
      chartLine:
        'Distance to the reference, on a logarithmic scale where 1 is from black to white. Heun’s calls come in twos, so it stops short of some limits.',
      nearest: (/** @type {string} */ solver, /** @type {number} */ distance) =>
        `With the most calls ${solver} comes nearest: ${apart(distance)} from the reference.`,
    },
    derivation: {
      title: 'Solve the easy part exactly, and the rest by what is known',
      lines: [
        {
          says: html`Measure time by half the logarithm of the signal-to-noise ratio, ${m('solvers-lambda')}:`,
          formula: 'solvers-notation',
        },
        {
          says: 'The probability-flow ODE, written for the predicted picture, is then short:',
          formula: 'solvers-scaled',
        },
        {
          says: 'Integrate from s to t. The linear part is exact, and only the prediction stays under the integral: an exponential integrator.',
          formula: 'solvers-exact',
        },
        {
          says: 'Take the prediction at the start for the whole step. That is DDIM, of first order:',
          formula: 'solvers-first',
        },
        {
          says: 'For second order the integral needs to know how the prediction changes:',
          formula: 'solvers-taylor',
        },
        {
          says: 'One answer has no slope; it takes two. Heun buys the second one ahead. A multistep solver has one already, from the step before, at r:',
          formula: 'solvers-past',
        },
        {
          says: 'This is DPM-Solver++ (2M). Its first step, without a past, is DDIM’s; so is its last, as λ of a clean picture is infinite.',
          formula: 'solvers-second',
        },
      ],
      symbols: ['ode', 'solver', 'order', 'snr', 'x0-hat', 'dpm-solver', 'unipc', 'heun'],
    },
  };
};
