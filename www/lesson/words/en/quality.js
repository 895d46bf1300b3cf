// @ts-check
import { html } from 'lit';
import { percent, plusMinus, pointOf, realOf } from '../figures.js';

/** @typedef {{ scale: string, value: number }} Extreme */

/** @param {import('../tools.js').Tools} tools @returns {import('../step-words.js').StepWords} */
export const quality = ({ m, term, paper, lab, facts }) => {
  const at = (/** @type {number} */ scale) => pointOf(facts, 'classifier-scale', scale);
  const real = realOf(facts, 'classifier-scale');
  const count = facts.sweeps['classifier-scale']?.count;
  return {
    title: 'How good is it?',
    line: 'FID compares two clouds of features, the inception score looks at one; neither sees everything, and no number travels.',
    idea: html`<p>One picture cannot be scored without taste. Two <em>sets</em> can be compared: let a network turn every picture into
        ${term('features', 'features')}, describe each set’s features by mean and covariance, and measure how far these two Gaussians
        are apart. That is ${term('fid', 'FID')} (${paper('heusel2017', 'Heusel et al. 2017')}):</p>
      <p>${m('quality-frechet')}</p>
      <p>The ${term('inception-score', 'inception score')} needs no real pictures at all. It asks a classifier whether each sample is
        clearly of one class, and whether all classes come up (${paper('salimans2016', 'Salimans et al. 2016')}). ${term('precision-recall', 'Precision and recall')} keep apart what
        FID mixes: precision is the share of samples that look real, recall the share of real pictures that the samples could have been
        (${paper('kynkaanniemi2019', 'Kynkäänniemi et al. 2019')}).</p>`,
    task: html`<p>Drag the Gaussian of the samples onto the real one, until the distance is 0. Centres first, then the axes: watch which part
        of the distance each one removes. ${lab('A scale to look at in the lab', { class: 'animal', scale: 8 })}</p>`,
    question: {
      ask: 'A model knows one perfect picture of each class and gives those back, again and again. Which number tells?',
      options: [
        'The inception score: it falls, for the samples are all alike.',
        'Precision: it falls, for copies are not real.',
        'Recall: it falls, for most real pictures could never come up.',
        'None of them: every single picture is perfect.',
      ],
      answer: 2,
      reveal: html`<p>Each sample is clearly of one class, and all classes come up: the inception score is as high as it can be. Each looks real, so
          precision is perfect. Only recall, and FID with it, compare the <em>sets</em>.</p>
        <p>Stronger guidance goes that way. FID is a U over the classifier’s scale: on the judge’s features ${at(0).fidClean.mean.toFixed(1)} at 0,
          ${at(2).fidClean.mean.toFixed(1)} at 2 and ${at(16).fidClean.mean.toFixed(1)} at 16. Held-out emoji, which no network was trained on, get
          ${plusMinus(real.fidClean, 1)}.</p>
        <p>The inception score meanwhile rises from ${at(0).inceptionScore.toFixed(1)} to ${at(8).inceptionScore.toFixed(1)} at scale 8, beyond the
          ${real.inceptionScore.toFixed(1)} of real emoji: it does not notice that samples become all alike. Recall does. It falls from
          ${percent(at(0).recall.mean)} to ${percent(at(8).recall.mean)}, where real emoji have ${percent(real.recall.mean)}.</p>
        <p>Never compare FIDs across protocols. The same samples at scale 4 have ${at(4).fid.mean.toFixed(0)} on EfficientNet-lite0’s
          features and ${at(4).fidClean.mean.toFixed(1)} on the judge’s. The same kind of held-out emoji get ${real.fid.mean.toFixed(0)} when
          there are ${count} and ${facts.heldOut.fid.toFixed(0)} when there are ${facts.heldOut.count}: fewer samples, larger FID
          (${paper('binkowski2018', 'Bińkowski et al. 2018')}). What can be compared is
          one table’s rows, with real pictures in the same number as the yardstick.</p>`,
    },
    experiment: {
      fidTitle: 'FID in two features',
      gaussians: {
        plane: 'Two Gaussians on a plane, each with a centre and two axes to drag',
        real: 'Real pictures',
        made: 'Samples',
        grips: {
          centre: {
            name: 'centre',
            text: (/** @type {{ x: number, y: number }} */ { x, y }) => `${x.toFixed(1)}, ${y.toFixed(1)}`,
          },
          long: {
            name: 'first axis, left and right for its length, up and down to turn',
            text: (/** @type {{ a: number, angle: number }} */ { a, angle }) =>
              `${a.toFixed(1)} long, at ${((angle * 180) / Math.PI).toFixed(0)} degrees`,
          },
          short: {
            name: 'second axis',
            text: (/** @type {{ b: number }} */ { b }) => `${b.toFixed(1)} long`,
          },
        },
      },
      parts: {
        mean: 'Part of the means',
        covariance: 'Part of the covariances',
        total: 'Fréchet distance, squared',
        seen: (/** @type {number} */ count) => `The same from ${count} points each`,
      },
      count: 'Points',
      countLine:
        'FID is computed from points. With few of them it is too large on average: it finds a distance where there is none.',
      same: 'Make both the same',
      measuredTitle: 'What was measured on the full model',
      measure: 'Measure',
      measures: {
        fidClean: 'FID, judge’s features',
        fid: 'FID, EfficientNet-lite0',
        precision: 'Precision',
        recall: 'Recall',
        inceptionScore: 'Inception score',
      },
      chart: (/** @type {string} */ measure, /** @type {string} */ pairs, /** @type {string} */ real) =>
        `${measure} by classifier scale: ${pairs}; held-out emoji ${real}`,
      byScale: (/** @type {number} */ count) => `by classifier scale, ${count} samples each`,
      heldOut: (/** @type {string} */ value) => `as many held-out emoji: ${value}`,
      reads: {
        fidClean: (/** @type {{ least: Extreme, most: Extreme }} */ { least, most }) =>
          `Least at scale ${least.scale} (${least.value.toFixed(1)}), most at ${most.scale} (${most.value.toFixed(1)}): a U, not a slope. Lower is better.`,
        fid: (/** @type {{ least: Extreme, most: Extreme }} */ { least, most }) =>
          `Least ${least.value.toFixed(0)}, most ${most.value.toFixed(0)} at scale ${most.scale}. These features see the soft outlines, so all scales are far from the yardstick.`,
        precision: (/** @type {{ first: Extreme, last: Extreme }} */ { first, last }) =>
          `From ${percent(first.value)} to ${percent(last.value)}: a little more of what is drawn looks real.`,
        recall: (/** @type {{ first: Extreme, last: Extreme }} */ { first, last }) =>
          `From ${percent(first.value)} down to ${percent(last.value)}: fewer of the real pictures could have been drawn.`,
        inceptionScore: (/** @type {{ most: Extreme }} */ { most }) =>
          `Most at scale ${most.scale} (${most.value.toFixed(1)}), more than real emoji have: it rewards what is typical.`,
      },
      isTitle: 'The inception score of a few samples, live',
      mix: 'Samples',
      mixes: {
        each: (/** @type {number} */ count) => `One of each of ${count} classes`,
        one: (/** @type {number} */ count, /** @type {string} */ name) => `${count} times ${name}`,
      },
      scale: 'Classifier scale',
      again: 'Other samples',
      score: (/** @type {number} */ score, /** @type {number} */ variety, /** @type {number} */ doubt) =>
        html`Inception score <b>${score.toFixed(2)}</b> = exp(variety ${variety.toFixed(2)} − doubt ${doubt.toFixed(2)}). The classifier here is the one that
          guides, which flatters it; the measurements above have a judge of their own.`,
    },
    derivation: {
      title: 'The cheapest way to move one Gaussian onto another; a score that is information',
      lines: [
        {
          says: 'Move every point of one set to a point of the other. The least mean squared way, over all joint distributions, is:',
          formula: 'quality-coupling',
        },
        {
          says: 'Open the square. The means come out on their own, and only the cross-covariance C is left to choose:',
          formula: 'quality-expand',
        },
        {
          says: 'C cannot be anything: together with the two covariances it has to be a covariance. The largest trace it can have is known:',
          formula: 'quality-allowed',
        },
        {
          says: 'So the distance has a closed form, and the trace is the same as that of the root of the product:',
          formula: 'quality-w2',
        },
        {
          says: 'In one dimension it is the squared distance of two points in the plane of mean and standard deviation:',
          formula: 'quality-one',
        },
        {
          says: 'FID takes real features for Gaussian, which they are not: two sets can differ and still have FID 0. Now the inception score:',
          formula: 'quality-is',
        },
        {
          says: 'Its logarithm is the mutual information of picture and class, the entropy of all less the entropy of each:',
          formula: 'quality-information',
        },
        {
          says: 'So it lies between 1 and the number of classes K. One perfect picture a class has the highest score there is.',
          formula: 'quality-range',
        },
      ],
      symbols: ['fid', 'inception-score', 'precision-recall', 'features', 'classifier-scale'],
    },
  };
};
