// @ts-check
/** The symbols of the terms and the equations of a step, as MathML. A term's colour is its class. */
import { html, mathml, nothing } from 'lit';

const i = (/** @type {string} */ name) => mathml`<mi>${name}</mi>`;
const op = (/** @type {string} */ sign) => mathml`<mo stretchy="false">${sign}</mo>`;
const sub = (/** @type {unknown} */ base, /** @type {unknown} */ index) =>
  mathml`<msub>${base}<mrow>${index}</mrow></msub>`;
const squared = (/** @type {unknown} */ base) => mathml`<msup>${base}<mn>2</mn></msup>`;
const root = (/** @type {unknown} */ inside) => mathml`<msqrt><mrow>${inside}</mrow></msqrt>`;
const accented = (/** @type {string} */ letter, /** @type {string} */ mark) =>
  mathml`<mover accent="true"><mi>${letter}</mi><mo>${mark}</mo></mover>`;
/** f(a, b): the arguments' commas are among them. */
const call = (/** @type {unknown} */ f, /** @type {unknown[]} */ ...inside) =>
  mathml`${f}${op('(')}${inside}${op(')')}`;
const coloured = (/** @type {string} */ term, /** @type {unknown} */ symbol) =>
  mathml`<mrow class="term-${term}">${symbol}</mrow>`;

const t = i('t');
const previous = mathml`${t}${op('−')}<mn>1</mn>`;
const comma = mathml`<mo>,</mo>`;
const bar = mathml`<mo stretchy="false" lspace="0" rspace="0">|</mo>`;
const abar = sub(accented('α', '¯'), t);
const abarNext = sub(accented('α', '¯'), previous);
const xt = coloured('xt', sub(i('x'), t));
const xNext = coloured('xt', sub(i('x'), previous));
const x0 = coloured('x0', sub(accented('x', '^'), mathml`<mn>0</mn>`));
const eps = coloured('eps', i('ε'));
const belief = call(i('p'), i('y'), bar, xt);
const gradient = coloured('gradient', mathml`${op('∇')}${i('log')}<mspace width="0.15em"></mspace>${belief}`);
const phi = (/** @type {unknown} */ of) => coloured('reference', call(sub(i('φ'), i('N')), of));
const noise = mathml`${op('+')}${i('σ')}${i('z')}`;
const sigma = (/** @type {unknown} */ index) => sub(i('σ'), index);
/** What an earlier step left: a prime for each step back. */
const earlier = (/** @type {unknown} */ base, steps = 1) => mathml`<msup>${base}${op('′'.repeat(steps))}</msup>`;
const power = (/** @type {unknown} */ exponent) => mathml`<msup>${i('e')}<mrow>${exponent}</mrow></msup>`;
const restOf = (/** @type {unknown} */ share) => mathml`<mn>1</mn>${op('−')}${share}`;

const formula = (/** @type {unknown} */ content) => html`<math>${content}</math>`;

/** @type {Record<import('./picture.js').PictureName, unknown>} */
export const symbols = {
  xt: formula(xt),
  x0: formula(x0),
  eps: formula(eps),
  gradient: formula(gradient),
  reference: formula(coloured('reference', i('ref'))),
  lowpass: formula(phi(i('ref'))),
};

export const smallSymbols = {
  t: formula(t),
  abar: formula(abar),
  norm: formula(mathml`${op('‖')}${op('∇')}${op('‖')}`),
  probability: formula(belief),
};

/**
 * The lines that lead from x_t to x_{t−1} once x̂₀ and ε are known. σ is √(1/ᾱ − 1); h is the step in ln √(ᾱ/(1 − ᾱ)).
 * @param {{ sampler: string, eta: number, order: number, push: unknown }} run
 * @returns {unknown[]}
 */
function samplerLines({ sampler, eta, order, push }) {
  const next = (/** @type {unknown} */ right) => mathml`${xNext}${op('=')}${right}`;
  const slope = (/** @type {unknown} */ to, /** @type {unknown} */ along) =>
    mathml`${root(abarNext)}${op('(')}${xt}${op('/')}${root(abar)}${op('+')}${op('(')}${to}${op('−')}${sigma(t)}${op(')')}${along}`;
  const guesses = Array.from({ length: order }, (_, back) => (back === 0 ? x0 : mathml`${comma}${earlier(x0, back)}`));
  const through = call(i('P'), ...guesses);
  const rest = mathml`${root(restOf(abarNext))}${op('/')}${root(restOf(abar))}`;
  const line = mathml`${x0}${op('+')}<mfrac><mi>h</mi><mrow><mn>2</mn>${earlier(i('h'))}</mrow></mfrac>${op('(')}${x0}${op('−')}${earlier(x0)}${op(')')}`;
  const target = (/** @type {unknown} */ right) => mathml`${i('D')}${op('=')}${right}`;
  const solved = next(
    mathml`${rest}${xt}${op('+')}${root(abarNext)}${op('(')}<mn>1</mn>${op('−')}${power(mathml`${op('−')}${i('h')}`)}${op(')')}${i('D')}`,
  );
  switch (sampler) {
    case 'ddpm': {
      const shifted = push ? mathml`${op('+')}${push}${squared(i('σ'))}${gradient}` : nothing;
      return [next(mathml`${call(i('μ'), xt, comma, x0)}${shifted}${noise}`)];
    }
    case 'euler':
      return [next(mathml`${slope(sigma(previous), eps)}${op(')')}`)];
    case 'euler-ancestral':
      return [next(mathml`${slope(sigma(op('↓')), eps)}${op('+')}${sigma(op('↑'))}${i('z')}${op(')')}`)];
    case 'heun':
      return [
        next(
          mathml`${slope(sigma(previous), mathml`<mfrac><mn>1</mn><mn>2</mn></mfrac>${op('(')}${eps}${op('+')}${sub(eps, previous)}${op(')')}`)}${op(')')}`,
        ),
      ];
    case 'dpmpp':
      return [target(order === 1 ? x0 : order === 2 ? line : through), solved];
    case 'unipc':
      return [mathml`${xt}${op('←')}${call(i('C'), xt, comma, ...guesses)}`, target(through), solved];
    case 'dpmpp-sde': {
      const twice = power(mathml`${op('−')}<mn>2</mn>${i('h')}`);
      const kept = mathml`${rest}${power(mathml`${op('−')}${i('h')}`)}${xt}`;
      const fresh = mathml`${root(mathml`${op('(')}${restOf(abarNext)}${op(')')}${op('(')}${restOf(twice)}${op(')')}`)}${i('z')}`;
      return [
        target(line),
        next(mathml`${kept}${op('+')}${root(abarNext)}${op('(')}${restOf(twice)}${op(')')}${i('D')}${op('+')}${fresh}`),
      ];
    }
    default: {
      const direction = root(eta > 0 ? mathml`${restOf(abarNext)}${op('−')}${squared(i('σ'))}` : restOf(abarNext));
      return [next(mathml`${root(abarNext)}${x0}${op('+')}${direction}${eps}${eta > 0 ? noise : nothing}`)];
    }
  }
}

/**
 * The lines of one step with the methods that are on, in the order in which they happen. The scale stands as its number.
 * @param {{ sampler: string, eta: number, order: number, methods: string[], scale: number, weight: number }} run
 */
export function stepEquations({ sampler, eta, order, methods, scale, weight }) {
  const push = methods.includes('classifier') ? mathml`<mn>${scale}</mn>` : undefined;
  const asked = (/** @type {unknown} */ label) => call(sub(i('ε'), i('θ')), xt, comma, t, label);
  const told = asked(mathml`${comma}${i('y')}`);
  const untold = asked(nothing);
  const predicted = methods.includes('classifier-free')
    ? mathml`${untold}${op('+')}<mn>${weight}</mn>${op('(')}${told}${op('−')}${untold}${op(')')}`
    : methods.includes('conditional')
      ? told
      : untold;
  const scored = push && sampler !== 'ddpm' ? mathml`${op('−')}${push}${root(restOf(abar))}${gradient}` : nothing;
  const lines = [
    mathml`${eps}${op('=')}${predicted}${scored}`,
    mathml`${x0}${op('=')}${op('(')}${xt}${op('−')}${root(restOf(abar))}${eps}${op(')')}${op('/')}${root(abar)}`,
    ...samplerLines({ sampler, eta, order, push }),
  ];
  if (methods.includes('ilvr')) {
    lines.push(mathml`${xNext}${op('←')}${xNext}${op('−')}${phi(xNext)}${op('+')}${phi(sub(i('ref'), previous))}`);
  }
  return lines.map(formula);
}
