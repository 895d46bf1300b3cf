// @ts-check
/** The best guess, and what it depends on. */
export default {
  'timestep-told': String.raw`\class{term-x0}{\hat x_0} = \sqrt{\bar\alpha_t}\, x_t - \sqrt{1 - \bar\alpha_t}\, v_\theta(x_t, \class{term-gradient}{\tau})`,
  tau: String.raw`\class{term-gradient}{\tau}`,
  'timestep-square': String.raw`\min_f\ \mathbb{E} \left\lVert x_0 - f(x_t, t) \right\rVert^2`,
  'timestep-split': String.raw`\mathbb{E}\!\left[ \lVert x_0 - f \rVert^2 \mid x_t \right] = \left\lVert \mathbb{E}[x_0 \mid x_t] - f \right\rVert^2 + \mathbb{E}\!\left[ \lVert x_0 - \mathbb{E}[x_0 \mid x_t] \rVert^2 \mid x_t \right]`,
  'timestep-mean': String.raw`f(x_t, t) = \mathbb{E}[x_0 \mid x_t] = \int x_0\, q(x_0 \mid x_t)\, \mathrm{d}x_0`,
  'timestep-bayes': String.raw`q(x_0 \mid x_t) \propto q(x_0)\, \exp\!\left( -\frac{\lVert x_t - \sqrt{\bar\alpha_t}\, x_0 \rVert^2}{2 (1 - \bar\alpha_t)} \right)`,
  'timestep-tweedie': String.raw`\mathbb{E}[x_0 \mid x_t] = \frac{x_t + (1 - \bar\alpha_t)\, \nabla_{x_t} \log q(x_t)}{\sqrt{\bar\alpha_t}}`,
};
