// @ts-check
/** One step of DDPM. */
export default {
  z: String.raw`z`,
  sigma: String.raw`\sigma_t`,
  x_T: String.raw`x_T`,
  mu: String.raw`\mu_\theta`,
  'ddpm-gaussian': String.raw`p_\theta(x_{t-1} \mid x_t) = \mathcal{N}\!\left(x_{t-1};\ \mu_\theta(x_t, t),\ \Sigma_t\right)`,
  'ddpm-draw': String.raw`x_{t-1} = \mu_\theta(x_t, t) + \Sigma_t^{1/2} z, \qquad z \sim \mathcal{N}(0, \mathbf{I})`,
  'ddpm-next': String.raw`\class{term-xt}{x_{t-1}}`,
  'ddpm-noise': String.raw`\sigma_t z`,
  'ddpm-large': String.raw`\sqrt{\beta_t}`,
  'ddpm-small': String.raw`\sqrt{\tilde\beta_t}`,
  'ddpm-bayes': String.raw`q(x_{t-1} \mid x_t, x_0) \propto q(x_t \mid x_{t-1})\, q(x_{t-1} \mid x_0)`,
  'ddpm-exponents': String.raw`-2 \log q = \frac{\lVert x_t - \sqrt{\alpha_t}\, x_{t-1} \rVert^2}{\beta_t} + \frac{\lVert x_{t-1} - \sqrt{\bar\alpha_{t-1}}\, x_0 \rVert^2}{1 - \bar\alpha_{t-1}} + \text{const}`,
  'ddpm-precision': String.raw`\frac{1}{\tilde\beta_t} = \frac{\alpha_t}{\beta_t} + \frac{1}{1 - \bar\alpha_{t-1}} \quad\Rightarrow\quad \tilde\beta_t = \frac{1 - \bar\alpha_{t-1}}{1 - \bar\alpha_t}\, \beta_t`,
  'ddpm-mean': String.raw`\tilde\mu_t(x_t, x_0) = \frac{\sqrt{\bar\alpha_{t-1}}\, \beta_t}{1 - \bar\alpha_t}\, x_0 + \frac{\sqrt{\alpha_t}\, (1 - \bar\alpha_{t-1})}{1 - \bar\alpha_t}\, \class{term-xt}{x_t}`,
  'ddpm-learned': String.raw`\mu_\theta(x_t, t) = \tilde\mu_t\!\left(\class{term-xt}{x_t},\ \class{term-x0}{\hat x_0(x_t, t)}\right)`,
  'ddpm-sigmas': String.raw`\sigma_t^2 = \beta_t \ \text{(fixed-large)} ,\qquad \sigma_t^2 = \tilde\beta_t \ \text{(fixed-small)}`,
};
