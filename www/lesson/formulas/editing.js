// @ts-check
/** RePaint's mixing and its jumps, and where SDEdit begins. */
const x = String.raw`\class{term-xt}{x_t}`;
const known = String.raw`\class{term-reference}{x_t^{\mathrm{known}}}`;
const painted = String.raw`\class{term-xt}{x_t^{\mathrm{painted}}}`;
const picture = String.raw`\class{term-reference}{y}`;

export default {
  'edit-mask': String.raw`m`,
  'edit-start': String.raw`t_0`,
  'edit-known': String.raw`${known} \sim q(x_t \mid ${picture}) = \mathcal{N}\!\left(\sqrt{\bar\alpha_t}\, ${picture},\ (1 - \bar\alpha_t)\, \mathbf{I}\right)`,
  'edit-mix': String.raw`${x} = m \odot ${known} + (1 - m) \odot ${painted}`,
  'edit-jump': String.raw`x_{t+1} = \sqrt{1 - \beta_{t+1}}\, ${x} + \sqrt{\beta_{t+1}}\, z`,
  'edit-sdedit': String.raw`\class{term-xt}{x_{t_0}} = \sqrt{\bar\alpha_{t_0}}\, ${picture} + \sqrt{1 - \bar\alpha_{t_0}}\, \varepsilon`,
  'edit-alike': String.raw`D_{\mathrm{KL}}\!\left(q(x_t \mid ${picture}) \,\middle\|\, q(x_t \mid x_0)\right) = \frac{\bar\alpha_t}{2\,(1 - \bar\alpha_t)}\, \lVert ${picture} - x_0 \rVert^2`,
};
