// @ts-check
/** The terms of the lesson, each in a few sentences. */
import { html } from 'lit';

/** @typedef {{ name: string, says: unknown }} Entry */

/** @param {import('../tools.js').Tools} tools @returns {Record<string, Entry>} */
export const glossary = ({ m, term }) => ({
  'forward-process': {
    name: 'Forward process',
    says: html`The noising direction: a picture is shrunk and noised step by step until only noise is left. It is fixed, and nothing of it is learned.`,
  },
  'reverse-process': {
    name: 'Reverse process',
    says: html`The denoising direction: from noise to a picture, each step a Gaussian whose mean the network predicts. This is what sampling runs.`,
  },
  timestep: {
    name: 'Timestep',
    says: html`How far the forward process has gone: 0 is almost the picture, ${m('t')} = T − 1 almost pure noise. The network is told it, because how much noise to expect changes what the best guess is.`,
  },
  'noise-schedule': {
    name: 'Noise schedule',
    says: html`How much noise each step adds, and so how ${term('abar', 'ᾱ')} falls. Linear and cosine schedules are usual; our models use the cosine.`,
  },
  abar: {
    name: 'ᾱ (alphas_cumprod)',
    says: html`The share of the clean picture’s variance that is left at a timestep: the product of all 1 − ${m('beta')} up to there. It falls from 1 to 0. The DDIM paper calls it α.`,
  },
  beta: { name: 'β', says: html`The variance of the noise that one forward step adds.` },
  snr: {
    name: 'Signal-to-noise ratio',
    says: html`Variance of the picture over variance of the noise, ${m('g-snr')}. It orders noise levels whatever the schedule; fast solvers step in half its logarithm, λ.`,
  },
  eps: {
    name: 'ε, the noise',
    says: html`The standard Gaussian noise that was mixed into a picture. ε with an index θ is the network’s estimate of it.`,
  },
  'x0-hat': {
    name: 'x̂₀, the predicted picture',
    says: html`What the network believes the clean picture to be, given ${m('xt')}. It is an average over all pictures that could have led there, so early in a run it is blurred.`,
  },
  'v-prediction': {
    name: 'v-prediction',
    says: html`Having the network predict v, a mix of noise and picture, rather than the noise. ${m('x0_hat')} and ε follow from v and ${m('xt')}, so every formula stays; only training weighs the timesteps differently. Our models do this.`,
  },
  unet: {
    name: 'UNet',
    says: html`The network: it halves the resolution a few times, doubles it again, and passes what it saw on the way down across. Timestep and labels enter every block.`,
  },
  loss: {
    name: 'Training loss',
    says: html`The mean square of the difference between the noise and its prediction, on random pictures, timesteps and noise. It is what training makes small, and not a probability.`,
  },
  score: {
    name: 'Score',
    says: html`The gradient of the log density: the direction in which a noised picture becomes more likely. It is the noise prediction up to a factor: −ε / √(1 − ᾱ).`,
  },
  posterior: {
    name: 'Posterior of the forward process',
    says: html`Where ${m('ddpm-next')} was, if both ${m('xt')} and the picture are known: a Gaussian in closed form. DDPM samples it with ${m('x0_hat')} in the picture’s place.`,
  },
  variance: {
    name: 'Variance of a step',
    says: html`How much fresh noise a DDPM step adds. It is fixed to β or to the posterior’s variance, or learned as something in between.`,
  },
  ddpm: {
    name: 'DDPM',
    says: html`The original sampler: the posterior’s mean at ${m('x0_hat')}, plus fresh noise in every step but the last. It wants many steps.`,
  },
  ddim: {
    name: 'DDIM',
    says: html`A family of samplers for the same network: with ${term('eta', 'η')} = 0 no fresh noise, so that the first noise alone decides the picture; few, large steps do.`,
  },
  eta: {
    name: 'η (eta)',
    says: html`How much of DDPM’s fresh noise DDIM adds: 0 none, 1 as much as DDPM.`,
  },
  respacing: {
    name: 'Respacing',
    says: html`Visiting only some of the training timesteps. The network is told the original ones, and the schedule between them is recomputed.`,
  },
  seed: {
    name: 'Seed',
    says: html`The number that all noise of a run follows from. The same seed and settings give the same picture, here and on the command line.`,
  },
  classifier: {
    name: 'Classifier',
    says: html`A network that gives each class a probability. An ordinary one has only seen clean pictures.`,
  },
  'noise-aware-classifier': {
    name: 'Noise-aware classifier',
    says: html`A classifier that was trained on noised pictures and is told the timestep, so that its opinion, and its gradient, mean something at every noise level.`,
  },
  'classifier-guidance': {
    name: 'Classifier guidance',
    says: html`Pushing every step along the gradient of a noise-aware classifier’s log probability of the class. The diffusion model itself need not know any class.`,
  },
  gradient: {
    name: 'Guidance gradient',
    says: html`How each pixel of ${m('xt')} would have to change for the class to become more likely. It is computed through the whole classifier by back-propagation.`,
  },
  'condition-mean': {
    name: 'condition_mean',
    says: html`Guidance of samplers that draw from a Gaussian: its mean moves by scale × variance × gradient.`,
  },
  'condition-score': {
    name: 'condition_score',
    says: html`Guidance of samplers that follow the score, DDIM for one: the gradient is added to the score, which changes ε.`,
  },
  'classifier-scale': {
    name: 'Scale',
    says: html`How many times the gradient counts. Above 1 the class is exaggerated: more typical pictures, fewer kinds of them.`,
  },
  conditional: {
    name: 'Conditional prediction',
    says: html`The network’s prediction when it is told the class (and style), by an embedding that is added to the timestep’s.`,
  },
  'null-label': {
    name: 'Null label',
    says: html`The label that says nothing. In training it stands in for the true label now and then, so that one network learns both predictions.`,
  },
  'classifier-free-guidance': {
    name: 'Classifier-free guidance',
    says: html`Exaggerating what the label changes in the prediction. One network is asked twice, with and without the label; no classifier is needed.`,
  },
  'guidance-weight': {
    name: 'Guidance weight',
    says: html`How far to go from the unconditional prediction towards and beyond the conditional one: 0 ignores the label, 1 is plain conditioning. The paper’s w is one less.`,
  },
  autoguidance: {
    name: 'Autoguidance',
    says: html`Leading away from what a weaker version of the same model would predict; it improves pictures without asking for less variety.`,
  },
  ilvr: {
    name: 'ILVR',
    says: html`Following a reference picture: after each step the low frequencies of the sample are replaced by those of the reference at the same noise level. Nothing is trained for it.`,
  },
  'low-pass': {
    name: 'φ_N, the low-pass filter',
    says: html`Shrinking by N and enlarging again. Only what is coarser than N pixels remains. It is not an exact projection: applied twice it changes the picture a little more.`,
  },
  'down-n': {
    name: 'N (down_N)',
    says: html`How coarse the reference is taken: a small N ties the sample to it, a large N leaves it free.`,
  },
  style: {
    name: 'Style',
    says: html`The second label of our emoji models: which of seven vendors drew the picture.`,
  },
  inpainting: {
    name: 'Inpainting',
    says: html`Keeping a part of a picture and having the model paint the rest.`,
  },
  repaint: {
    name: 'RePaint',
    says: html`Inpainting with any diffusion model: the kept part is put back before each step, at that step’s noise, and the run goes back up a few steps now and then so that both parts come to fit.`,
  },
  sdedit: {
    name: 'SDEdit',
    says: html`Editing by noising a picture part of the way and denoising it again. The more noise, the freer the result.`,
  },
  inversion: {
    name: 'DDIM inversion',
    says: html`Running DDIM upwards, from a picture to the noise that would make it.`,
  },
  features: {
    name: 'Features',
    says: html`Numbers that a trained network gives a picture. Measures of quality compare sets of pictures by them, and so depend on which network it is.`,
  },
  fid: {
    name: 'FID',
    says: html`Fréchet inception distance: the features of real and of made pictures are summed up as one Gaussian each, and the distance between the two is taken. Smaller is closer.`,
  },
  'inception-score': {
    name: 'Inception score',
    says: html`High when a classifier is sure about each picture and sees all classes among them. It never looks at real pictures.`,
  },
  'precision-recall': {
    name: 'Precision and recall',
    says: html`Precision: the share of made pictures that lie among real ones, which is fidelity. Recall: the share of real pictures that lie among made ones, which is diversity.`,
  },
  ode: {
    name: 'Probability flow ODE',
    says: html`The noise-free path from noise to picture that has the right distribution at every moment. DDIM with η = 0 is a solver of it.`,
  },
  sde: {
    name: 'SDE',
    says: html`The same path with fresh noise all along. DDPM is a solver of it; the noise washes out earlier mistakes.`,
  },
  solver: { name: 'Solver', says: html`A rule that turns the continuous path into finite steps.` },
  order: {
    name: 'Order',
    says: html`How fast the error falls as steps shrink: with order 2, half the step leaves a quarter of the error — once steps are small enough.`,
  },
  'dpm-solver': {
    name: 'DPM-Solver++',
    says: html`A solver that treats the part of the path it knows exactly, and the network’s part by a line through the last two predictions.`,
  },
  unipc: {
    name: 'UniPC',
    says: html`Predicts a step, then corrects it with the prediction that the next step needs anyway, at no further call.`,
  },
  heun: {
    name: 'Heun',
    says: html`Asks the network at both ends of a step and takes the mean of the slopes: order 2 for two calls.`,
  },
  ema: {
    name: 'EMA',
    says: html`The exponential moving average of the weights over training. It is what is sampled from.`,
  },
  memorisation: {
    name: 'Memorisation',
    says: html`Giving back training pictures instead of new ones. It shows as samples that lie much closer to a training picture than unseen pictures do.`,
  },
  latent: {
    name: 'Latent diffusion',
    says: html`Diffusion in the small code of an autoencoder rather than in pixels; a decoder makes the picture at the end.`,
  },
  'text-guidance': {
    name: 'Text guidance',
    says: html`Telling the network a sentence instead of a class: its embedding joins the timestep’s and its words the attention.`,
  },
  'point-cloud': {
    name: 'Point clouds',
    says: html`The same process on points in space instead of pixels; the network must not care in which order they come.`,
  },
});
