// @ts-check
import { html } from 'lit';
import { apart, percent } from '../figures.js';

/** @param {import('../tools.js').Tools} tools @returns {import('../step-words.js').StepWords} */
export const editing = ({ m, term, paper, lab }) => ({
  title: 'Change a picture: inpainting, SDEdit, style',
  line: 'The same chain edits pictures: keep a part of one, start half-way from one, or follow one in another style.',
  idea: html`<p>Nothing here is trained for editing. Three tricks turn a model that draws into one that changes what is there.</p>
    <p><b>${term('inpainting', 'Inpainting')}.</b> ${term('repaint', 'RePaint')} (${paper('lugmayr2022', 'Lugmayr et al. 2022')})
      overwrites, before each step, what a mask ${m('edit-mask')} keeps with the known picture, noised to the same level.
      What the model has painted in the hole could not know that part, so the chain jumps back up now and then and comes
      down again, until both fit.</p>
    <p>${m('edit-mix')}</p>
    <p><b>${term('sdedit', 'SDEdit')}</b> (${paper('meng2022', 'Meng et al. 2022')}) starts the chain in its middle: the picture
      is noised to a timestep ${m('edit-start')} and denoised from there. <b>Style</b>: ${term('ilvr', 'ILVR')} holds the coarse
      of the picture, and the ${term('style', 'style')} label says in whose hand the rest is drawn.</p>`,
  task: html`<p>Paint over a part of the picture and let the model fill it, once straight down and once with jumps. Then change
      the way: start from the picture at several strengths, and see it in every style.</p>
    <p>${lab('Try it in the lab', { method: 'conditional,repaint', class: 'face' })}</p>`,
  question: {
    ask: 'SDEdit with strength 1: the picture is noised to the very top of the chain. What is left of it in the result?',
    options: [
      'Its colours, because noise only hides the shapes.',
      'Its rough outline, because that survives the longest.',
      'Nothing: the chain starts from noise, whatever the picture was.',
      'All of it, a little blurred: denoising undoes the noise.',
    ],
    answer: 2,
    reveal: html`<p>At the top ${m('abar')} is almost 0, so the start is noise and nothing else: the result depends on the seed and
      on the label, not on the picture. Strength decides what survives: fine detail drowns first, the outline later, the
      colours of large areas last. Choose “Start from it” in the experiment and go from 0.2 to 1. Denoising does not undo
      the noise: it invents one clean picture out of those that could be under it.</p>`,
  },
  experiment: {
    way: 'Way',
    ways: { inpainting: 'Inpaint', sdedit: 'Start from it', styles: 'Every style' },
    told: 'The network is told',
    otherNoise: 'Other noise',
    inpainting: {
      keepAll: 'Keep all',
      straight: { name: 'Straight down', label: 'The hole filled on the straight way down' },
      jumping: { name: 'With jumps back', label: 'The hole filled with jumps back up the chain' },
      steps: (/** @type {number} */ done, /** @type {number} */ total) => `step ${done} of ${total}`,
    },
    sdedit: {
      strength: 'Strength',
      pictures: {
        source: { name: 'The picture', label: 'The picture that the run starts from' },
        start: { name: 'Where it starts', label: 'The picture under the noise that the run starts with' },
      },
      seed: (/** @type {number} */ seed) => `seed ${seed}`,
      seedLabel: (/** @type {number} */ seed) => `What the model makes of it with seed ${seed}`,
      begins: (/** @type {number} */ t, /** @type {number} */ steps, /** @type {number} */ abar) =>
        html`It starts at timestep <b>${t}</b>, where ${percent(Math.sqrt(abar))} of the picture’s contrast is left, and walks <b>${steps}</b> ${steps === 1 ? 'step' : 'steps'}.`,
      away: (/** @type {number} */ distance) =>
        `From the picture to the results: ${apart(distance)} (root mean square, where 1 is from black to white).`,
    },
    styles: {
      coarseness: 'Coarseness N',
      source: { name: 'The reference', label: 'The reference picture' },
      label: (/** @type {string} */ style) => `The reference in the style of ${style}`,
    },
  },
  derivation: {
    title: 'Why RePaint jumps back, and what strength means',
    lines: [
      {
        says: html`The kept part needs no network: at every level it is one jump of the ${term('forward-process', 'forward process')} away.`,
        formula: 'edit-known',
      },
      {
        says: html`The mask ${m('edit-mask')} is 1 where the picture is kept; the rest comes from the chain’s own last step.`,
        formula: 'edit-mix',
      },
      {
        says: 'Each part has the right amount of noise, but the mixture is no likely state: the painted part was drawn beside another draw of the known one, and a single step down is too short to make up for it.',
      },
      {
        says: 'So the mixture is noised up again, several levels at once. What was painted loses its details and is drawn anew, this time beside the known part; each round makes the two fit better. With fresh noise z, one level up is:',
        formula: 'edit-jump',
      },
      { says: 'SDEdit starts with one such jump, applied to all of the picture.', formula: 'edit-sdedit' },
      {
        says: html`Where to start? Noise makes any two pictures alike: the given one y, and a natural picture ${m('x_0')} near it that the model could draw. Both are Gaussians with the same variance, so how well they can be told apart is one fraction:`,
        formula: 'edit-alike',
      },
      {
        says: 'It falls to 0 as noise grows, for large differences last. A good strength is where flaws of a scribble can no longer be told apart, but what it shows still can.',
      },
    ],
    symbols: ['inpainting', 'repaint', 'sdedit', 'style', 'abar', 'beta'],
  },
});
