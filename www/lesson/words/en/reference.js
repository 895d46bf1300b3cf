// @ts-check
import { html } from 'lit';
import { percent } from '../figures.js';

/** @param {import('../tools.js').Tools} tools @returns {import('../step-words.js').StepWords} */
export const reference = ({ m, term, paper, lab, facts }) => {
  const { count, points = [] } = facts.sweeps['ilvr-n'] ?? {};
  const [fine, coarse] = [points[0], points.at(-1)];
  return {
    title: 'A picture as the condition',
    line: 'ILVR holds the coarse of a reference in every step and leaves the fine to the model; N says where the line runs.',
    idea: html`<p>A label says what to draw. A reference picture ${m('ilvr-y')} says what it should look like from afar.
        ${term('ilvr', 'ILVR')} (${paper('choi2021', 'Choi et al. 2021')}) needs no training for that, no gradient and no
        second question: it corrects the sample after each step.</p>
      <p>${m('ilvr-replace')}</p>
      <p>The ${term('low-pass', 'low-pass')} ${m('ilvr-phi')} shrinks a picture by ${m('ilvr-n')} on each side and grows it
        again: what survives are colours and rough shapes. The step’s own proposal loses its low frequencies and is given
        those of the reference, noised to the level ${m('ilvr-noised')} that the sample has reached. All finer detail is
        the model’s own.</p>
      <p>The level matters: after the step the sample stands at t − 1, so the reference is noised to t − 1, as the paper has
        it. The code that was published with it noises to t, one step too much.</p>`,
    task: html`<p>Take a reference, one of these or your own, and go through all four ${m('ilvr-n')}. Which is the largest at
        which you would still find the reference in the four samples?</p>
      <p>${lab('Try it in the lab', { method: 'conditional,ilvr', class: 'animal', 'down-n': 4 })}</p>`,
    question: {
      ask: 'You go from N = 2 to N = 16. What happens to the samples of different seeds?',
      options: [
        'They become more alike: a larger N holds more of the reference.',
        'They become more different, from the reference and from each other.',
        'They stay as they are but become blurred, because 16 blurs more.',
      ],
      answer: 1,
      reveal: html`<p>N is how coarse the held picture is, so a larger N holds <em>less</em>: at 2 a quarter of the numbers, at
        16 only 2 × 2 of 32 × 32. The blur is in what is held and not in the samples; whatever is not held the model paints
        sharp. The table of the experiment shows both distances grow.</p>
        ${
          fine && coarse
            ? html`<p>Measured with ${count} references on emoji32: a judge still saw the reference’s class in
              ${percent(fine.classAccuracy)} of the samples at N = ${fine.label}, and in ${percent(coarse.classAccuracy)} at N = ${coarse.label}.</p>`
            : ''
        }`,
    },
    experiment: {
      coarseness: 'Coarseness N',
      pictures: {
        reference: { name: 'The reference', label: 'The reference picture' },
        lowpass: 'What ILVR holds of the reference',
      },
      lowpass: (/** @type {number} */ n) => html`${m('ilvr-phi')} of it, N = ${n}`,
      seeds: (/** @type {number} */ n) => `${n} seeds, told no label`,
      others: 'Other seeds',
      seed: (/** @type {number} */ seed) => `seed ${seed}`,
      seedLabel: (/** @type {number} */ seed, /** @type {number} */ n) =>
        `Sample of seed ${seed}, led by the reference at N = ${n}`,
      table: {
        title: 'What you have found with this reference (root mean square, 1 is from black to white)',
        held: 'numbers held a colour',
        of: (/** @type {number} */ held, /** @type {number} */ all) => `${held} of ${all}`,
        distance: 'samples to reference',
        spread: 'sample to sample',
      },
    },
    derivation: {
      title: 'From a condition on the picture to a correction of each step',
      lines: [
        {
          says: 'Wanted are samples whose low frequencies are those of the reference y. Each step is to know that.',
          formula: 'ilvr-wanted',
        },
        {
          says: 'The condition is about clean pictures, the step about noisy ones. So the reference is noised to the level the step leads to.',
          formula: 'ilvr-reference',
        },
        { says: 'The filter is linear: it may be taken before or after the noise.', formula: 'ilvr-linear' },
        {
          says: 'The condition is then asked of the noisy pictures. This is the approximation that ILVR makes.',
          formula: 'ilvr-approximate',
        },
        {
          says: 'A sample of the right-hand side is made in two moves. First a proposal that knows of no reference:',
          formula: 'ilvr-proposal',
        },
        { says: 'Then its low frequencies are exchanged.', formula: 'ilvr-replace' },
        {
          says: html`Were ${m('ilvr-phi')} a projection, filtering twice would be filtering once and the condition would hold exactly. Shrinking and growing with a smooth kernel is not one, so a little is left over, which the next steps correct:`,
          formula: 'ilvr-left',
        },
      ],
      symbols: ['ilvr', 'low-pass', 'down-n', 'abar'],
    },
  };
};
