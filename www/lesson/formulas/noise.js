// @ts-check
/** The forward process. */
export default {
  xt: String.raw`\class{term-xt}{x_t}`,
  x_0: String.raw`x_0`,
  eps: String.raw`\class{term-eps}{\varepsilon}`,
  t: String.raw`t`,
  abar: String.raw`\bar\alpha_t`,
  beta: String.raw`\beta_t`,
  normal: String.raw`\mathcal{N}(0, \mathbf{I})`,
  forward: String.raw`\class{term-xt}{x_t} = \sqrt{\bar\alpha_t}\, x_0 + \sqrt{1 - \bar\alpha_t}\, \class{term-eps}{\varepsilon}`,
  'forward-step': String.raw`q(x_t \mid x_{t-1}) = \mathcal{N}\!\left(x_t;\ \sqrt{1-\beta_t}\, x_{t-1},\ \beta_t \mathbf{I}\right)`,
  'forward-twice': String.raw`x_t = \sqrt{\alpha_t \alpha_{t-1}}\, x_{t-2} + \sqrt{\alpha_t (1 - \alpha_{t-1})}\, \varepsilon' + \sqrt{1 - \alpha_t}\, \varepsilon''`,
  'variances-add': String.raw`\alpha_t (1 - \alpha_{t-1}) + (1 - \alpha_t) = 1 - \alpha_t \alpha_{t-1}`,
  'forward-jump': String.raw`q(x_t \mid x_0) = \mathcal{N}\!\left(x_t;\ \sqrt{\bar\alpha_t}\, x_0,\ (1 - \bar\alpha_t)\, \mathbf{I}\right),\quad \bar\alpha_t = \prod_{s=1}^{t} (1 - \beta_s)`,
};
