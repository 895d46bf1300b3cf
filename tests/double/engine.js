// @ts-check
/**
 * A stand-in for the wasm package: the same API over a toy whose every number is known in closed form. Its data are a
 * mixture of Gaussians around a few drawings, so the best noise prediction and ∇ log p(y | x_t) are exact, and guidance
 * and ILVR really steer. Tests of the page run on it without wasm or weights; it is never shipped.
 */
import * as plane from './plane.js';
import { CLASSES, scene, SIZE, STYLES } from './scenes.js';

const TRAINED = 1000;
const ELEMENTS = 3 * SIZE * SIZE;
/** Variance of each Gaussian of the mixture, for a model file of the usual length; a shorter one makes a vaguer model. */
const SPREAD = 0.02;
const USUAL = 700_001;
/** Softens the mixture's weights: in so many dimensions the exact ones decide at the first step. */
const SOFTEN = 0.12;

const MIXTURE = CLASSES.flatMap((name, label) =>
  [0, 1, 2, 3].map((variant) => ({ label, mean: scene(name, variant) })),
);

const ABAR = (() => {
  let product = 1;
  return Float64Array.from(
    { length: TRAINED },
    (_, t) => (product *= 1 - (1e-4 + (t / (TRAINED - 1)) * (0.02 - 1e-4))),
  );
})();

/** @param {number} seed @returns {() => number} standard normal */
function gaussian(seed) {
  let state = (seed ^ 0x9e3779b9) >>> 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let z = Math.imul(state ^ (state >>> 15), state | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    return (((z ^ (z >>> 14)) >>> 0) + 0.5) / 4294967296;
  };
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}
/** @param {number} seed @param {number} stream */
const noise = (seed, stream) =>
  Float32Array.from({ length: ELEMENTS }, gaussian(Math.imul(seed + 1, 2654435761) + stream * 97));

/** @param {string} text @returns {number[]} timesteps, ascending */
function respace(text) {
  if (text.startsWith('at'))
    return text
      .slice(2)
      .split('-')
      .map(Number)
      .sort((a, b) => a - b);
  if (text.startsWith('ddim')) {
    const wanted = Number(text.slice(4));
    for (let every = 1; every < TRAINED; every++)
      if (Math.ceil(TRAINED / every) === wanted) return Array.from({ length: wanted }, (_, i) => i * every);
  }
  const counts = text.split(',').map(Number);
  const size = Math.floor(TRAINED / counts.length);
  return counts.flatMap((count, section) =>
    Array.from({ length: count }, (_, i) => section * size + Math.round((i * (size - 1)) / Math.max(1, count - 1))),
  );
}

/**
 * The mixture seen through noise: its weights, and the best guess of x₀ under them.
 * @param {Float32Array} x
 * @param {number} abar
 * @param {number} spread
 * @param {number | undefined} only the one class the mixture is cut down to
 */
function posterior(x, abar, spread, only) {
  const root = Math.sqrt(abar);
  const variance = abar * spread + 1 - abar;
  const logs = MIXTURE.map(({ label, mean }) => {
    if (only !== undefined && label !== only) return -Infinity;
    let square = 0;
    for (let i = 0; i < ELEMENTS; i++) square += (x[i] - root * mean[i]) ** 2;
    return (-SOFTEN * square) / (2 * variance);
  });
  const top = Math.max(...logs);
  const raw = logs.map((log) => Math.exp(log - top));
  const sum = raw.reduce((a, b) => a + b);
  const weights = raw.map((weight) => weight / sum);
  const mean = new Float32Array(ELEMENTS);
  MIXTURE.forEach((part, k) => {
    if (weights[k] > 1e-9) for (let i = 0; i < ELEMENTS; i++) mean[i] += weights[k] * part.mean[i];
  });
  return { weights, mean, root, variance };
}

/** φ_N with the box kernel. @param {Float32Array} x @param {number} n */
function lowpass(x, n) {
  const out = new Float32Array(ELEMENTS);
  for (let c = 0; c < 3; c++) {
    for (let row = 0; row < SIZE; row += n) {
      for (let column = 0; column < SIZE; column += n) {
        let sum = 0;
        for (let y = 0; y < n; y++) for (let i = 0; i < n; i++) sum += x[(c * SIZE + row + y) * SIZE + column + i];
        for (let y = 0; y < n; y++)
          for (let i = 0; i < n; i++) out[(c * SIZE + row + y) * SIZE + column + i] = sum / (n * n);
      }
    }
  }
  return out;
}

/** @param {Float32Array} x @param {(value: number) => number} shade to [0, 1] */
function rgba(x, shade) {
  const out = new Uint8ClampedArray(SIZE * SIZE * 4);
  for (let pixel = 0; pixel < SIZE * SIZE; pixel++) {
    for (let c = 0; c < 3; c++) out[pixel * 4 + c] = Math.round(255 * shade(x[c * SIZE * SIZE + pixel]));
    out[pixel * 4 + 3] = 255;
  }
  return out;
}
const picture = (/** @type {Float32Array} */ x) => rgba(x, (value) => (value + 1) / 2);

const shadeNoise = (/** @type {number} */ value) => (value / 3 + 1) / 2;
/** 128 is zero, the largest magnitude reaches the end. @param {Float32Array} x */
function signed(x) {
  const peak = x.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-12);
  return rgba(x, (value) => (value / peak) * (127 / 255) + 128 / 255);
}

/** RGBA → planes in [−1, 1]. @param {Uint8Array} bytes */
const planes = (bytes) =>
  Float32Array.from(
    { length: ELEMENTS },
    (_, i) => bytes[(i % (SIZE * SIZE)) * 4 + Math.floor(i / (SIZE * SIZE))] / 127.5 - 1,
  );

class Session {
  /**
   * @param {{ spread: number, weakOf: () => number | undefined }} models
   * @param {any} settings
   * @param {import('../../www/protocol.js').Pictures} [pictures]
   */
  constructor({ spread, weakOf }, settings, pictures) {
    this.spread = spread;
    this.weakOf = weakOf;
    /** @type {number | undefined} */
    this.weak = undefined;
    this.position = 0;
    this.toInvert = 0;
    this.states = [noise(settings.seed, 0)];
    this.update(settings, pictures);
    if (settings.start !== 'noise') {
      if (!this.init) throw new Error(`reference: expected an image for the start \`${settings.start}\`, got none`);
      const { ahead } = this;
      this.timesteps = ahead.slice(0, Math.max(1, Math.round(settings.strength * ahead.length)));
      this.total = this.timesteps.length;
      const abar = ABAR[this.timesteps[this.total - 1]];
      const [clean, dirt] = [this.init, this.states[0]];
      if (settings.start === 'inversion') [this.states[0], this.toInvert] = [clean, this.total - 1];
      else this.states[0] = clean.map((value, i) => Math.sqrt(abar) * value + Math.sqrt(1 - abar) * dirt[i]);
    }
  }

  /** One step of DDIM backwards, up the chain. */
  invert() {
    if (this.toInvert === 0) return;
    const level = this.total - 1 - this.toInvert;
    const [abar, above] = [ABAR[this.timesteps[level]], ABAR[this.timesteps[level + 1]]];
    const { mean, root, variance } = posterior(this.states[0], abar, this.spread, undefined);
    this.states[0] = this.states[0].map((value, i) => {
      const x0 = mean[i] + ((root * this.spread) / variance) * (value - root * mean[i]);
      return Math.sqrt(above) * x0 + (Math.sqrt(1 - above) * (value - root * x0)) / Math.sqrt(1 - abar);
    });
    this.toInvert -= 1;
  }

  /** Timesteps still to come, ascending. */
  get ahead() {
    return this.timesteps.slice(0, Math.max(0, this.total - this.position));
  }

  async state() {
    return {
      xt: picture(this.states[this.position]),
      lowpass: this.reference && picture(lowpass(this.reference, Number(this.settings['down-n']))),
    };
  }

  /** How hard the classifier pushes at a timestep. @param {number} t */
  scaleAt(t) {
    const [from, to] = [Number(this.settings['scale-from']), Number(this.settings['scale-to'])];
    const share = t / (TRAINED - 1);
    return share < from || share > to ? 0 : Number(this.settings.scale);
  }

  outlook() {
    const timesteps = respace(this.settings.steps).reverse();
    const strengths = this.methods.includes('classifier') ? { classifier: timesteps.map((t) => this.scaleAt(t)) } : {};
    return { abar: [...ABAR], timesteps, strengths };
  }

  /** @param {any} settings @param {import('../../www/protocol.js').Pictures} [pictures] */
  update(settings, { reference, init = reference, mask } = {}) {
    if ('backend' in settings) throw new Error('settings: expected keys of a run, got backend');
    const methods = settings.method === 'none' ? [] : settings.method.split(',');
    const label = CLASSES.indexOf(settings.class);
    if (methods.includes('ilvr') && !reference) throw new Error('ILVR needs a reference picture.');
    // As in the engine: a run takes the weaker model when it first needs it, and keeps it.
    if (methods.includes('autoguidance')) {
      this.weak ??= this.weakOf();
      if (this.weak === undefined) throw new Error('method: expected a loaded weaker model for autoguidance, got none');
    }
    if (methods.includes('palette') && !/^([0-9a-f]{6})?$/.test(settings.palette))
      throw new Error(`palette: expected a colour such as ffcc00, got ${settings.palette}`);
    const next = this.settings && this.ahead.at(-1);
    this.timesteps = respace(settings.steps).filter((t) => next === undefined || t < next);
    if (next !== undefined) this.timesteps.push(next);
    this.total = this.position + this.timesteps.length;
    this.settings = settings;
    this.methods = methods;
    this.label = label < 0 ? undefined : label;
    if (reference) this.reference = planes(reference);
    if (init) this.init = planes(init);
    if (mask) this.mask = planes(mask);
    this.states.length = this.position + 1;
  }

  /** @param {number} position */
  seek(position) {
    if (!(position >= 0 && position < this.states.length))
      throw new Error(`Cannot go back to step ${position}: expected 0 to ${this.states.length - 1}.`);
    this.position = position;
  }

  async step() {
    const began = performance.now();
    if (this.position >= this.total) return undefined;
    while (this.toInvert > 0) this.invert();
    const { settings, methods, label, spread } = this;
    const index = this.total - 1 - this.position;
    const t = this.timesteps[index];
    const [abar, prev] = [ABAR[t], index > 0 ? ABAR[this.timesteps[index - 1]] : 1];
    let x = this.states[this.position];
    if (methods.includes('repaint') && this.position > 0) {
      const [picture, dirt, { mask }] = [this.init, noise(settings.seed, 9000 + this.position), this];
      const inside = (/** @type {number} */ at) => at >= SIZE / 4 && at < (3 * SIZE) / 4;
      const painted = (/** @type {number} */ i) =>
        mask ? mask[i] < 0 : inside(i % SIZE) && inside(Math.floor(i / SIZE) % SIZE);
      x = x.map((value, i) => (painted(i) ? value : Math.sqrt(abar) * picture[i] + Math.sqrt(1 - abar) * dirt[i]));
    }
    const scale = this.scaleAt(t);
    const guided = methods.includes('classifier') && label !== undefined && scale > 0;

    const all = posterior(x, abar, spread, undefined);
    const cut = label === undefined ? all : posterior(x, abar, spread, label);
    const believed = methods.includes('conditional') ? cut : all;
    const probabilities = new Float32Array(CLASSES.length);
    MIXTURE.forEach((part, k) => {
      probabilities[part.label] += all.weights[k];
    });

    const shrink = (all.root * spread) / all.variance;
    const gradient = cut.mean.map((value, i) => (SOFTEN * all.root * (value - all.mean[i])) / all.variance);
    const x0 = believed.mean.map((value, i) => value + shrink * (x[i] - all.root * value));
    const off = (settings.without ?? '').split(',');
    /** @type {Float32Array | undefined} */
    let steered;
    if (methods.includes('autoguidance')) {
      const worse = posterior(x, abar, Number(this.weak), methods.includes('conditional') ? label : undefined);
      const further = Number(settings['auto-weight']) - 1;
      const pull = believed.mean.map((value, i) => further * (value - worse.mean[i]));
      steered = pull.map((value) => (-all.root * value) / Math.sqrt(1 - abar));
      if (!off.includes('steered')) for (let i = 0; i < ELEMENTS; i++) x0[i] += pull[i];
    }
    const eps = x0.map((value, i) => (x[i] - all.root * value) / Math.sqrt(1 - abar));
    if (guided && settings.sampler === 'ddim' && !off.includes('gradient')) {
      const push = Math.sqrt(1 - abar) * scale;
      for (let i = 0; i < ELEMENTS; i++) {
        eps[i] -= push * gradient[i];
        x0[i] = (x[i] - Math.sqrt(1 - abar) * eps[i]) / all.root;
      }
    }
    const draw = noise(settings.seed, 1 + this.position);
    const ratio = abar / prev;
    const posteriorSigma = Math.sqrt(((1 - prev) / (1 - abar)) * (1 - ratio));
    const sigma = settings.sampler === 'ddim' ? Number(settings.eta) * posteriorSigma : posteriorSigma;
    const direction = Math.sqrt(Math.max(0, 1 - prev - sigma * sigma));
    const scaled = guided ? gradient.map((value) => scale * value) : undefined;
    const values = { xt: x, x0, eps, noise: index > 0 ? draw : undefined, gradient: scaled, steered };
    const parts = [
      { term: 'x0', weight: Math.sqrt(prev) },
      { term: 'eps', weight: direction },
      ...(index > 0 && sigma > 0 ? [{ term: 'noise', weight: sigma }] : []),
      ...(guided && settings.sampler === 'ddpm' ? [{ term: 'gradient', weight: sigma * sigma }] : []),
    ];
    const next = new Float32Array(ELEMENTS);
    for (const { term, weight } of parts)
      if (!off.includes(term)) values[term].forEach((value, i) => (next[i] += weight * value));

    const n = Number(settings['down-n']);
    const held = this.reference && lowpass(this.reference, n);
    if (methods.includes('ilvr') && this.reference && index >= Number(settings['range-t'])) {
      const extra = noise(settings.seed, 5000 + this.position);
      const noisy = this.reference.map((value, i) => Math.sqrt(prev) * value + Math.sqrt(1 - prev) * extra[i]);
      const [wanted, own] = [lowpass(noisy, n), lowpass(next, n)];
      for (let i = 0; i < ELEMENTS; i++) next[i] += wanted[i] - own[i];
    }

    this.position += 1;
    this.states.length = this.position;
    this.states.push(next);
    const low = held && lowpass(next, n);
    const away = low?.reduce((sum, value, i) => sum + (value - held[i]) ** 2, 0);
    return {
      step: this.position,
      total: this.total,
      t,
      abar,
      xt: picture(next),
      x0: picture(x0),
      eps: rgba(eps, shadeNoise),
      gradient: scaled && signed(scaled),
      steered: steered && signed(steered),
      lowpass: held && picture(held),
      detail: low && signed(next.map((value, i) => value - low[i])),
      // The state itself and the drawing of a start are kept: what is handed out is the receiver's.
      values: Object.fromEntries(
        Object.entries({ next, ...values }).flatMap(([name, plane]) => (plane ? [[name, plane.slice()]] : [])),
      ),
      parts,
      gradientNorm: scaled ? Math.hypot(...scaled) : 0,
      probabilities,
      lowpassDistance: away === undefined ? undefined : Math.sqrt(away / ELEMENTS),
      ms: { unet: 1, classifier: 1, total: performance.now() - began },
    };
  }

  free() {}
}

/** The double's hash: short, synchronous, and different when any byte is. @param {Uint8Array} bytes */
export function hashOf(bytes) {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, '0').repeat(8);
}

export class Engine {
  /** @param {'webgpu' | 'cpu'} backend */
  static async create(backend) {
    const engine = new Engine();
    engine.backend = backend;
    return engine;
  }

  backend = 'cpu';
  #spread = SPREAD;
  /** @type {number | undefined} */
  #weak;

  get adapter() {
    return this.backend === 'webgpu' ? 'toy adapter' : '';
  }

  /** @param {string} what */
  async measure(what) {
    return { unet: 5, classifier: 3, gradient: 6, guided: 11, cfg: 10 }[what];
  }

  async selfTest() {
    return this.backend === 'webgpu' ? 1e-6 : 0;
  }

  /** @param {Uint8Array} bytes @param {string} [sha256] */
  loadUnet(bytes, sha256) {
    return this.#load('unet', bytes, sha256);
  }

  /** @param {Uint8Array} bytes @param {string} [sha256] */
  loadWeak(bytes, sha256) {
    return this.#load('weak', bytes, sha256);
  }

  /** @param {Uint8Array} bytes @param {string} [sha256] */
  loadClassifier(bytes, sha256) {
    return this.#load('classifier', bytes, sha256);
  }

  /** @param {'unet' | 'weak' | 'classifier'} kind @param {Uint8Array} bytes @param {string} [sha256] */
  #load(kind, bytes, sha256) {
    const got = hashOf(bytes);
    if (sha256 && got !== sha256) throw new Error(`model file: expected SHA-256 ${sha256}, got ${got}`);
    const spread = (SPREAD * USUAL) / bytes.length;
    if (kind === 'unet') this.#spread = spread;
    if (kind === 'weak') this.#weak = spread;
    return {
      name: `toy ${kind}`,
      kind: kind === 'weak' ? 'unet' : kind,
      parameters: 1000,
      multiplyAdds: 1e6,
      size: SIZE,
      classes: CLASSES,
      styles: STYLES,
      provenance: 'drawn',
    };
  }

  /** @param {any} settings @param {import('../../www/protocol.js').Pictures} [pictures] */
  session(settings, pictures) {
    return new Session({ spread: this.#spread, weakOf: () => this.#weak }, settings, pictures);
  }

  /**
   * @param {Uint8Array} bytes
   * @param {number} t
   * @param {number} seed
   * @param {number} [label]
   * @param {number} [_style] the toy knows none
   * @param {number} [told]
   */
  async noised(bytes, t, seed, label, _style, told = t) {
    for (const [key, value] of Object.entries({ t, told }))
      if (!(value >= 0 && value < TRAINED)) throw new Error(`${key}: expected 0 to ${TRAINED - 1}, got ${value}`);
    const [clean, dirt, abar] = [planes(bytes), noise(seed, 0), ABAR[t]];
    const x = clean.map((value, i) => Math.sqrt(abar) * value + Math.sqrt(1 - abar) * dirt[i]);
    const { weights } = posterior(x, ABAR[told], this.#spread, undefined);
    const { mean, root, variance } = posterior(x, ABAR[told], this.#spread, label);
    // What the network takes for noise; the picture follows from it by the true timestep.
    const eps = mean.map((value, i) => ((x[i] - root * value) * Math.sqrt(1 - ABAR[told])) / variance);
    const x0 = eps.map((value, i) => (x[i] - Math.sqrt(1 - abar) * value) / Math.sqrt(abar));
    const probabilities = new Float32Array(CLASSES.length);
    MIXTURE.forEach((part, k) => {
      probabilities[part.label] += weights[k];
    });
    return {
      abar,
      xt: picture(x),
      noise: rgba(dirt, shadeNoise),
      x0: picture(x0),
      eps: rgba(eps, shadeNoise),
      error: eps.reduce((sum, value, i) => sum + (value - dirt[i]) ** 2, 0) / ELEMENTS,
      probabilities,
    };
  }

  /** @param {string} density @param {any} settings @param {number} points */
  plane(density, settings, points) {
    return new plane.Plane(density, settings, points, { abar: ABAR, respace, gaussian });
  }

  /** @param {string} density @param {number} t @param {number | undefined} label @param {Float32Array} at */
  async field(density, t, label, at) {
    return plane.field(density, ABAR[Math.round(t)], label, at);
  }

  /** @param {string} density @param {number} points @param {number} seed */
  sampleDensity(density, points, seed) {
    return plane.sample(density, points, gaussian(seed));
  }

  free() {}
}

export const version = () => '0.0.0-double';

/** @typedef {import('guidelight/*').Entry} Entry */
/** @typedef {import('guidelight/*').Param} Param */

/** @type {(key: string, range: [number, number], step: number, usual: number, reach?: [number, number], advanced?: boolean) => Param} */
const number = (key, [min, max], step, usual, [lowest, largest] = [min, max], advanced = false) => ({
  key,
  label: key,
  advanced,
  kind: 'number',
  min,
  max,
  step,
  default: usual,
  lowest,
  largest,
});
/** @type {(key: string, choices: string[]) => Param} */
const choice = (key, choices) => ({ key, label: key, advanced: false, kind: 'choice', choices, default: choices[0] });
/** @type {(name: string, params: Param[], needs?: Partial<Entry['needs']>) => Entry} */
const entry = (name, params, needs) => ({
  name,
  label: name,
  help: '',
  params,
  needs: { class: false, reference: false, classifier: false, weak: false, ...needs },
});

/** @type {Param} */
const without = { key: 'without', label: 'without', advanced: true, kind: 'text', example: 'noise' };

/** @returns {import('guidelight/*').Catalogue} */
export const catalogue = () => ({
  samplers: [entry('ddim', [number('eta', [0, 1], 0.05, 0), without]), entry('ddpm', [without])],
  guidance: [
    entry('conditional', [{ key: 'negative', label: 'negative', advanced: true, kind: 'class' }]),
    entry(
      'classifier',
      [
        number('scale', [0, 20], 0.1, 4, [0, 1000]),
        number('scale-from', [0, 1], 0.05, 0, [0, 1], true),
        number('scale-to', [0, 1], 0.05, 1, [0, 1], true),
      ],
      {
        class: true,
        classifier: true,
      },
    ),
    entry('autoguidance', [number('auto-weight', [0, 5], 0.25, 2, [0, 1000])], { weak: true }),
    entry(
      'ilvr',
      [
        number('down-n', [1, 32], 1, 4, [1, 1024]),
        number('range-t', [0, 100], 1, 0, [0, 1e6]),
        choice('kernel', ['cubic', 'lanczos2', 'lanczos3', 'linear', 'box']),
        choice('reference-level', ['paper', 'code']),
      ],
      { reference: true },
    ),
    entry('repaint', [choice('keep', ['border'])], { reference: true }),
    entry('palette', [{ key: 'palette', label: 'palette', advanced: false, kind: 'text', example: 'ffcc00' }]),
  ],
  starts: [
    entry('noise', []),
    entry('sdedit', [number('strength', [0.05, 1], 0.05, 0.6, [0, 1])], { reference: true }),
    entry('inversion', [number('strength', [0.05, 1], 0.05, 0.6, [0, 1])], { reference: true }),
  ],
  densities: plane.densities,
});

export default async function init() {
  return { memory: { buffer: { byteLength: 32 * 2 ** 20 } } };
}
