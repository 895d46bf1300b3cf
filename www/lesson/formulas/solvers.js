// @ts-check
/** The probability-flow ODE in λ, and the step that solves its linear part exactly. */
export default {
  'solvers-lambda': String.raw`\lambda = \ln \frac{\alpha}{\sigma}`,
  'solvers-p': String.raw`p`,
  'solvers-h': String.raw`h`,
  'solvers-order': String.raw`\mathcal{O}(h^{p})`,
  'solvers-notation': String.raw`\begin{aligned} \alpha &= \sqrt{\bar\alpha} \\ \sigma &= \sqrt{1 - \bar\alpha} \\ \lambda &= \ln \frac{\alpha}{\sigma} \end{aligned}`,
  'solvers-scaled': String.raw`\frac{\mathrm{d}}{\mathrm{d}\lambda} \frac{x}{\sigma} = e^{\lambda}\, \class{term-x0}{\hat x_0}(x, \lambda)`,
  'solvers-exact': String.raw`\begin{aligned} \class{term-xt}{x_t} &= \frac{\sigma_t}{\sigma_s}\, \class{term-xt}{x_s} \\ &\quad + \sigma_t \int_{\lambda_s}^{\lambda_t} e^{\lambda}\, \class{term-x0}{\hat x_0}(\lambda)\, \mathrm{d}\lambda \end{aligned}`,
  'solvers-first': String.raw`\class{term-xt}{x_t} = \frac{\sigma_t}{\sigma_s}\, \class{term-xt}{x_s} + \alpha_t \left(1 - e^{-h}\right) \class{term-x0}{\hat x_0}(\lambda_s)`,
  'solvers-taylor': String.raw`\begin{aligned} \class{term-x0}{\hat x_0}(\lambda) &= \class{term-x0}{\hat x_0}(\lambda_s) \\ &\quad + (\lambda - \lambda_s)\, \frac{\mathrm{d} \class{term-x0}{\hat x_0}}{\mathrm{d}\lambda} + \mathcal{O}(h^2) \end{aligned}`,
  'solvers-past': String.raw`\frac{\mathrm{d} \class{term-x0}{\hat x_0}}{\mathrm{d}\lambda} \approx \frac{\class{term-x0}{\hat x_0}(\lambda_s) - \class{term-x0}{\hat x_0}(\lambda_r)}{\lambda_s - \lambda_r}`,
  'solvers-second': String.raw`\begin{aligned} \class{term-xt}{x_t} &= \frac{\sigma_t}{\sigma_s}\, \class{term-xt}{x_s} + \alpha_t \left(1 - e^{-h}\right) D \\ D &= \class{term-x0}{\hat x_0}(\lambda_s) + \frac{h}{2}\, \frac{\class{term-x0}{\hat x_0}(\lambda_s) - \class{term-x0}{\hat x_0}(\lambda_r)}{\lambda_s - \lambda_r} \end{aligned}`,
};
