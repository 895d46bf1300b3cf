// @ts-check
/** The steps that have a companion in the plane, and how it follows their controls. */

/** @typedef {import('./experiment.js').Patch} Patch */

/**
 * `follow` says what the controls of a step's experiment are set to, in the settings of a run; `offers` are settings that
 * the companion has controls of its own for, because the experiment shows many values at once.
 * @typedef {{ follow: (controls: Record<string, any>) => Patch, offers?: string[] }} Companion
 */

/** @type {Partial<Record<import('./steps.js').StepId, Companion>>} */
export const COMPANIONS = {
  ddpm: { follow: ({ steps = 25 }) => ({ sampler: 'ddpm', steps: String(steps), method: 'conditional' }) },
  ddim: {
    follow: ({ eta = 0, steps = 10 }) => ({ sampler: 'ddim', eta, steps: String(steps), method: 'conditional' }),
  },
  gradient: { follow: ({ scale = 4, sampler = 'ddim' }) => ({ method: 'classifier', scale, sampler, class: 'A' }) },
  scale: { follow: () => ({ method: 'classifier', scale: 8, class: 'A' }), offers: ['scale'] },
  'classifier-free': {
    follow: ({ weight = 3 }) => ({ method: 'classifier-free', 'cfg-weight': weight, class: 'A' }),
  },
  solvers: { follow: () => ({ sampler: 'dpmpp', steps: '8', method: 'conditional' }), offers: ['sampler', 'steps'] },
};
