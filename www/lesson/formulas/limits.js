// @ts-check
/** Composed classes, and the ideal denoiser that can only copy. */
export default {
  'limits-composed': String.raw`\class{term-eps}{\varepsilon} = \class{term-eps}{\varepsilon_\theta}(x_t) + \sum_k w_k \left(\class{term-eps}{\varepsilon_\theta}(x_t \mid y_k) - \class{term-eps}{\varepsilon_\theta}(x_t)\right)`,
  'limits-loss': String.raw`\begin{aligned} \min_{\hat x_0}\ &\frac{1}{n} \sum_{i=1}^{n} \mathbb{E}_{\varepsilon}\, \bigl\lVert \class{term-x0}{\hat x_0}(x_t) - x^{(i)} \bigr\rVert^2 \\ x_t &= \sqrt{\bar\alpha_t}\, x^{(i)} + \sqrt{1 - \bar\alpha_t}\, \class{term-eps}{\varepsilon} \end{aligned}`,
  'limits-mean': String.raw`\class{term-x0}{\hat x_0^\star}(x_t) = \sum_{i=1}^{n} w_i(x_t)\, x^{(i)}`,
  'limits-weights': String.raw`\begin{aligned} w_i(x_t) &= \frac{e^{-d_i}}{\sum_j e^{-d_j}} \\ d_i &= \frac{\lVert x_t - \sqrt{\bar\alpha_t}\, x^{(i)} \rVert^2}{2 (1 - \bar\alpha_t)} \end{aligned}`,
  'limits-copy': String.raw`\begin{aligned} \class{term-x0}{\hat x_0^\star}(x_t) &\to x^{(i)} \quad (\bar\alpha_t \to 1) \\ i &= \arg\min_j \lVert x_t - x^{(j)} \rVert \end{aligned}`,
};
