// @ts-check
/** ILVR: the low frequencies of a reference in every step. */
const x = String.raw`\class{term-xt}{x_{t-1}}`;
const proposed = String.raw`\class{term-xt}{x'_{t-1}}`;
const y = String.raw`\class{term-reference}{y}`;
const noised = String.raw`\class{term-reference}{y_{t-1}}`;

export default {
  'ilvr-y': y,
  'ilvr-noised': noised,
  'ilvr-phi': String.raw`\phi_N`,
  'ilvr-n': String.raw`N`,
  'ilvr-replace': String.raw`${x} = \phi_N(${noised}) + (\mathbf{I} - \phi_N)(${proposed})`,
  'ilvr-wanted': String.raw`p_\theta\!\left(${x} \mid x_t,\ \phi_N(x_0) = \phi_N(${y})\right)`,
  'ilvr-reference': String.raw`${noised} = \sqrt{\bar\alpha_{t-1}}\, ${y} + \sqrt{1 - \bar\alpha_{t-1}}\, \varepsilon, \quad \varepsilon \sim \mathcal{N}(0, \mathbf{I})`,
  'ilvr-linear': String.raw`\phi_N(${noised}) = \sqrt{\bar\alpha_{t-1}}\, \phi_N(${y}) + \sqrt{1 - \bar\alpha_{t-1}}\, \phi_N(\varepsilon)`,
  'ilvr-approximate': String.raw`\approx p_\theta\!\left(${x} \mid x_t,\ \phi_N(${x}) = \phi_N(${noised})\right)`,
  'ilvr-proposal': String.raw`${proposed} \sim p_\theta(x_{t-1} \mid x_t)`,
  'ilvr-left': String.raw`\phi_N(${x}) - \phi_N(${noised}) = (\phi_N^2 - \phi_N)(${noised} - ${proposed})`,
};
