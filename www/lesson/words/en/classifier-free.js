// @ts-check
import { html } from 'lit';
import { percent } from '../figures.js';

/** @param {import('../tools.js').Tools} tools @returns {import('../step-words.js').StepWords} */
export const classifierFree = ({ m, term, paper, lab, facts }) => {
  const { labelDropout = 0 } = facts.training['emoji32-nano'] ?? {};
  const sweep = facts.sweeps['cfg-weight'];
  return {
    title: 'Guidance without a classifier',
    line: 'One network, asked with and without the label, is its own classifier. The price is a second question in every step.',
    idea: html`<p>A ${term('conditional', 'conditional')} network takes the label as an input. In training the label is now
        and then replaced by a ${term('null-label', 'null label')} ∅, so the same weights also learn to denoise without one.
        This model’s class was dropped for ${percent(labelDropout)} of the pictures, and its style, independently, for as many.
        It is one network, not two.</p>
      <p>So it has two answers to the same ${m('xt')}: the noise it sees when told nothing, ${m('cf-eps-u')}, and the noise
        it sees when told the class, ${m('cf-eps-c')}. ${term('classifier-free-guidance', 'Classifier-free guidance')}
        (${paper('ho2022', 'Ho and Salimans 2022')}) goes from the first towards the second, and past it:</p>
      <p>${m('cf-guided')}</p>
      <p>With ${m('cf-s')} = 0 the label has no say, ${m('cf-s')} = 1 is the conditional network as it is, and above 1 the
        label’s effect is exaggerated. Mind the two conventions: the paper’s ${term('guidance-weight', 'weight')} counts
        from the conditional network, so its ${m('cf-w-is')}. A paper’s 2 is a 3 here.</p>`,
    task: html`<p>Move the weight from 0 over 1 to 7 and watch what the label adds. At which weight is the class plain, and
        at which do colours and outlines become hard?</p>
      <p>${lab('Try it in the lab', { class: 'face', method: 'classifier-free', 'cfg-weight': 3, seed: 1 })}</p>`,
    question: {
      ask: 'What does guidance with s = 3 cost, compared with the same network at s = 1?',
      options: [
        'Training: two networks, one that knows labels and one that does not.',
        'Nothing: the network gives both answers at once.',
        'Sampling: the one network is asked twice in every step.',
        'A backward pass in every step, as with a classifier.',
      ],
      answer: 2,
      reveal: html`<p>Training costs next to nothing: the label is dropped now and then, and that is all. The price is paid in
        every step of every sample: the network is asked twice about the same ${m('xt')}. Look below the pictures: the
        calls and the milliseconds are counted on your machine. There is no backward pass, because the
        ${term('gradient', 'gradient')} of a classifier is not needed. At s = 0 and s = 1 one of the answers has no weight,
        and it is not asked for.</p>`,
    },
    experiment: {
      told: 'The network is told',
      otherNoise: 'Other noise',
      weight: 'Weight s',
      conventions: (/** @type {number} */ s) => `s = ${s} (the paper’s w = ${String(s - 1).replace('-', '−')})`,
      at: 'Answers of step',
      step: (/** @type {number} */ at, /** @type {number} */ t) => `${at}, at timestep ${t}`,
      asked: (/** @type {number} */ calls, /** @type {number} */ s) =>
        calls === 1
          ? `With s = ${s} each step asks the network once.`
          : `With s = ${s} each step asks the network twice.`,
      askedOnce: (/** @type {number} */ s) =>
        s === 0
          ? 'With s = 0 the answer with the label has no weight, so it is not asked for.'
          : 'With s = 1 the answer without the label has no weight, so it is not asked for.',
      pictures: {
        alone: {
          name: html`${m('cf-eps-u')}, told nothing`,
          label: 'The noise that the network sees without the label',
        },
        difference: { name: html`${m('cf-difference')}`, label: 'What the label changes in the answer; grey is zero' },
        used: { name: html`${m('eps')}, used`, label: 'The noise that the step goes by' },
        result: { name: 'The sample', label: 'The sample so far' },
      },
      beside: 'The same noise, other weights',
      resultOf: (/** @type {string} */ name) => `Result of ${name}`,
      byClassifier: (/** @type {number} */ scale) => `classifier, scale ${scale}`,
      calls: (/** @type {number} */ n) => (n === 1 ? '1 call a step' : `${n} calls a step`),
      callAndGradient: '1 call and a gradient',
      milliseconds: (/** @type {number} */ ms) => `${ms.toFixed(1)} ms a step`,
      belief: (/** @type {string} */ name, /** @type {number} */ share) => `${name}: ${percent(share)}`,
      cost: (
        /** @type {{ plain: number, guided: number, weight: number, onCpu: boolean, work: number }} */ {
          plain,
          guided,
          weight,
          onCpu,
          work,
        },
      ) =>
        html`One call is ${(work / 1e6).toFixed(0)} million multiply-adds. Here a step takes <b>${plain.toFixed(1)} ms</b> at s = 1
          and <b>${guided.toFixed(1)} ms</b> at s = ${weight}: <b>${(guided / plain).toFixed(1)} times</b> as long.
          ${onCpu ? '' : 'On a GPU both questions go as one batch, and a small network does not fill it: twice the work can take less than twice the time.'}`,
      measured: {
        title: 'Measured: two ways to push the same network',
        label:
          'FID against recall as guidance grows: classifier-free guidance keeps its recall, the classifier loses it',
        fid: 'FID, upwards is worse',
        recall: 'recall',
        precision: 'precision',
        numbers: 'The numbers',
        strength: 'strength',
        free: 'classifier-free, s from 1 to 6',
        classifier: 'classifier, scale from 0 to 16',
        about: html`Both lines begin at the same place, the large dot: the network told the label and not guided. ${sweep?.count} pictures a point by
          emoji32, this model’s larger sister; ${term('fid', 'FID')} on the features of the classifier that judges,
          ${term('precision-recall', 'precision and recall')} on EfficientNet’s. The intervals are wide: read directions, not digits.`,
      },
    },
    derivation: {
      title: 'The classifier inside a conditional network',
      lines: [
        { says: 'One network is asked twice, with the label y and with the null label.', formula: 'cf-answers' },
        { says: 'Bayes’ rule, with log and gradient taken; p(y) does not depend on the sample.', formula: 'cf-bayes' },
        {
          says: html`A noise prediction is a ${term('score', 'score')}, scaled: for the best possible network exactly, for a trained one about.`,
          formula: 'cf-score',
        },
        {
          says: 'Put in, the difference of the answers is the gradient of a classifier that nobody trained.',
          formula: 'cf-implicit',
        },
        { says: 'Classifier guidance sharpens: the classifier’s vote counts s times.', formula: 'cf-sharpened' },
        { says: 'As scores:', formula: 'cf-sharpened-score' },
        { says: 'With the implicit classifier in the place of a trained one:', formula: 'cf-guided' },
        {
          says: 'Ho and Salimans start from the conditional network and count what comes on top: the same line, another letter.',
          formula: 'cf-from-conditional',
        },
        {
          says: 'Two cautions. The difference of two trained answers need not be the gradient of anything, so no classifier may exist that has it. And noising the sharpened distribution of clean pictures does not give the sharpened one of every level, so the chain does not sample it exactly.',
        },
      ],
      symbols: ['eps', 'abar', 'score', 'guidance-weight', 'null-label'],
    },
  };
};
