// @ts-check
/** The symbols of the terms and the equations of a step, as MathML. A term's colour is its class. */
import { html, mathml, nothing } from 'lit';

/** @typedef {import('../protocol.js').Settings} Settings */

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
const accentedZero = sub(accented('x', '^'), mathml`<mn>0</mn>`);
const x0 = coloured('x0', accentedZero);
const eps = coloured('eps', i('ε'));
const belief = (/** @type {unknown} */ of) => call(i('p'), i('y'), bar, of);
const slopeOf = (/** @type {unknown} */ score) => coloured('gradient', mathml`${op('∇')}${score}`);
const number = (/** @type {number} */ value) => mathml`<mn>${Number(value.toFixed(3))}</mn>`;
const known = coloured('reference', i('ref'));
const phi = (/** @type {unknown} */ of) => coloured('reference', call(sub(i('φ'), i('N')), of));
const logBelief = (/** @type {unknown} */ of) => mathml`${i('log')}<mspace width="0.15em"></mspace>${belief(of)}`;
const noise = mathml`${op('+')}${i('σ')}${i('z')}`;
const sigma = (/** @type {unknown} */ index) => sub(i('σ'), index);
/** What an earlier step left: a prime for each step back. */
const earlier = (/** @type {unknown} */ base, steps = 1) => mathml`<msup>${base}${op('′'.repeat(steps))}</msup>`;
const power = (/** @type {unknown} */ exponent) => mathml`<msup>${i('e')}<mrow>${exponent}</mrow></msup>`;
const restOf = (/** @type {unknown} */ share) => mathml`<mn>1</mn>${op('−')}${share}`;

/** Left out. */
const struck = (/** @type {unknown} */ term) => mathml`<mrow class="off">${term}</mrow>`;

const formula = (/** @type {unknown} */ content) => html`<math>${content}</math>`;

/** What the summands of an update are called. @type {Record<import('../protocol.js').Term, unknown>} */
const terms = {
  xt,
  x0,
  'earlier-x0': coloured('x0', earlier(accentedZero)),
  eps,
  gradient: slopeOf(nothing),
  steered: coloured('steered', mathml`${i('Δ')}${i('ε')}`),
  noise: coloured('noise', i('z')),
};
export const termSymbols = /** @type {Record<import('../protocol.js').Term, unknown>} */ (
  Object.fromEntries(Object.entries(terms).map(([term, symbol]) => [term, formula(symbol)]))
);

/** @type {Record<import('./picture.js').PictureName, unknown>} */
export const symbols = {
  xt: formula(xt),
  x0: formula(x0),
  eps: formula(eps),
  gradient: formula(slopeOf(logBelief(xt))),
  steered: formula(terms.steered),
  reference: formula(known),
  lowpass: formula(phi(i('ref'))),
  detail: formula(coloured('detail', mathml`${sub(i('x'), t)}${op('−')}${call(sub(i('φ'), i('N')), sub(i('x'), t))}`)),
};

export const smallSymbols = {
  next: formula(xNext),
  network: formula(coloured('eps', sub(i('ε'), i('θ')))),
  t: formula(t),
  abar: formula(abar),
  norm: formula(mathml`${op('‖')}${op('∇')}${op('‖')}`),
  probability: formula(belief(xt)),
  loss: formula(squared(mathml`<mrow>${op('‖')}${i('ε')}${op('−')}${sub(i('ε'), i('θ'))}${op('‖')}</mrow>`)),
};

/** The methods that climb a score: how hard, and which. @type {Record<string, (settings: Settings) => [number, unknown]>} */
const scores = {
  classifier: (settings) => [Number(settings.scale), logBelief(settings['scale-at'] === 'x-start' ? x0 : xt)],
  palette: (settings) => [Number(settings['palette-scale']), call(sub(i('S'), i('palette')), x0)],
  symmetry: (settings) => [Number(settings['symmetry-scale']), call(sub(i('S'), i('mirror')), x0)],
};

/** Whether a method climbs the gradient of a score. @param {string} method */
export const climbs = (method) => method in scores;

/** Whether a method asks a network more than once, and goes by the difference. @param {string} method */
export const steers = (method) => ['classifier-free', 'autoguidance', 'composed'].includes(method);

/**
 * The scaled gradients of the methods that are on, times a factor; nothing where none of them has one.
 * @param {Settings} settings
 * @param {string[]} methods
 * @param {unknown} sign
 * @param {unknown} factor
 * @param {string[]} off terms left out
 */
function pushed(settings, methods, sign, factor, off) {
  const terms = methods.filter(climbs).map((method) => {
    const [scale, score] = /** @type {NonNullable<typeof scores[string]>} */ (scores[method])(settings);
    return { scale: number(scale), slope: slopeOf(score) };
  });
  const [only] = terms;
  if (!only) return nothing;
  const sum = terms.map(({ scale, slope }, k) => mathml`${k > 0 ? op('+') : nothing}${scale}${slope}`);
  const push =
    terms.length === 1 ? mathml`${only.scale}${factor}${only.slope}` : mathml`${factor}${op('(')}${sum}${op(')')}`;
  return mathml`${sign}${off.includes('gradient') ? struck(push) : push}`;
}

/**
 * The lines that lead from x_t to x_{t−1} once x̂₀ and ε are known. σ is √(1/ᾱ − 1); h is the step in ln √(ᾱ/(1 − ᾱ)).
 * @param {Settings} settings
 * @param {string[]} methods
 * @param {string[]} off terms left out
 * @returns {unknown[]}
 */
function samplerLines(settings, methods, off) {
  const [eta, order] = [Number(settings.eta), Number(settings.order)];
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
  switch (settings.sampler) {
    case 'ddpm': {
      const shifted = pushed(settings, methods, op('+'), squared(i('σ')), off);
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
 * What the methods make of the network's answers.
 * @param {Settings} settings
 * @param {string[]} methods
 * @param {string[]} off terms left out
 */
function prediction(settings, methods, off) {
  const asked = (/** @type {unknown} */ label, network = i('θ')) =>
    call(sub(i('ε'), network), xt, comma, t, label === nothing ? nothing : mathml`${comma}${label}`);
  const [told, untold] = [asked(i('y')), asked(nothing)];
  const difference = (/** @type {unknown} */ a, /** @type {unknown} */ b) =>
    mathml`${op('(')}${a}${op('−')}${b}${op(')')}`;
  const named = methods.includes('classifier-free') || methods.includes('conditional');
  const parts = [named ? told : untold];
  if (off.includes('steered') && methods.some(steers)) return mathml`${parts[0]}${op('+')}${struck(terms.steered)}`;
  if (methods.includes('classifier-free')) {
    const other = settings['cfg-negative'] === 'none' ? untold : asked(i('n'));
    parts[0] = mathml`${other}${op('+')}${number(Number(settings['cfg-weight']))}${difference(told, other)}`;
  }
  if (methods.includes('autoguidance')) {
    const weak = asked(named ? i('y') : nothing, i('weak'));
    parts.push(mathml`${number(Number(settings['auto-weight']) - 1)}${difference(named ? told : untold, weak)}`);
  }
  if (methods.includes('composed')) {
    const k = i('k');
    parts.push(mathml`<munder>${op('∑')}${k}</munder>${sub(i('w'), k)}${difference(asked(k), untold)}`);
  }
  return parts.map((part, index) => mathml`${index > 0 ? op('+') : nothing}${part}`);
}

/**
 * The update with its weights as numbers; terms that are off are struck out.
 * @param {import('../protocol.js').Part[]} parts
 * @param {string[]} off
 */
function updateLine(parts, off) {
  const summands = parts.map(({ term, weight }, k) => {
    const sign = weight < 0 ? op('−') : k > 0 ? op('+') : nothing;
    const summand = mathml`${number(Math.abs(weight))}<mspace width="0.15em"></mspace>${terms[term]}`;
    return mathml`${sign}${off.includes(term) ? struck(summand) : summand}`;
  });
  return mathml`${xNext}${op('=')}${summands}`;
}

/**
 * The lines of one step with the methods that are on, in the order in which they happen. Scales stand as their numbers.
 * @param {Settings} settings
 * @param {string[]} methods those that had a say
 * @param {{ parts: import('../protocol.js').Part[], off: string[] }} [update] of the step on show: what it weighs, and
 *   what was left out
 */
export function stepEquations(settings, methods, { parts, off } = { parts: [], off: [] }) {
  const scored = settings.sampler === 'ddpm' ? nothing : pushed(settings, methods, op('−'), root(restOf(abar)), off);
  const lines = [
    mathml`${eps}${op('=')}${prediction(settings, methods, off)}${scored}`,
    mathml`${x0}${op('=')}${op('(')}${xt}${op('−')}${root(restOf(abar))}${eps}${op(')')}${op('/')}${root(abar)}`,
    ...samplerLines(settings, methods, off),
    ...(parts.length > 0 ? [updateLine(parts, off)] : []),
  ];
  if (methods.includes('repaint')) {
    const kept = mathml`${i('m')}${op('⊙')}${op('(')}${root(abar)}${known}${op('+')}${root(restOf(abar))}${i('z')}${op(')')}`;
    lines.unshift(mathml`${xt}${op('←')}${kept}${op('+')}${op('(')}${restOf(i('m'))}${op(')')}${op('⊙')}${xt}`);
  }
  if (methods.includes('ilvr')) {
    lines.push(mathml`${xNext}${op('←')}${xNext}${op('−')}${phi(xNext)}${op('+')}${phi(sub(i('ref'), previous))}`);
  }
  return lines.map(formula);
}
