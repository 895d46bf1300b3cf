// @ts-check
/** The lesson's steps in their order; what one of them is for is in its words, what one does there in its experiment. */

/** @typedef {keyof typeof EXPERIMENTS} StepId */

/** What fetches the experiment of each step. */
export const EXPERIMENTS = {
  noise: () => import('./steps/noise.js'),
  prediction: () => import('./steps/prediction.js'),
  timestep: () => import('./steps/timestep.js'),
  ddpm: () => import('./steps/ddpm.js'),
  ddim: () => import('./steps/ddim.js'),
  'noisy-classifier': () => import('./steps/noisy-classifier.js'),
  gradient: () => import('./steps/gradient.js'),
  scale: () => import('./steps/scale.js'),
  'classifier-free': () => import('./steps/classifier-free.js'),
  reference: () => import('./steps/reference.js'),
  editing: () => import('./steps/editing.js'),
  quality: () => import('./steps/quality.js'),
  solvers: () => import('./steps/solvers.js'),
  limits: () => import('./steps/limits.js'),
};

export const STEPS = /** @type {StepId[]} */ (Object.keys(EXPERIMENTS));

/** @param {string | undefined} name @returns {StepId | undefined} */
export const stepOf = (name) => STEPS.find((id) => id === name);
