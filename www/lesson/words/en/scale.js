// @ts-check
import { html } from 'lit';
import { percentage } from '../../../i18n/format.js';
import { plusMinus } from '../figures.js';
import { sweepAt } from '../../sweep.js';

/** @param {import('../tools.js').Tools} tools @returns {import('../step-words.js').StepWords} */
export const scale = ({ m, term, paper, lab, facts }) => {
  const { first, best, last, count } = sweepAt(facts, 'classifier-scale');
  const share = (/** @type {number} */ of) => `${percentage(of)}\u00a0%`;
  return {
    title: 'Scale: fidelity and diversity',
    line: 'A larger scale buys certainty about the class with variety; more is not simply better.',
    idea: html`<p>The ${term('classifier-scale', 'scale')} ${m('g-scale')} multiplies the gradient. At 0 the classifier has no say. At 1
        it is Bayes’ rule. That would be exact for the true ${m('g-belief')} and infinitely small steps; this classifier is learned, so it
        is only about right, and the steps are not that small. In practice people use more, since the classifier’s pull at 1 is often too weak to make
        the class clear (${paper('dhariwal2021', 'Dhariwal and Nichol 2021')}).</p>
      <p>${m('scale-target')}</p>
      <p>More than 1 sharpens the classifier: pictures it is very sure of count far more than those it is just sure of. So the
        runs crowd where it is surest, and the rest of the class is visited less. Pushed harder still, they leave what looks
        like a picture at all: colours get loud, and patterns appear that please the classifier and nobody else.</p>`,
    task: html`<p>Read the table row by row: the same seeds, pushed harder each time. Watch p(class) rise and the pictures grow alike.
        Then choose another class and find the scale that you would pick.
        ${lab('Try it in the lab', { model: 'emoji32-nano', class: 'face', method: 'classifier', sampler: 'ddim', eta: 0, scale: 16, seed: 1 })}</p>`,
    question: {
      ask: html`You raise the scale from ${first.label} to ${last.label} and measure the ${term('fid', 'FID')} of many samples, where less is better. What does it do?`,
      options: [
        'It falls all the way: the clearer the class, the better the samples.',
        'It falls first and then rises again.',
        'It rises all the way: guidance can only distort.',
        'It stays: FID knows nothing of classes.',
      ],
      answer: 1,
      reveal: html`<p>On the judge’s features FID goes from ${plusMinus(first.fidClean, 1)} without guidance to
          ${plusMinus(best.fidClean, 1)} at scale ${best.label}, and up to ${plusMinus(last.fidClean, 1)} at scale ${last.label}: a U. A little
          guidance sorts out samples of no class; a lot of it narrows and distorts the set, and FID compares whole sets.</p>
        <p>${term('precision-recall', 'Precision')} goes from ${share(first.precision.mean)} to ${share(last.precision.mean)} and
          the ${term('inception-score', 'Inception Score')} from ${first.inceptionScore.toFixed(1)} to ${last.inceptionScore.toFixed(1)}, while recall falls
          from ${share(first.recall.mean)} to ${share(last.recall.mean)}. The ± are 95 % intervals: the rise at the end and the loss of recall are clear, for the first dip and for the gain in precision they overlap. Which scale is best depends on what you count.</p>`,
    },
    experiment: {
      target: 'Push towards',
      otherSeeds: 'Other seeds',
      caption: 'The same seeds by scale, with p(class) and variety of each row',
      scale: 'scale',
      seed: (/** @type {number} */ seed) => `seed ${seed}`,
      belief: 'p(class)',
      variety: 'variety',
      varietyLine:
        'Variety is 1 − correlation, the mean over all pairs of a row: 0 where all are alike. It leaves contrast aside; a plain distance between pixels would grow with the loud colours alone. p(class) is the mean of a row, in the guide’s own opinion of the finished pictures.',
      pictureLabel: (/** @type {number} */ scale, /** @type {number} */ seed) => `Scale ${scale}, seed ${seed}`,
      sweep: {
        title: `Measured: ${count} samples a point`,
        accuracy: { title: 'Class seen by the judge', label: 'Share of samples whose class the judge sees, by scale' },
        recall: { title: 'Recall', label: 'Recall by scale, with its interval' },
        fid: { title: 'FID', label: 'FID by scale, with its interval: it falls, then rises' },
        line: 'Along the axis: the scale. These are runs of the large model, which is told class and style as well, so that the class is often seen at scale 0 already. The judge is the clean classifier, not the guide. Grey lines hold 95 % of subsets.',
      },
    },
    derivation: {
      title: 'A scale is a power',
      lines: [
        {
          says: html`A factor before a logarithm is a power inside it; ${m('scale-z')} is any constant, and its gradient is 0.`,
          formula: 'scale-power',
        },
        {
          says: 'So what every step follows is the score of another density than the true conditional one:',
          formula: 'scale-target',
        },
        {
          says: html`How much more one picture counts than another, is what changes: ratios are raised to the power s.`,
          formula: 'scale-two',
        },
        {
          says: html`A picture that the classifier gives 0.9 counts 1.5 times as much as one with 0.6 at ${m('scale-one')}. At 8 it is another story:`,
          formula: 'scale-example',
        },
        {
          says: html`${m('scale-zero')} gives back the unguided density, ${m('scale-one')} the true conditional one, and ${m('scale-above')} a sharper one: fewer kinds of
            picture, each more certain. Precision up, recall down.`,
        },
      ],
      symbols: ['classifier-scale', 'classifier-guidance', 'gradient', 'precision-recall', 'fid', 'inception-score'],
    },
  };
};
