// @ts-check
/** What the scale does to the classifier's distribution. */
export default {
  'scale-power': String.raw`s\, \nabla_x \log p(y \mid x) = \nabla_x \log p(y \mid x)^s = \nabla_x \log \tfrac{1}{Z}\, p(y \mid x)^s`,
  'scale-z': String.raw`Z`,
  'scale-target': String.raw`\tilde p(x \mid y) \propto p(x)\, p(y \mid x)^s`,
  'scale-two': String.raw`\frac{p(y \mid x_a)^s}{p(y \mid x_b)^s} = \left( \frac{p(y \mid x_a)}{p(y \mid x_b)} \right)^{\!s}`,
  'scale-one': String.raw`s = 1`,
  'scale-zero': String.raw`s = 0`,
  'scale-above': String.raw`s > 1`,
  'scale-example': String.raw`\left( \frac{0.9}{0.6} \right)^{\!8} \approx 26`,
};
