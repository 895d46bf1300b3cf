// @ts-check
/** DDIM's family of processes, and what eta does in it. */
export default {
  'ddim-eta': String.raw`\eta`,
  'ddim-sigma-t': String.raw`\sigma_t`,
  'ddim-abar-prev': String.raw`\bar\alpha_{t-1}`,
  'ddim-step': String.raw`\class{term-xt}{x_{t-1}} = \sqrt{\bar\alpha_{t-1}}\; \class{term-x0}{\hat x_0} + \sqrt{1 - \bar\alpha_{t-1} - \sigma_t^2}\; \class{term-eps}{\varepsilon_\theta} + \sigma_t z`,
  'ddim-marginal': String.raw`q(x_t \mid x_0) = \mathcal{N}\!\left(\sqrt{\bar\alpha_t}\, x_0,\ (1 - \bar\alpha_t)\, \mathbf{I}\right)`,
  'ddim-family': String.raw`\begin{aligned} q_\sigma(x_{t-1} \mid x_t, x_0) &= \mathcal{N}\!\left(m_t,\ \sigma_t^2\, \mathbf{I}\right) \\ m_t &= \sqrt{\bar\alpha_{t-1}}\, x_0 \\ &\quad + \sqrt{1 - \bar\alpha_{t-1} - \sigma_t^2}\; \class{term-eps}{\varepsilon} \end{aligned}`,
  'ddim-noise-in': String.raw`\class{term-eps}{\varepsilon} = \frac{x_t - \sqrt{\bar\alpha_t}\, x_0}{\sqrt{1 - \bar\alpha_t}}`,
  'ddim-check': String.raw`(1 - \bar\alpha_{t-1} - \sigma_t^2) + \sigma_t^2 = 1 - \bar\alpha_{t-1}`,
  'ddim-sigma': String.raw`\sigma_t(\eta) = \eta\, \sqrt{\frac{1 - \bar\alpha_{t-1}}{1 - \bar\alpha_t}}\; \sqrt{1 - \frac{\bar\alpha_t}{\bar\alpha_{t-1}}}`,
  'ddim-ddpm': String.raw`\sigma_t(1)^2 = \frac{1 - \bar\alpha_{t-1}}{1 - \bar\alpha_t}\, \beta_t = \tilde\beta_t`,
  'ddim-ode-step': String.raw`\begin{aligned} \frac{x_{t-1}}{\sqrt{\bar\alpha_{t-1}}} &= \frac{x_t}{\sqrt{\bar\alpha_t}} + \left(\varsigma_{t-1} - \varsigma_t\right) \class{term-eps}{\varepsilon_\theta} \\ \varsigma_t &= \sqrt{(1 - \bar\alpha_t) / \bar\alpha_t} \end{aligned}`,
  'ddim-ode': String.raw`\frac{\mathrm{d}\bar x}{\mathrm{d}\varsigma} = \class{term-eps}{\varepsilon_\theta},\qquad \bar x = \frac{x}{\sqrt{\bar\alpha}}`,
};
