// @ts-check
/**
 * The double's plane: the wasm package's densities with fewer blobs, by the same closed forms. DDIM at eta 0 and DDPM,
 * told the class or guided by the exact classifier.
 */

/** @typedef {{ classes: string[], spread: number, blobs: { label: number, x: number, y: number }[] }} Density */
/** @typedef {[number, number]} Point */

/** @param {number} count @param {number} radius @param {(k: number) => number} label */
const round = (count, radius, label) =>
  Array.from({ length: count }, (_, k) => {
    const angle = (2 * Math.PI * k) / count;
    return { label: label(k), x: radius * Math.cos(angle), y: radius * Math.sin(angle) };
  });

/** @type {Record<string, Density>} */
const DENSITIES = {
  blobs: { classes: ['A', 'B', 'C'], spread: 0.08, blobs: round(9, 0.65, (k) => Math.floor(k / 3)) },
  ring: { classes: ['A', 'B'], spread: 0.07, blobs: round(8, 0.65, (k) => k % 2) },
  spirals: {
    classes: ['A', 'B'],
    spread: 0.06,
    blobs: [0, 1].flatMap((label) =>
      Array.from({ length: 12 }, (_, k) => {
        const [radius, angle] = [0.2 + 0.045 * k, 0.5 * k + Math.PI * label];
        return { label, x: radius * Math.cos(angle), y: radius * Math.sin(angle) };
      }),
    ),
  },
};

export const densities = Object.entries(DENSITIES).map(([name, { classes }]) => ({ name, classes }));

/** @param {string} name */
function named(name) {
  const density = DENSITIES[name];
  if (!density) throw new Error(`density: expected one of ${Object.keys(DENSITIES).join(', ')}, got ${name}`);
  return density;
}

/**
 * A density under noise at one point: score, log density and the probabilities of the classes.
 * @param {Density} density
 * @param {number} abar
 * @param {number | undefined} only the one class it is cut down to
 * @param {Point} at
 */
function look({ classes, spread, blobs }, abar, only, [x, y]) {
  const [signal, variance] = [Math.sqrt(abar), abar * spread ** 2 + 1 - abar];
  const logs = blobs.map((blob) => -((x - signal * blob.x) ** 2 + (y - signal * blob.y) ** 2) / (2 * variance));
  const top = Math.max(...logs);
  const all = logs.map((log) => Math.exp(log - top));
  const sum = (/** @type {number[]} */ values) => values.reduce((a, b) => a + b, 0);
  const probabilities = classes.map((_, label) => sum(all.filter((_, k) => blobs[k].label === label)) / sum(all));
  // Taken anew, so that a class that is far away does not vanish.
  const near = only === undefined ? top : Math.max(...logs.filter((_, k) => blobs[k].label === only));
  const own = blobs.map(({ label }, k) => (only === undefined || label === only ? Math.exp(logs[k] - near) : 0));
  const total = sum(own);
  const mean = (/** @type {'x' | 'y'} */ axis) => sum(own.map((weight, k) => weight * blobs[k][axis])) / total;
  const share = blobs.filter(({ label }) => only === undefined || label === only).length;
  return {
    score: [(signal * mean('x') - x) / variance, (signal * mean('y') - y) / variance],
    logDensity: near + Math.log(total / share) - Math.log(2 * Math.PI * variance),
    probabilities,
  };
}

/** @param {Float32Array} flat @returns {Point[]} */
const pairs = (flat) => Array.from({ length: flat.length / 2 }, (_, k) => [flat[2 * k], flat[2 * k + 1]]);

/** @param {string} name @param {number} abar @param {number | undefined} only @param {Float32Array} at */
export function field(name, abar, only, at) {
  const looks = pairs(at).map((point) => look(named(name), abar, only, point));
  return {
    score: Float32Array.from(looks.flatMap(({ score }) => score)),
    logDensity: Float32Array.from(looks, ({ logDensity }) => logDensity),
    probabilities: Float32Array.from(looks.flatMap(({ probabilities }) => probabilities)),
  };
}

/** @param {string} name @param {number} points @param {() => number} normal */
export function sample(name, points, normal) {
  const { spread, blobs } = named(name);
  // Blob after blob: as fair as any draw, and enough for a page to paint.
  const drawn = Array.from({ length: points }, (_, k) => blobs[k % blobs.length]);
  return {
    points: Float32Array.from(drawn.flatMap(({ x, y }) => [x + spread * normal(), y + spread * normal()])),
    classes: Uint32Array.from(drawn, ({ label }) => label),
  };
}

export class Plane {
  position = 0;

  /**
   * @param {string} name
   * @param {any} settings
   * @param {number} points
   * @param {{ abar: Float64Array, respace: (steps: string) => number[], gaussian: (seed: number) => () => number }} tools
   */
  constructor(name, settings, points, tools) {
    this.density = named(name);
    this.tools = tools;
    this.update(settings);
    this.x = Float32Array.from({ length: 2 * points }, tools.gaussian(settings.seed));
  }

  /** @param {any} settings */
  update(settings) {
    const methods = settings.method === 'none' ? [] : settings.method.split(',');
    const picture = methods.find((/** @type {string} */ name) => ['ilvr', 'repaint', 'palette'].includes(name));
    if (picture) throw new Error(`method: expected what needs no picture, for a run of points, got ${picture}`);
    const label = this.density.classes.indexOf(settings.class);
    this.label = label < 0 ? undefined : label;
    this.settings = settings;
    this.methods = methods;
    const next = this.timesteps?.[this.total - 1 - this.position];
    this.timesteps = this.tools.respace(settings.steps).filter((t) => next === undefined || t < next);
    if (next !== undefined) this.timesteps.push(next);
    this.total = this.position + this.timesteps.length;
  }

  async state() {
    return this.x.slice();
  }

  async step() {
    if (this.position >= this.total) return undefined;
    const { settings, methods, label, density } = this;
    const index = this.total - 1 - this.position;
    const t = this.timesteps[index];
    const [abar, prev] = [this.tools.abar[t], index > 0 ? this.tools.abar[this.timesteps[index - 1]] : 1];
    const all = pairs(this.x).map((at) => look(density, abar, undefined, at));
    const own = pairs(this.x).map((at) => look(density, abar, label, at));
    const told = methods.includes('conditional') ? own : all;
    const noise = Math.sqrt(1 - abar);
    const guided = methods.includes('classifier') && label !== undefined;
    const flat = (/** @type {typeof all} */ looks) => looks.flatMap(({ score }) => score);
    const [plain, pulled] = [flat(all), flat(own)];
    const gradient = guided ? pulled.map((value, i) => settings.scale * (value - plain[i])) : undefined;
    const eps = flat(told).map((value, i) => -noise * (value + (gradient?.[i] ?? 0)));
    const x0 = eps.map((value, i) => (this.x[i] - noise * value) / Math.sqrt(abar));
    const sigma = settings.sampler === 'ddpm' ? Math.sqrt(((1 - prev) / (1 - abar)) * (1 - abar / prev)) : 0;
    const draw = this.tools.gaussian(settings.seed + 7919 * (this.position + 1));
    const before = this.x;
    this.x = Float32Array.from(
      eps,
      (value, i) => Math.sqrt(prev) * x0[i] + Math.sqrt(Math.max(0, 1 - prev - sigma ** 2)) * value + sigma * draw(),
    );
    this.position += 1;
    return {
      step: this.position,
      total: this.total,
      t,
      abar,
      before,
      x: this.x.slice(),
      x0: Float32Array.from(x0),
      eps: Float32Array.from(eps),
      gradient: gradient && Float32Array.from(gradient),
      probabilities: Float32Array.from(all.flatMap(({ probabilities }) => probabilities)),
    };
  }

  free() {}
}
