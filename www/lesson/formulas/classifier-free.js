// @ts-check
/** Classifier-free guidance: one network's two answers, and the classifier that is implied by them. */
const u = String.raw`\class{term-eps}{\varepsilon_u}`;
const c = String.raw`\class{term-eps}{\varepsilon_c}`;
const difference = String.raw`\class{term-steered}{(\varepsilon_c - \varepsilon_u)}`;

export default {
  'cf-eps-u': u,
  'cf-eps-c': c,
  'cf-difference': String.raw`\class{term-steered}{\varepsilon_c - \varepsilon_u}`,
  'cf-s': String.raw`s`,
  'cf-w': String.raw`w`,
  'cf-w-is': String.raw`w = s - 1`,
  'cf-guided': String.raw`\class{term-eps}{\varepsilon} = ${u} + s\,${difference}`,
  'cf-answers': String.raw`${u} = \class{term-eps}{\varepsilon_\theta}(\class{term-xt}{x_t}, t, \varnothing), \quad ${c} = \class{term-eps}{\varepsilon_\theta}(\class{term-xt}{x_t}, t, y)`,
  'cf-bayes': String.raw`\class{term-gradient}{\nabla \log p(y \mid x_t)} = \nabla \log p(x_t \mid y) - \nabla \log p(x_t)`,
  'cf-score': String.raw`\nabla \log p(x_t) = -\frac{${u}}{\sqrt{1 - \bar\alpha_t}}, \quad \nabla \log p(x_t \mid y) = -\frac{${c}}{\sqrt{1 - \bar\alpha_t}}`,
  'cf-implicit': String.raw`\class{term-gradient}{\nabla \log p(y \mid x_t)} = -\frac{\class{term-steered}{\varepsilon_c - \varepsilon_u}}{\sqrt{1 - \bar\alpha_t}}`,
  'cf-sharpened': String.raw`\tilde p(x_t \mid y) \propto p(x_t)\, p(y \mid x_t)^s`,
  'cf-sharpened-score': String.raw`\nabla \log \tilde p(x_t \mid y) = \nabla \log p(x_t) + s\, \class{term-gradient}{\nabla \log p(y \mid x_t)}`,
  'cf-from-conditional': String.raw`\class{term-eps}{\varepsilon} = (1 + w)\,${c} - w\,${u}, \quad w = s - 1`,
};
