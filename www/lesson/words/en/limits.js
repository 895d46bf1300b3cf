// @ts-check
import { html } from 'lit';
import { apart, megabytes, percent, pointOf, realOf } from '../figures.js';

/** @param {import('../tools.js').Tools} tools @returns {import('../step-words.js').StepWords} */
export const limits = ({ m, term, paper, lab, facts }) => {
  const { large, small } = facts.asked;
  const at = (/** @type {number} */ scale) => pointOf(facts, 'classifier-scale', scale).nearest;
  const real = realOf(facts, 'classifier-scale').nearest;
  const int4 = pointOf(facts, 'precision', 'int4');
  const int8 = pointOf(facts, 'precision', 'int8');
  const seen = (facts.imagesSeen / 1000).toFixed(0);
  const grown = (int4.fid.mean / int8.fid.mean - 1) * 100;
  return {
    title: 'Limits, and where to go next',
    line: 'What a small model cannot do, why it does not copy, and what changes for text, latents and point clouds.',
    idea: html`<p>The model you steer is small and has trained little: the full one was shown ${seen},000 pictures, large ones see billions. Told
        a class and nothing more, it draws one in which a judge sees that class ${percent(large.told)} of the time; with the classifier at
        scale 4 it is ${percent(large.guided)}. For the small network that the lesson runs on it is ${percent(small.told)} and ${percent(small.guided)}.</p>
      <p>It only knows what its pictures showed. Each of them has one class, so nothing in training says what a face that is also a
        heart looks like. ${term('classifier-free-guidance', 'Guidance')} can still be asked for both, by adding up where two classes pull:</p>
      <p>${m('limits-composed')}</p>
      <p>The other danger is the opposite: not knowing too little but remembering too much. Large models have given back single training
        pictures, mostly ones that stood in the data many times (${paper('carlini2023', 'Carlini et al. 2023')},
        ${paper('somepalli2023', 'Somepalli et al. 2023')}). Look for this ${term('memorisation', 'memorising')} before you trust a generator with
        pictures that are not yours.</p>`,
    task: html`<p>Ask for two classes at once and say what came of it: one of the two, something between, or neither. Then let the
        large network draw from the same noise. ${lab('Compose in the lab', { class: 'none', method: 'composed', compose: 'face:3,heart:3' })}</p>`,
    question: {
      ask: 'Take each sample’s nearest training picture. How far is it, compared with that of an emoji the model has never seen?',
      options: [
        'Nearer: the model redraws what it was trained on.',
        'Just as near: samples are like new emoji.',
        'Farther: samples are no copies, and not quite emoji either.',
      ],
      answer: 2,
      reveal: html`<p>Half of the held-out emoji have a training picture within ${apart(real)} (root mean square of
          8 × 8 thumbnails, black to white is 1); for
          samples it is ${apart(at(0))} without the classifier and ${apart(at(4))} at scale 4, ${(at(4) / real).toFixed(2)} times as far. It is
          ${apart(at(16))} at 16: a strong push leads away from everything real.</p>
        <p>Be careful with what this proves. A median says nothing of the single copy, and thumbnails miss a copy that is shifted or only
          in part. The training
          pictures are not part of this page, so this was measured beforehand.</p>`,
    },
    experiment: {
      first: 'One class',
      second: 'And another',
      otherNoise: 'From other noise',
      withLarge: (/** @type {number} */ bytes) => `The large network too (fetches ${megabytes(bytes)})`,
      fetching: 'The large network is being fetched …',
      caption: 'The same noise asked for one class, for the other, and for both',
      asked: (
        /** @type {'first' | 'second' | 'both'} */ asked,
        /** @type {string} */ first,
        /** @type {string} */ second,
      ) => ({ first, second, both: `${first} + ${second}` })[asked],
      networks: { small: 'Small network, int4', large: 'Large network, int8' },
      picture: (/** @type {string} */ what, /** @type {string} */ network) => `${what}, ${network}`,
      share: (/** @type {string} */ name, /** @type {number} */ share) => `${name} ${percent(share)}`,
      judge: 'Under each picture: what the noise-aware classifier makes of it, for the two classes.',
      apart: (/** @type {number} */ distance) =>
        html`The two networks’ joint pictures are ${apart(distance)} apart. That is the network’s size more than its bits: stored in int4, the large one’s
          FID was ${grown.toFixed(1)}\u00a0% above int8’s.`,
    },
    derivation: {
      title: 'The perfect student would only copy; and what changes elsewhere',
      lines: [
        {
          says: 'Training looks at n pictures and no others. This is what it makes small, at each timestep:',
          formula: 'limits-loss',
        },
        {
          says: 'Without any limit on the network, the best answer is known. It is the posterior mean over the training pictures:',
          formula: 'limits-mean',
        },
        { says: html`Their weights say how well each explains ${m('xt')}:`, formula: 'limits-weights' },
        {
          says: 'As the noise goes, one weight goes to 1. Whoever follows this answer ends in a training picture. New pictures come from what the network cannot fit: its size, its convolutions, its short training.',
          formula: 'limits-copy',
        },
        {
          says: html`${term('text-guidance', 'Text')}: a text encoder’s vectors take the place of the class, and the network attends to them. Guidance is
            classifier-free; the empty text is the null label (${paper('nichol2022', 'Nichol et al. 2022')}, ${paper('rombach2022', 'Rombach et al. 2022')}).`,
        },
        {
          says: html`${term('latent', 'Latents')}: an autoencoder, trained before, makes the picture small, and diffusion runs there
            (${paper('rombach2022', 'Rombach et al. 2022')}). Sampler, schedule and guidance stay as they are. But a prediction is no picture until it
            is decoded, so a classifier or a low-pass condition has to know of latents, or be asked through the decoder.`,
        },
        {
          says: html`${term('point-cloud', 'Point clouds')}: the state is a set of points in space, and noise moves each of them
            (${paper('luo2021', 'Luo and Hu 2021')}). There is no grid: the network must not care about the order of the points, and there is no
            low pass to hold on to.`,
        },
      ],
      symbols: ['memorisation', 'x0-hat', 'loss', 'text-guidance', 'latent', 'point-cloud'],
    },
  };
};
