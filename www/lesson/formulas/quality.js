// @ts-check
/** The Fréchet distance of two Gaussians, and the inception score. */
export default {
  'quality-frechet': String.raw`d^2 = \lVert \mu_1 - \mu_2 \rVert^2 + \operatorname{Tr}\!\left(\Sigma_1 + \Sigma_2 - 2\, (\Sigma_1 \Sigma_2)^{1/2}\right)`,
  'quality-is': String.raw`\mathrm{IS} = \exp\; \mathbb{E}_x\, \mathrm{KL}\!\left(p(y \mid x)\, \Vert\, p(y)\right)`,
  'quality-coupling': String.raw`\begin{aligned} W_2^2 &= \min_{p(X, Y)}\ \mathbb{E}\, \lVert X - Y \rVert^2 \\ X &\sim \mathcal{N}(\mu_1, \Sigma_1), \quad Y \sim \mathcal{N}(\mu_2, \Sigma_2) \end{aligned}`,
  'quality-expand': String.raw`\begin{aligned} \mathbb{E}\, \lVert X - Y \rVert^2 &= \lVert \mu_1 - \mu_2 \rVert^2 \\ &\quad + \operatorname{Tr} \Sigma_1 + \operatorname{Tr} \Sigma_2 - 2 \operatorname{Tr} C \\ C &= \operatorname{Cov}(X, Y) \end{aligned}`,
  'quality-allowed': String.raw`\begin{aligned} \begin{pmatrix} \Sigma_1 & C \\ C^{\mathsf T} & \Sigma_2 \end{pmatrix} &\succeq 0 \\ \operatorname{Tr} C &\le \operatorname{Tr}\!\left(\Sigma_1^{1/2}\, \Sigma_2\, \Sigma_1^{1/2}\right)^{1/2} \end{aligned}`,
  'quality-w2': String.raw`\begin{aligned} W_2^2 &= \lVert \mu_1 - \mu_2 \rVert^2 + \operatorname{Tr} \Sigma_1 + \operatorname{Tr} \Sigma_2 \\ &\quad - 2 \operatorname{Tr}\!\left(\Sigma_1^{1/2}\, \Sigma_2\, \Sigma_1^{1/2}\right)^{1/2} \end{aligned}`,
  'quality-one': String.raw`(\mu_1 - \mu_2)^2 + (\sigma_1 - \sigma_2)^2`,
  'quality-information': String.raw`\begin{aligned} \ln \mathrm{IS} &= \mathbb{E}_x \sum_y p(y \mid x) \ln \frac{p(y \mid x)}{p(y)} \\ &= H(y) - \mathbb{E}_x\, H\bigl(p(y \mid x)\bigr) = I(x; y) \end{aligned}`,
  'quality-range': String.raw`1 \le \mathrm{IS} \le K`,
};
