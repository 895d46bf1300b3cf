// @ts-check
/** Why the classifier has to be one of x_t. */
export default {
  'noisy-classifier-sum': String.raw`\nabla \log p(x_t \mid y) = \nabla \log p(x_t) + \class{term-gradient}{\nabla \log p(y \mid x_t)}`,
  'noisy-classifier-bayes': String.raw`p(x_t \mid y) = \frac{p(x_t)\, p(y \mid x_t)}{p(y)}`,
  'noisy-classifier-logs': String.raw`\log p(x_t \mid y) = \log p(x_t) + \log p(y \mid x_t) - \log p(y)`,
  'noisy-classifier-scores': String.raw`\nabla_{x_t} \log p(x_t \mid y) = \nabla_{x_t} \log p(x_t) + \class{term-gradient}{\nabla_{x_t} \log p(y \mid x_t)}`,
  'noisy-classifier-mixture': String.raw`p(y \mid x_t) = \int p(y \mid x_0)\, p(x_0 \mid x_t)\, \mathrm{d}x_0`,
  'noisy-classifier-loss': String.raw`\min_\psi\ \mathbb{E}_{x_0, y, t, \varepsilon} \left[ -\log p_\psi\!\left(y \mid \sqrt{\bar\alpha_t}\, x_0 + \sqrt{1 - \bar\alpha_t}\, \varepsilon,\ t\right) \right]`,
  'noisy-classifier-posterior': String.raw`p(x_0 \mid x_t)`,
  'noisy-classifier-prior': String.raw`p(y)`,
};
