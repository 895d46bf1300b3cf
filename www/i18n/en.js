// @ts-check
/** Every text of the page, in English. Numbers come in as numbers and are formatted here. */

/** @typedef {import('../url.js').Problem} Problem */
/** @typedef {import('../protocol.js').Reason} Reason */
/** @typedef {import('../reference.js').Refusal} Refusal */

/** @param {number} bytes */
const megabytes = (bytes) => (bytes / 1e6).toFixed(1);

/** @param {number} value */
const compact = (value) => value.toLocaleString('en', { notation: 'compact', maximumFractionDigits: 1 });

/** 1.2 · 10⁻⁷. @param {number | undefined} value */
function scientific(value) {
  if (!value || !Number.isFinite(value)) return String(value);
  const [mantissa, exponent] = value.toExponential(1).split('e');
  const raised = [...String(Number(exponent))]
    .map((digit) => (digit === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'.charAt(Number(digit))))
    .join('');
  return `${mantissa}\u00a0·\u00a010${raised}`;
}

/** Ends a sentence that came from elsewhere. @param {string} text */
const sentence = (text) => (/[.!?]$/.test(text) ? text : `${text}.`);

/** @typedef {{ name: string, line: string, more?: string }} EntryText `more` is what is out of the way at first */

const WHEN = 'Interval and schedule';

/** Guidance methods and starts. @type {Record<string, EntryText>} */
const ENTRIES = {
  conditional: { name: 'Class label', line: 'Tells the network the class itself.' },
  'classifier-free': {
    name: 'Classifier-free',
    line: 'Exaggerates what the class label changes. Two network calls a step.',
    more: 'Negative class, interval, schedule',
  },
  classifier: {
    name: 'Classifier gradient',
    line: 'Pushes each step towards what a classifier calls the class.',
    more: 'Style, interval, schedule',
  },
  autoguidance: {
    name: 'Autoguidance',
    line: 'Leads away from what a weaker network would do. Asks both in each step.',
    more: WHEN,
  },
  composed: { name: 'Composed classes', line: 'Adds up where several classes lead.', more: WHEN },
  ilvr: { name: 'Reference (ILVR)', line: 'Keeps the coarse layout of your picture.' },
  repaint: {
    name: 'Inpainting (RePaint)',
    line: 'Keeps a part of your picture and paints the rest; goes back up now and then, so that both fit.',
  },
  palette: {
    name: 'Palette',
    line: 'Pulls every pixel of x̂₀ to the nearest of a few colours; the gradient flows through the network.',
    more: WHEN,
  },
  symmetry: {
    name: 'Symmetry',
    line: 'Pulls x̂₀ to its mirror image; the gradient flows through the network.',
    more: WHEN,
  },
  noise: { name: 'Noise', line: 'Nothing but the noise of the seed.', more: 'On the way to another seed' },
  sdedit: {
    name: 'Noised picture (SDEdit)',
    line: 'Your picture loses its details to noise, and the model paints new ones.',
  },
  inversion: {
    name: 'Inverted picture (DDIM)',
    line: 'Runs backwards from your picture; with η = 0 the way down leads back to it, and to a variation once another class is chosen on the way.',
  },
};

/** The settings of a method's interval and schedule. @param {string} method */
const when = (method) => ({
  [`${method}-from`]: { name: 'Acts from' },
  [`${method}-to`]: { name: 'Acts up to', line: 'Shares of all timesteps: 1 is pure noise, 0 the picture.' },
  [`${method}-curve`]: { name: 'Schedule' },
});

/** What a setting may be. @param {NonNullable<Problem['spec']>} spec */
function expected(spec) {
  switch (spec.kind) {
    case 'choice':
      return `one of ${spec.choices?.join(', ')}`;
    case 'list':
      return `none or a comma list of ${spec.choices?.join(', ')}`;
    case 'steps':
      return `a count from ${spec.min} to ${spec.max}, or a respacing such as ddim25, karras25 or 10,15`;
    case 'name':
    case 'class':
    case 'style':
      return 'a name';
    case 'text':
      return 'a text';
    default: {
      const noun = spec.kind === 'integer' ? 'a whole number' : 'a number';
      if (spec.max === undefined || spec.max >= Number.MAX_SAFE_INTEGER) return `${noun} from ${spec.min ?? 0}`;
      return `${noun} from ${spec.min ?? 0} to ${spec.max}`;
    }
  }
}

export const strings = {
  title: 'guidelight',
  tagline: 'Guided diffusion you can watch, steer and take apart.',

  // Terms, one colour each. `symbol` is MathML-free text for labels that are read aloud.
  terms: {
    xt: { name: 'Sample', spoken: 'x t', line: 'Noise on its way to a picture: what the run holds now.' },
    x0: { name: 'Prediction', spoken: 'x zero hat', line: 'The picture expected under the noise.' },
    eps: { name: 'Noise', spoken: 'epsilon', line: 'What counts as noise; grey is zero.' },
    gradient: {
      name: 'Guidance',
      spoken: 'gradient of log p of y given x t',
      line: 'Where guidance pushes; grey is zero.',
    },
    steered: {
      name: 'Steering',
      spoken: 'change of epsilon',
      line: 'What guidance adds to the noise; grey is zero.',
    },
    reference: { name: 'Reference', spoken: 'reference', line: 'Your picture, at the model’s size.' },
    lowpass: { name: 'Low pass', spoken: 'phi N of the reference', line: 'The layout ILVR holds on to.' },
    detail: { name: 'Detail', spoken: 'x t less phi N of x t', line: 'What ILVR leaves to the model; grey is zero.' },
  },
  pictureLabel: (/** @type {string} */ name, /** @type {string} */ spoken, /** @type {string} */ when) =>
    `${name}, ${spoken}: ${when}`,
  afterStep: (/** @type {number} */ step, /** @type {number} */ total) => `after step ${step} of ${total}`,
  atModelSize: (/** @type {string} */ name) => `${name}, at the model’s size`,
  empty: 'empty',
  beforeStep: (/** @type {boolean} */ fromPicture) => (fromPicture ? 'your picture, noised' : 'pure noise'),
  noFrame: 'Press play.',
  noGradient: 'Nothing on climbs a gradient.',
  notGuidedHere: 'Not guided in this step.',
  noReference: 'Drop, paste or choose a picture.',

  play: 'Play',
  pause: 'Pause',
  step: 'Step',
  back: 'Back',
  restart: 'Restart',
  savePng: 'Save PNG',
  keys: [
    ['Space', 'play or pause'],
    ['← →', 'back, step'],
    ['R', 'restart'],
    ['G', 'guidance on top'],
  ],
  timeline: 'Timeline',
  timelineValue: (
    /** @type {number} */ step,
    /** @type {number} */ total,
    /** @type {boolean} */ fromPicture,
    /** @type {boolean} */ jumps,
  ) =>
    step === 0
      ? `${fromPicture ? 'your picture, noised' : 'pure noise'}, before step 1 of ${total}`
      : `after step ${step} of ${total}${jumps ? ', then back up' : ''}`,
  jump: 'back up after this step',

  stepCount: (/** @type {number} */ step, /** @type {number} */ total) => `${step} / ${total}`,
  readout: {
    step: 'Step',
    t: 'Timestep',
    abar: 'Signal',
    norm: 'Gradient',
    probability: 'Class',
    distance: 'Distance',
    time: 'Time',
  },
  readoutHelp: { distance: 'RMS of φ(x_t) − φ(reference)' },
  milliseconds: (/** @type {number} */ ms) => (ms >= 1000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms)} ms`),
  percent: (/** @type {number} */ share) => `${(share * 100).toFixed(share < 0.0995 ? 1 : 0)}\u00a0%`,

  probabilities: 'What the classifier sees',
  probabilitiesLine: 'p(y | x_t): its belief in each class, from the noisy picture alone.',
  noProbabilities: 'Shown from the first step on, when a classifier is loaded.',
  bar: (/** @type {string} */ name, /** @type {string} */ share) => `${name}: ${share}`,
  trace: 'Along the run',
  traceLine: 'Belief in the class, and the gradient’s length, at every step.',
  traceLabel: (/** @type {string} */ name, /** @type {string} */ share, /** @type {number} */ step) =>
    `Belief in ${name} over ${step} steps, now ${share}`,
  traceProbability: (/** @type {string} */ name) => `p(${name})`,
  traceNorm: '‖∇‖',
  equation: 'This step',

  controls: 'Controls',
  model: 'Model',
  class: 'Class',
  style: 'Style',
  none: 'none',
  any: 'any',
  styleLine: 'For “Class label” and “Classifier-free”: the network reads it.',
  method: 'Guidance',
  /** @param {import('guidelight/*').Entry} entry @returns {EntryText} */
  entry: ({ name, label, help }) => ENTRIES[name] ?? { name: label, line: help },
  more: 'More settings',
  changed: (/** @type {number} */ count) => `${count} changed`,
  needsClass: 'Without a class it does nothing.',
  needsText: 'Until something is written here it does nothing.',
  needsReference: 'It needs a picture: see “Your picture”.',
  noWeaker: (/** @type {string} */ model) =>
    `Autoguidance needs a weaker model of the same kind, and there is none for ${model}.`,
  weakerMissed: (/** @type {string} */ weaker, /** @type {string} */ detail) =>
    `Autoguidance needs ${weaker}, which did not arrive (${detail.replace(/[.\s]+$/, '')}); play to try again.`,
  noClassifier: (/** @type {string} */ model) => `There is no classifier for ${model}.`,
  settings: /** @type {Record<string, { name: string, line?: string }>} */ ({
    'cfg-weight': { name: 'Weight w', line: '1 is the class label alone; more exaggerates it.' },
    'cfg-rescale': { name: 'Rescale φ', line: 'Takes back the contrast that a large weight adds.' },
    scale: { name: 'Scale s', line: 'How hard the gradient pushes. 0 is off.' },
    eta: { name: 'Noise η', line: '0 is deterministic; 1 adds as much noise as DDPM.' },
    order: { name: 'Order', line: 'How many predictions a step looks at; 2 is “2M”, 3 is “3M”.' },
    clip: { name: 'Range of x̂₀', line: 'What happens to a prediction that leaves −1 … 1.' },
    'clip-quantile': { name: 'Inside the threshold', line: 'The share of x̂₀ that is not pressed to the edge.' },
    'down-n': { name: 'Coarseness N', line: 'φ shrinks by N and back: larger leaves more freedom.' },
    'range-t': { name: 'Free steps at the end', line: 'The last steps run without the reference.' },
    kernel: { name: 'Kernel of φ' },
    'reference-level': { name: 'Noise level of the reference' },
    'cfg-negative': { name: 'Away from', line: 'What is exaggerated is the difference from this class.' },
    'scale-style': { name: 'Share of the style', line: 'How much the gradient favours the style beside the class.' },
    'scale-at': { name: 'Gradient at', line: 'At x̂₀ it flows back through the denoising network too.' },
    'auto-weight': { name: 'Weight w', line: '1 is the model alone; more leads further away.' },
    compose: { name: 'Classes and weights', line: 'A weight that is left out is 1; a negative one leads away.' },
    keep: { name: 'Keep' },
    'jump-length': { name: 'Steps of a jump', line: 'How far the run goes back up.' },
    'jump-times': { name: 'Times over each stretch', line: '1 never goes back; more fits better and takes longer.' },
    palette: { name: 'Colours', line: 'Hexadecimal, up to 16 of them.' },
    'palette-scale': { name: 'Strength' },
    'symmetry-scale': { name: 'Strength' },
    mirror: { name: 'Mirror' },
    ...when('cfg'),
    ...when('scale'),
    ...when('auto'),
    ...when('compose'),
    ...when('palette'),
    ...when('symmetry'),
    strength: { name: 'How far back', line: '1 begins at pure noise; less keeps more of the picture.' },
    blend: { name: 'Towards the other seed', line: '0 is this seed’s noise, 1 the other’s.' },
    'blend-seed': { name: 'Other seed' },
  }),
  choices: /** @type {Record<string, string>} */ ({
    ddim: 'DDIM',
    ddpm: 'DDPM',
    dpmpp: 'DPM++',
    'dpmpp-sde': 'DPM++ SDE',
    unipc: 'UniPC',
    euler: 'Euler',
    'euler-ancestral': 'Euler a',
    heun: 'Heun',
    model: 'As the model says',
    static: 'Clipped',
    dynamic: 'Dynamic threshold',
    none: 'Free',
    auto: 'Automatic',
    webgpu: 'WebGPU',
    cpu: 'CPU',
    paper: 't − 1, as in the paper',
    code: 't, as in the published code',
    constant: 'Constant',
    rising: 'Rising towards the picture',
    falling: 'Falling towards the picture',
    cosine: 'Cosine: late, then fully',
    'x-t': 'x_t',
    'x-start': 'x̂₀',
    border: 'The border',
    middle: 'The middle',
    left: 'The left half',
    right: 'The right half',
    top: 'The upper half',
    bottom: 'The lower half',
    'left-right': 'Left and right',
    'top-bottom': 'Top and bottom',
  }),
  sampler: 'Sampler',
  samplers: /** @type {Record<string, string>} */ ({
    ddim: 'Few large steps; with η = 0 the starting noise alone decides the picture.',
    ddpm: 'Fresh noise in every step, as the model was trained; wants many steps.',
    dpmpp: 'Extrapolates from its last predictions: good pictures in 10 to 20 steps.',
    'dpmpp-sde': 'DPM++ with fresh noise, which repairs what earlier steps got wrong.',
    unipc: 'Predicts like DPM++ and corrects with the next prediction; good below 10 steps.',
    euler: 'Follows the slope of the ODE; the same as DDIM with η = 0.',
    'euler-ancestral': 'Euler with fresh noise; the same as DDIM with η = 1.',
    heun: 'Looks at the slope of both ends: two network calls a step, best with karras15.',
  }),
  steps: 'Steps',
  stepsLine: 'A count, or a respacing such as ddim25, karras25 or 10,15.',
  stepsWrong: (/** @type {string} */ got) =>
    `“${got}” is no step count: expected 2 to 1000, or a respacing such as ddim25, karras25 or 10,15.`,
  seed: 'Seed',
  dice: 'Roll another seed',
  seedWrong: (/** @type {string} */ got) =>
    `“${got}” is no seed: expected a whole number from 0 to ${Number.MAX_SAFE_INTEGER}.`,
  backend: 'Computed by',

  start: 'Start from',
  referenceTitle: 'Your picture',
  choosePicture: 'Choose a picture',
  chooseAnother: 'Choose another',
  removePicture: 'Remove',
  orDrop: 'or drop or paste one anywhere',
  fit: 'Fit',
  fits: { crop: 'Crop to a square', whole: 'Show it whole' },
  useReference: 'Use it for',

  // What goes on, for the status line.
  status: {
    loading: 'Starting the engine …',
    ready: 'Ready.',
    inverting: 'Inverting your picture: the chain runs backwards, from it to its noise.',
    running: (/** @type {number} */ total) => `Running ${total} steps.`,
    paused: (/** @type {number} */ step, /** @type {number} */ total) => `Paused after step ${step} of ${total}.`,
    done: (/** @type {number} */ total, /** @type {string} */ verdict) => `Done after ${total} steps.${verdict}`,
    error: 'Stopped.',
    verdict: (/** @type {string} */ name, /** @type {string} */ share) => ` The classifier gave ${name} ${share}.`,
    willFork: (/** @type {number} */ step) =>
      ` The next step forks the run here, after step ${step}, with the new settings.`,
    standsIn: (/** @type {string} */ small, /** @type {string} */ large) =>
      ` ${small} stands in until ${large} has arrived.`,
    goesOn: (/** @type {string} */ small, /** @type {string} */ large) => ` ${small} goes on; ${large} did not arrive.`,
    lastRun: (/** @type {string} */ small, /** @type {string} */ large) =>
      ` This run is ${small}’s; ${large} has arrived and makes the next.`,
    tookOver: (/** @type {string} */ small, /** @type {string} */ large) =>
      ` ${large} has arrived and took over from ${small}.`,
    willRestart: ' What you changed needs a new run: the next step starts over.',
  },
  downloading: (
    /** @type {number} */ received,
    /** @type {number} */ bytes,
    /** @type {string[]} */ names,
    /** @type {number} */ attempt,
  ) =>
    `Downloading ${names.join(' and ')}: ${megabytes(received)} of ${megabytes(bytes)} MB${attempt > 1 ? `, attempt ${attempt}` : ''}`,
  inverted: (/** @type {number} */ done, /** @type {number} */ total) => `Backwards: ${done} of ${total} steps`,
  readingCache: (/** @type {string[]} */ names) => `Reading ${names.join(' and ')} from cache`,
  forNow: (/** @type {string} */ large, /** @type {string} */ small) => `${large} (for now ${small})`,
  source: { cache: 'from cache', network: 'downloaded' },
  modelFacts: (/** @type {import('../settings.js').Model} */ model, /** @type {string | undefined} */ source) =>
    `${compact(model.parameters)} parameters, ${megabytes(model.bytes)} MB${source ? `, ${source}` : ''}`,

  backendReason: (
    /** @type {'webgpu' | 'cpu'} */ name,
    /** @type {string} */ adapter,
    /** @type {Reason} */ { code, detail, difference },
  ) => {
    const on = adapter ? ` (${adapter})` : '';
    switch (code) {
      case 'works':
        return `WebGPU${on}: its self-test agrees with the CPU to ${scientific(difference)}.`;
      case 'asked':
        return 'The CPU, because you chose it.';
      case 'no-webgpu':
        return 'The CPU, because this browser offers no WebGPU.';
      case 'no-adapter':
        return 'The CPU, because WebGPU found no graphics adapter here.';
      case 'software-adapter':
        return 'The CPU, because WebGPU here is emulated in software, which is slower.';
      case 'no-timestamp-query':
        return 'The CPU, because this graphics adapter lacks timestamp-query, which the WebGPU path needs.';
      case 'self-test':
        return `The CPU, because WebGPU failed its self-test: off by ${scientific(difference)}.`;
      case 'failed':
        return sentence(`The CPU, because WebGPU could not start: ${detail}`);
      case 'lost':
        return 'The CPU, because the graphics device failed.';
      case 'crashed':
        return 'The CPU, because the WebGPU path stopped working.';
      default:
        return name;
    }
  },

  // One sentence each, in the alert box.
  badParameter: (/** @type {Problem} */ { key, got, used, spec }) =>
    spec === undefined
      ? `The address has a parameter “${key}” that is not known here, so it was left out.`
      : `The address asks for ${key}=${got}, expected ${expected(spec)}, so ${used} is used.`,
  lacksReference: (/** @type {string} */ method) =>
    `“${method}” needs a reference picture: choose, drop or paste one, or do without it.`,
  noManifest: (/** @type {string} */ detail) => `the list of models could not be fetched (${detail})`,
  cannotStart: (/** @type {string} */ detail) => sentence(`The page could not start: ${detail}`),
  broke: (
    /** @type {{ kind: 'lost' | 'crashed', detail: string, toCpu: boolean, wasRunning: boolean }} */ {
      kind,
      detail,
      toCpu,
      wasRunning,
    },
  ) => {
    const cause = detail.replace(/[.\s]+$/, '');
    const what =
      kind === 'lost' ? cause.charAt(0).toUpperCase() + cause.slice(1) : `The computation broke off (${cause})`;
    const then = toCpu ? 'it goes on on the CPU' : 'it was started again';
    return `${what}; ${then} with your settings kept${wasRunning ? ', and the run starts over' : ''}.`;
  },
  brokeAgain: (/** @type {string} */ detail) =>
    `The computation broke off several times (${detail.replace(/[.\s]+$/, '')}), so it was left stopped; your settings are kept.`,
  notArrived: (/** @type {string} */ large, /** @type {string} */ small, /** @type {string} */ detail) =>
    `${large} did not arrive, so ${small} goes on (${detail.replace(/[.\s]+$/, '')}).`,
  engineRefused: (/** @type {string} */ detail) => sentence(detail),
  refusedPicture: (/** @type {Refusal | { code: 'nothing' }} */ refusal) => {
    switch (refusal.code) {
      case 'nothing':
        return 'There was no picture file in that: expected a PNG, JPEG, WebP or GIF.';
      case 'type':
        return `That is not a picture this page can read: expected PNG, JPEG, WebP or GIF, got ${refusal.got}.`;
      case 'pixels':
        return `That picture is too large: expected at most 50 megapixels, got ${refusal.width} × ${refusal.height}.`;
      case 'broken':
        return `That ${refusal.type} picture could not be decoded: the file seems damaged or cut short.`;
    }
  },
  notCached: (/** @type {string} */ detail) => `The weights could not be kept for the next visit (${detail}).`,
  // The step taken apart.
  overlay: 'Guidance on top',
  overlayLegend: { weak: 'no push', strong: 'strongest push' },
  axes: {
    noise: 'noise',
    step: 'step',
    picture: 'picture',
    timestep: (/** @type {number} */ t) => `t = ${t}`,
  },
  numbers: {
    title: 'This step in numbers',
    picker: 'Pixel',
    pick: 'Click a pixel of any picture, or pick one here with the arrow keys.',
    at: (/** @type {number} */ x, /** @type {number} */ y) => `Column ${x + 1}, row ${y + 1}`,
    unpick: 'Put away',
    noFrame: 'Shown from the first step on.',
    noParts: 'This sampler does not write its step as one sum, so there are no terms to take apart here.',
    caption:
      'Small: the term at this pixel. Below it: times its weight. Without its tick a term is left out, from this step on.',
    term: 'Term',
    weight: 'Weight',
    channels: ['Red', 'Green', 'Blue'],
    terms: {
      xt: 'Sample',
      x0: 'Prediction',
      'earlier-x0': 'Prediction before',
      eps: 'Noise',
      gradient: 'Guidance',
      noise: 'Fresh noise',
    },
    value: (/** @type {number} */ value) => (Math.abs(value) < 5e-4 ? 0 : value).toFixed(3).replace('-', '−'),
    sum: 'Sum',
    correction: 'Correction afterwards',
    next: 'After the step',
    leftOut: 'Left out:',
    putBack: (/** @type {string} */ name) => `Put ${name} back`,
  },
  lab: {
    schedule: { title: 'Schedule', line: 'Which timesteps the run visits, and when guidance acts.' },
    forward: { title: 'Forward process', line: 'Drown a picture in noise, and watch what is still seen in it.' },
  },
  schedule: {
    waiting: 'Shown once the model is here and a run can be made with these settings.',
    plotLabel: (/** @type {number} */ steps, /** @type {number} */ t, /** @type {number} */ abar) =>
      `Signal ᾱ over the timesteps, ${steps} of them visited; now at t = ${t}, ᾱ = ${abar.toFixed(3)}`,
    abar: 'Signal',
    strength: (/** @type {string} */ method) => `Added by ${method}, w(t), scale on the right`,
    scrub: 'Drag over the plot to go through the run.',
    acts: (/** @type {string} */ method, /** @type {number} */ from, /** @type {number} */ to) =>
      `${method} acts from t = ${from} to ${to}`,
    ends: {
      from: (/** @type {string} */ method) => `${method}: end nearer to the picture`,
      to: (/** @type {string} */ method) => `${method}: end nearer to the noise`,
    },
    end: (/** @type {number} */ share, /** @type {number} */ t) => `${Math.round(share * 100)} %, t = ${t}`,
    spacing: 'Spacing',
    spacings: {
      even: { name: 'Even', line: 'Evenly over all timesteps, both ends included.' },
      ddim: { name: 'Whole strides', line: 'Every so-many-th timestep from 0, as DDIM did; not every count has one.' },
      karras: { name: 'Karras', line: 'Denser where there is little noise left.' },
    },
  },
  forward: {
    nothing: 'Choose a picture, or make a step: then there is something to noise.',
    source: 'Noise',
    sources: { reference: 'Your picture', x0: 'Prediction x̂₀' },
    timestep: 'Timestep t',
    play: 'Play',
    stop: 'Stop',
    sweep: 'Measure 20 timesteps',
    swept: (/** @type {number} */ done, /** @type {number} */ total) => `${done} of ${total} timesteps measured`,
    invert: 'Invert this picture',
    invertLine: 'Starts from it: DDIM backwards to its noise, and then down to it again.',
    pictures: {
      xt: { name: 'Noised', label: (/** @type {number} */ t) => `The picture under the noise of t = ${t}` },
      noise: { name: 'Noise', label: () => 'The noise that is added' },
      x0: { name: 'Prediction', label: (/** @type {number} */ t) => `What the network sees in it at t = ${t}` },
    },
    error: 'Loss',
    top: 'Most likely',
    lossTitle: 'Loss ‖ε − ε_θ‖²',
    lossLabel: (/** @type {number} */ count) => `Loss over t, ${count} timesteps measured`,
    lossLine: 'Mean square per number: little noise is hard to tell from the picture, much noise is easy.',
    certaintyTitle: 'What the classifier believes',
    certaintyLabel: (/** @type {number} */ count) => `Belief over t, ${count} timesteps measured`,
    likeliest: 'the most likely class',
  },

  retry: 'Try again',
  dismiss: 'Dismiss',
  fileName: (/** @type {string} */ label, /** @type {number} */ seed, /** @type {number} */ step) =>
    `guidelight-${label}-seed${seed}-step${step}.png`,
};
