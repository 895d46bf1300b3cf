// @ts-check
/** What the network predicts, and why a squared error is enough to learn it. */
export default {
  eps_theta: String.raw`\class{term-eps}{\varepsilon_\theta(x_t, t)}`,
  v: String.raw`v`,
  x0_hat: String.raw`\class{term-x0}{\hat x_0}`,
  'prediction-loss': String.raw`L = \mathbb{E}_{x_0,\, t,\, \varepsilon} \left\lVert \varepsilon - \class{term-eps}{\varepsilon_\theta(x_t, t)} \right\rVert^2`,
  'prediction-v': String.raw`v = \sqrt{\bar\alpha_t}\, \varepsilon - \sqrt{1 - \bar\alpha_t}\, x_0`,
  'prediction-bound': String.raw`\begin{aligned} -\log p_\theta(x_0) \le {} & \mathbb{E}_q\, D_{\mathrm{KL}}\!\left(q(x_T \mid x_0) \,\Vert\, p(x_T)\right) \\ & + \sum_{t > 1} \mathbb{E}_q\, D_{\mathrm{KL}}\!\left(q(x_{t-1} \mid x_t, x_0) \,\Vert\, p_\theta(x_{t-1} \mid x_t)\right) \\ & - \mathbb{E}_q \log p_\theta(x_0 \mid x_1) \end{aligned}`,
  'prediction-kl': String.raw`D_{\mathrm{KL}} = \frac{1}{2 \sigma_t^2} \left\lVert \tilde\mu_t(x_t, x_0) - \mu_\theta(x_t, t) \right\rVert^2 + \text{const}`,
  'prediction-mean': String.raw`\mu_\theta(x_t, t) = \frac{1}{\sqrt{\alpha_t}} \left( x_t - \frac{\beta_t}{\sqrt{1 - \bar\alpha_t}}\, \class{term-eps}{\varepsilon_\theta(x_t, t)} \right)`,
  'prediction-weight': String.raw`D_{\mathrm{KL}} = \frac{\beta_t^2}{2 \sigma_t^2\, \alpha_t (1 - \bar\alpha_t)} \left\lVert \varepsilon - \class{term-eps}{\varepsilon_\theta(x_t, t)} \right\rVert^2 + \text{const}`,
  'prediction-from-v': String.raw`\class{term-eps}{\varepsilon_\theta} = \sqrt{\bar\alpha_t}\, v_\theta + \sqrt{1 - \bar\alpha_t}\, x_t, \qquad \class{term-x0}{\hat x_0} = \sqrt{\bar\alpha_t}\, x_t - \sqrt{1 - \bar\alpha_t}\, v_\theta`,
  'prediction-errors': String.raw`\left\lVert v - v_\theta \right\rVert^2 = \frac{1}{\bar\alpha_t} \left\lVert \varepsilon - \class{term-eps}{\varepsilon_\theta} \right\rVert^2 = \left\lVert \varepsilon - \class{term-eps}{\varepsilon_\theta} \right\rVert^2 + \left\lVert x_0 - \class{term-x0}{\hat x_0} \right\rVert^2`,
  'prediction-score': String.raw`\nabla_{x_t} \log q(x_t) \approx -\frac{\class{term-eps}{\varepsilon_\theta(x_t, t)}}{\sqrt{1 - \bar\alpha_t}}`,
};
