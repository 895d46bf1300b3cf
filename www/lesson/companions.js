// @ts-check
/** The steps that have a companion in the plane, and how it follows their controls. */

/** @typedef {import('./experiment.js').Patch} Patch */

/**
 * What the controls of a step's experiment are set to, in the settings of a run.
 * @type {Partial<Record<import('./steps.js').StepId, (controls: Record<string, any>) => Patch>>}
 */
export const COMPANIONS = {
  ddpm: ({ steps = 25 }) => ({ sampler: 'ddpm', steps: String(steps), method: 'conditional' }),
  ddim: ({ eta = 0, steps = 10 }) => ({ sampler: 'ddim', eta, steps: String(steps), method: 'conditional' }),
  gradient: ({ scale = 4 }) => ({ method: 'classifier', scale, class: 'A' }),
  scale: ({ scale = 8 }) => ({ method: 'classifier', scale, class: 'A' }),
  'classifier-free': ({ weight = 3 }) => ({ method: 'classifier-free', 'cfg-weight': weight, class: 'A' }),
  solvers: ({ sampler = 'dpmpp', steps = 8 }) => ({ sampler, steps: String(steps), method: 'conditional' }),
};
