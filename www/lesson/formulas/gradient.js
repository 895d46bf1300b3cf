// @ts-check
/** Classifier guidance in DDPM and in DDIM. */
export default {
  'gradient-sampling': String.raw`p(x_{t-1} \mid x_t, y) \propto p_\theta(x_{t-1} \mid x_t)\, p(y \mid x_{t-1}),\qquad p_\theta(x_{t-1} \mid x_t) = \mathcal{N}(\mu, \Sigma)`,
  'gradient-taylor': String.raw`\log p(y \mid x_{t-1}) \approx \log p(y \mid x_{t-1}) \big|_{x_{t-1} = \mu} + (x_{t-1} - \mu)^{\!\top} \class{term-gradient}{g},\quad \class{term-gradient}{g} = \nabla_{x_{t-1}} \log p(y \mid x_{t-1}) \big|_{x_{t-1} = \mu}`,
  'gradient-square': String.raw`-\tfrac{1}{2} (x_{t-1} - \mu)^{\!\top} \Sigma^{-1} (x_{t-1} - \mu) + (x_{t-1} - \mu)^{\!\top} g = -\tfrac{1}{2} (x_{t-1} - \mu - \Sigma g)^{\!\top} \Sigma^{-1} (x_{t-1} - \mu - \Sigma g) + C`,
  'gradient-mean': String.raw`x_{t-1} \sim \mathcal{N}(\mu + s\, \Sigma\, \class{term-gradient}{g},\ \Sigma)`,
  'gradient-score': String.raw`\nabla_{x_t} \log p_\theta(x_t) = -\frac{1}{\sqrt{1 - \bar\alpha_t}}\, \class{term-eps}{\varepsilon_\theta(x_t, t)}`,
  'gradient-scores': String.raw`\nabla_{x_t} \log \left( p_\theta(x_t)\, p(y \mid x_t)^s \right) = -\frac{1}{\sqrt{1 - \bar\alpha_t}}\, \class{term-eps}{\varepsilon_\theta} + s\, \class{term-gradient}{\nabla_{x_t} \log p(y \mid x_t)}`,
  'gradient-eps': String.raw`\class{term-eps}{\hat\varepsilon} = \class{term-eps}{\varepsilon_\theta} - \sqrt{1 - \bar\alpha_t}\ s\, \class{term-gradient}{\nabla_{x_t} \log p(y \mid x_t)}`,
  'gradient-mu': String.raw`\mu`,
  'gradient-g': String.raw`\class{term-gradient}{g}`,
  'gradient-norm': String.raw`\lVert \class{term-gradient}{\nabla} \rVert`,
  'gradient-push-ddpm': String.raw`\sigma_t^2\, s\, \lVert \class{term-gradient}{\nabla} \rVert`,
  'gradient-push-ddim': String.raw`\sqrt{1 - \bar\alpha_t}\ s\, \lVert \class{term-gradient}{\nabla} \rVert`,
  'gradient-next': String.raw`x_{t-1}`,
};
