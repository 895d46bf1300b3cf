// @ts-check
/** Every text of the page, in English. Numbers come in as numbers and are formatted here. */
import { clause, megabytes, percentage, scientific } from './format.js';

/** @typedef {import('../url.js').Problem} Problem */
/** @typedef {import('../protocol.js').Reason} Reason */
/** @typedef {import('../reference.js').Refusal} Refusal */
/** @typedef {import('../lanes.js').LaneProblem} LaneProblem */
/** @typedef {import('../lanes-url.js').LaneProblem} LaneAddressProblem */

/** @param {number} value */
const compact = (value) => value.toLocaleString('en', { notation: 'compact', maximumFractionDigits: 1 });

/** Tenths below 10 ms. @param {number} ms */
const duration = (ms) =>
  ms >= 1000 ? `${(ms / 1000).toFixed(1)} s` : `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;

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

/** Classes and styles of the models, by their names in the settings. @type {Record<string, string>} */
const LABELS = {
  none: 'none',
  face: 'face',
  person: 'person',
  hand: 'hand',
  animal: 'animal',
  plant: 'plant',
  food: 'food',
  vehicle: 'vehicle',
  building: 'building',
  sky: 'sky',
  clothing: 'clothing',
  heart: 'heart',
  sign: 'sign',
  't-shirt': 'T-shirt',
  trouser: 'trousers',
  pullover: 'pullover',
  dress: 'dress',
  coat: 'coat',
  sandal: 'sandal',
  shirt: 'shirt',
  sneaker: 'sneaker',
  bag: 'bag',
  'ankle-boot': 'ankle boot',
  noto: 'Noto',
  'noto-v1': 'Noto, first version',
  twemoji: 'Twemoji',
  'fluent-flat': 'Fluent, flat',
  'fluent-3d': 'Fluent, 3D',
  emojione: 'EmojiOne',
  fxemoji: 'FxEmojis',
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
      return `a count from ${spec.min} to ${spec.max}, or a respacing such as ddim25, karras25, 10,15 or at0-400-999`;
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

/** @typedef {typeof strings} Strings */
export const strings = {
  // The page around its parts: what `index.html` says in English before any script has run.
  page: {
    title: 'guidelight: guided diffusion you can watch and steer',
    description:
      'Watch an emoji being denoised step by step in your own browser, steer it with a classifier’s gradient or a picture of yours, and take each step apart.',
    tagline: 'Guided diffusion you can watch, steer and take apart.',
    trainedOn: 'Trained on free emoji art and Fashion-MNIST:',
    credits: 'credits',
    code: 'Code under',
    or: 'or',
    stays: 'Nothing you do here leaves your machine.',
    lesson: 'The lesson',
    whole: 'Open the whole page',
  },
  language: 'Language',
  languageMissed: (/** @type {string} */ name, /** @type {string} */ detail) =>
    `The page’s texts in ${name} could not be fetched (${clause(detail)}), so it stays in English; choose ${name} again to retry.`,
  theme: 'Colours',
  themes: { system: 'As the system', light: 'Light', dark: 'Dark' },

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
  /** @type {(fromPicture: boolean) => string} */
  beforeStep: (fromPicture) => (fromPicture ? 'your picture, noised' : 'pure noise'),
  noFrame: 'Press play.',
  noGradient: 'No gradient method is on.',
  notGuidedHere: 'Not guided in this step.',
  noReference: 'Drop, paste or choose a picture.',

  play: 'Play',
  pause: 'Pause',
  step: 'Step',
  back: 'Back',
  restart: 'Restart',
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
  percent: (/** @type {number} */ share) => `${percentage(share)}\u00a0%`,

  probabilities: 'What the classifier sees',
  probabilitiesLine: 'Its belief in each class, from the noisy picture alone.',
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
  any: 'any',
  styleLine: 'For “Class label” and “Classifier-free”: the network reads it.',
  method: 'Guidance',
  /** @param {import('guidelight/*').Entry} entry @returns {EntryText} */
  entry: ({ name, label, help }) => ENTRIES[name] ?? { name: label, line: help },
  /** A class or a style, in words. @param {string} name */
  label: (name) => LABELS[name] ?? name,
  more: 'More settings',
  changed: (/** @type {number} */ count) => `${count} changed`,
  needsClass: 'Without a class it does nothing.',
  needsText: 'Until something is written here it does nothing.',
  needsReference: 'It needs a picture: see “Your picture”.',
  noWeaker: (/** @type {string} */ model) =>
    `Autoguidance needs a weaker model of the same kind, and there is none for ${model}.`,
  weakerMissed: (/** @type {string} */ weaker, /** @type {string} */ detail) =>
    `Autoguidance needs ${weaker}, which did not arrive (${clause(detail)}); play to try again.`,
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
    without: {
      name: 'Terms left out of the update',
      line: 'A comma list of xt, x0, earlier-x0, eps, gradient, steered and noise; a step then goes without them.',
    },
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
    cubic: 'Cubic',
    lanczos2: 'Lanczos 2',
    lanczos3: 'Lanczos 3',
    linear: 'Linear',
    box: 'Box',
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
  stepsLine: 'A count, or a respacing such as ddim25, karras25, 10,15 or at0-400-999.',
  stepsWrong: (/** @type {string} */ got) =>
    `“${got}” is no step count: expected 2 to 1000, or a respacing such as ddim25, karras25, 10,15 or at0-400-999.`,
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

  // The studio: pictures to draw, to crop and to mask, and galleries of what comes of them.
  drawing: 'your drawing',
  draw: 'Draw',
  drawTitle: 'Draw a picture',
  adjust: 'Crop',
  close: 'Close',
  cancel: 'Cancel',
  again: 'Again',
  undo: 'Undo',
  redo: 'Redo',
  clear: 'Clear',
  invert: 'Invert',
  tool: 'Tool',
  tools: { brush: 'Brush', eraser: 'Eraser', fill: 'Fill' },
  brushSize: 'Brush size',
  brushAt: (/** @type {number} */ column, /** @type {number} */ row) => `Column ${column}, row ${row}`,
  padHelp: 'Drag to paint. By keyboard: arrows move the brush, with Shift faster; Space paints, held down it draws.',
  colour: 'Colour',
  colours: /** @type {Record<string, string>} */ ({
    black: 'Black',
    red: 'Red',
    orange: 'Orange',
    yellow: 'Yellow',
    green: 'Green',
    blue: 'Blue',
    purple: 'Purple',
    brown: 'Brown',
    pink: 'Pink',
    skin: 'Skin',
  }),
  ownColour: 'A colour of your own',
  drawLabel: 'Drawing, at the model’s size',
  cropTitle: 'Choose the part',
  cropLabel: 'Your picture: the square that is used',
  cropHelp: 'Drag to move, pinch or scroll to zoom. By keyboard: arrows move, + and − zoom.',
  zoom: 'Zoom',
  atThatSize: 'At the model’s size',
  peekLowpass: (/** @type {number} */ n) => `φ at N = ${n}`,
  peekStart: (/** @type {number} */ strength) => `Begins here, at ${strength}`,
  maskTitle: 'What is painted anew',
  maskLabel: 'Mask over your picture: chequered parts are painted anew',
  maskTools: { hole: 'Paint anew', keep: 'Keep' },
  maskKeeps: (/** @type {number} */ share) => `Kept: ${Math.round(share * 100)}\u00a0% of the picture.`,
  maskLine: 'The chequered part is the model’s; the rest stays as it is. It is marked on the sample, too.',
  maskThumb: 'Your picture with the mask',
  maskInstead: 'The mask you painted is used instead.',
  paintMask: 'Paint a mask',
  changeMask: 'Change the mask',
  removeMask: 'Remove the mask',
  initTitle: 'Another picture to start from',
  initLine: 'ILVR follows the picture above; the start and inpainting take this one.',
  galleryTitle: 'See them all',
  galleries: {
    levels: {
      name: 'N × seed',
      title: 'Coarseness N against the seed',
      line: 'The same picture held more and more loosely. Choose one to open it in the run.',
    },
    styles: {
      name: 'Every style',
      title: 'The same picture in every style',
      line: 'Only the style differs. Choose one to open it in the run.',
    },
  },
  galleryDone: (/** @type {number} */ done, /** @type {number} */ total) => `${done} of ${total} done`,
  galleryCell: (/** @type {Record<string, string | number>} */ patch) =>
    'style' in patch ? (LABELS[patch.style] ?? String(patch.style)) : `N ${patch['down-n']} · seed ${patch.seed}`,
  openCell: (/** @type {string} */ name) => `${name}: open in the run`,
  galleryBroke: (/** @type {string} */ detail) => sentence(`The gallery broke off: ${detail}`),
  dialogMissed: 'That part of the page could not be fetched: check the connection and try again.',
  doctor: {
    title: 'GPU doctor',
    line: 'What this browser and this machine can do. Nothing is sent anywhere: the report is only copied, by you.',
    copy: 'Copy the report',
    copied: { yes: 'Copied.', no: 'The browser did not allow it: select the text below and copy it.' },
    asText: 'The report as text',
    examining: 'Examining …',
    unknown: 'not told',
    none: 'none',
    yes: 'yes',
    no: 'no',
    noEngine: 'not known: the engine is not open',
    noModel: 'not known: no model is loaded',
    noClassifier: 'not timed: this model has no classifier',
    notYet: 'not yet: no step has been made',
    page: 'This page',
    browser: 'Browser',
    cores: 'Processor cores',
    memory: 'Memory of the engine',
    bytes: (/** @type {number} */ bytes) => `${(bytes / 2 ** 20).toFixed(1)} MiB`,
    number: (/** @type {number} */ value) => value.toLocaleString('en'),
    adapter: 'Graphics adapter',
    missing: {
      'no-webgpu': 'none: this browser offers no WebGPU',
      'no-adapter': 'none: WebGPU found no graphics adapter',
    },
    vendor: 'Vendor',
    architecture: 'Architecture',
    device: 'Device',
    fallback: 'Emulated in software',
    features: 'Features',
    backend: 'Back-end',
    selfTest: 'Self-test',
    selfTestCpu: 'The CPU is what others are compared with.',
    selfTestSays: (/** @type {number} */ difference, /** @type {number} */ tolerance) =>
      `${difference <= tolerance ? 'passed' : 'failed'}: off by ${scientific(difference)}, at most ${scientific(tolerance)} is allowed`,
    times: 'Times',
    once: duration,
    firstAndLast: (/** @type {number} */ first, /** @type {number} */ last) =>
      `first ${duration(first)}, last ${duration(last)}`,
    answers: /** @type {Record<string, string>} */ ({
      opened: 'Opening the engine',
      loaded: 'Loading a model',
      frame: 'A step of a run',
    }),
    cases: {
      unet: 'Denoiser',
      classifier: 'Classifier',
      gradient: 'Classifier’s gradient',
      guided: 'Step with a classifier',
      cfg: 'Step, classifier-free',
    },
  },

  // What goes on, for the status line.
  status: {
    loading: 'Starting the engine …',
    ready: 'Ready.',
    inverting: 'Inverting your picture: the chain runs backwards, from it to its noise.',
    running: (/** @type {number} */ total) => `Running ${total} steps.`,
    paused: (/** @type {number} */ step, /** @type {number} */ total) => `Paused after step ${step} of ${total}.`,
    done: (/** @type {number} */ total, /** @type {string} */ verdict) => `Done after ${total} steps.${verdict}`,
    error: 'Stopped.',
    recorded: 'A recording plays until the engine has arrived.',
    recordedReady: 'That was a recording. The engine is ready: play computes the run here.',
    recordedOther: (/** @type {string} */ shown, /** @type {string} */ asked) =>
      `The recording shows ${shown}; ${asked} comes with the live run.`,
    onlyRecorded: 'Stopped. What you can play here is a recording.',
    live: (/** @type {string} */ reason, /** @type {boolean} */ recorded) =>
      ` Live${recorded ? ' now, no longer recorded' : ''}, on ${reason.replace(/^The CPU, /, 'the CPU ')}`,
    replaying: (/** @type {number} */ total) => `Making ${total} steps of this branch again, to go on from them.`,
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

  lanes: {
    title: 'Compare',
    line: 'Up to five more runs beside this one, from the same seed and in step with it: each differs in what you choose.',
    add: 'Add a run',
    with: 'Beside it:',
    presets: {
      plain: () => 'No guidance',
      method: (/** @type {string} */ name) => name,
      sampler: (/** @type {string} */ name) => `Sampler ${name}`,
      fewer: (/** @type {string} */ steps) => `${steps} steps`,
      model: (/** @type {string} */ name) => `Model ${name}`,
    },
    setting: 'Setting that differs',
    value: 'Its value',
    run: 'The run',
    addOne: 'Add',
    sweep: (/** @type {number} */ count) => `Sweep ${count} values`,
    sweepHelp: (/** @type {string[]} */ values) => `This run beside ${values.join(', ')}, in place of the runs below.`,
    full: 'Six runs are the most: remove one to add another.',
    replaced: (/** @type {number} */ count) =>
      count === 1 ? 'The run that stood here before is gone.' : `The ${count} runs that stood here before are gone.`,
    count: (/** @type {number} */ count) =>
      count === 0 ? 'Nothing to compare.' : `${count} ${count === 1 ? 'run' : 'runs'} beside this one.`,
    here: 'This run',
    base: 'compared with this',
    /** What a run changes; without a value it is the run itself. */
    changes: (/** @type {{ name: string, value: string }[]} */ words) =>
      words.map(({ name, value }) => (value ? `${name}: ${value}` : name)).join(', '),
    picture: 'Picture',
    difference: 'Difference from this run',
    differences: { off: 'Off', absolute: 'Absolute', signed: 'Signed' },
    legend: {
      absolute: ['same', 'off by ½ of the range'],
      signed: ['darker by ½', 'brighter by ½ of the range'],
    },
    rms: (/** @type {number} */ value) => value.toFixed(3),
    rmsName: 'RMS',
    rmsHelp: 'Root mean square of the difference, as a share of the range',
    mapLabel: (/** @type {string} */ title, /** @type {string} */ rms) =>
      `${title}: difference from this run, root mean square ${rms}`,
    noPicture: 'None here.',
    adoptShort: 'Make main',
    adopt: (/** @type {string} */ title) => `Make “${title}” the main run`,
    remove: (/** @type {string} */ title) => `Remove “${title}”`,
    clear: 'Remove all',
    stopped: (/** @type {LaneProblem} */ problem) => {
      switch (problem.code) {
        case 'engine':
          return sentence(problem.message);
        case 'lacking':
          return `“${ENTRIES[problem.entry.name]?.name ?? problem.entry.label}” needs a reference picture: choose, drop or paste one.`;
        case 'model':
          return `${problem.name} cannot stand beside this run: expected a model of the same size and classes.`;
        case 'late':
          return 'What changed can only be changed at the start: restart to compare again.';
      }
    },
    badValue: (
      /** @type {string} */ name,
      /** @type {string} */ got,
      /** @type {NonNullable<Problem['spec']>} */ spec,
    ) => `A run cannot have “${got}” for ${name}: expected ${expected(spec)}.`,
    badAddress: (/** @type {LaneAddressProblem} */ { code, lane, got, key, spec }) => {
      switch (code) {
        case 'many':
          return `The address asks for ${got} runs to compare, expected at most 5, so the rest was left out.`;
        case 'part':
          return `The address asks for “${got}” in compared run ${lane}, expected setting:value, so it was left out.`;
        case 'key':
          return `The address asks for “${got}” in compared run ${lane}, which is no setting of a run, so it was left out.`;
        case 'value':
          return `The address asks for ${key}:${got} in compared run ${lane}, expected ${spec ? expected(spec) : 'another value'}, so it was left out.`;
      }
    },
  },

  // One sentence each, in the alert box.
  badParameter: (/** @type {Problem} */ { key, got, used, spec, detail }) => {
    if (spec === undefined) return `The address has a parameter “${key}” that is not known here, so it was left out.`;
    const then = used === '' ? 'it is left empty' : `${used} is used`;
    return `The address asks for ${key}=${got}, ${detail ?? `expected ${expected(spec)}`}, so ${then}.`;
  },
  badAddress: (/** @type {number} */ count) => `The address has ${count} parts that could not be used:`,
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
    const cause = clause(detail);
    const what =
      kind === 'lost' ? cause.charAt(0).toUpperCase() + cause.slice(1) : `The computation broke off (${cause})`;
    const then = toCpu ? 'it goes on on the CPU' : 'it was started again';
    return `${what}; ${then} with your settings kept${wasRunning ? ', and the run starts over' : ''}.`;
  },
  brokeAgain: (/** @type {string} */ detail) =>
    `The computation broke off several times (${clause(detail)}), so it was left stopped; your settings are kept.`,
  notArrived: (/** @type {string} */ large, /** @type {string} */ small, /** @type {string} */ detail) =>
    `${large} did not arrive, so ${small} goes on (${clause(detail)}).`,
  modelNotKept: (/** @type {string} */ wanted, /** @type {string} */ kept) =>
    `${wanted} is not kept on this device, so ${kept} stays; ${wanted} can be loaded when there is a network.`,
  modelMissed: (/** @type {string} */ wanted, /** @type {string} */ kept, /** @type {string} */ detail) =>
    `${wanted} did not arrive, so ${kept} stays (${clause(detail)}); choose ${wanted} again to retry.`,
  classifierMissed: (/** @type {string} */ name, /** @type {string} */ detail) =>
    `${name} did not arrive, so the methods that ask it are off (${clause(detail)}).`,
  awaitsClassifier: (/** @type {string} */ name) => `It needs ${name}, which did not arrive.`,
  engineRefused: (/** @type {string} */ detail) => sentence(detail),
  refusedPicture: (/** @type {Refusal | { code: 'nothing' }} */ refusal) => {
    switch (refusal.code) {
      case 'nothing':
        return 'There was no picture file in that: expected a PNG, JPEG, WebP or GIF.';
      case 'type':
        return `That is not a picture this page can read: expected PNG, JPEG, WebP or GIF, got ${refusal.got || 'something else'}.`;
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
    denoising: 'denoising →',
    noising: 'noising →',
  },
  numbers: {
    title: 'This step in numbers',
    picker: 'Pixel',
    pick: 'Click a pixel of any picture, or pick one here with the arrow keys.',
    at: (/** @type {number} */ x, /** @type {number} */ y) => `Column ${x + 1}, row ${y + 1}`,
    unpick: 'Clear the pixel',
    noFrame: 'Shown from the first step on.',
    noParts: 'This sampler does not write its step as one sum, so there are no terms of it to take apart here.',
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
      steered: 'Steering',
      noise: 'Fresh noise',
    },
    network: 'From the network',
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
    strength: 'Strength w(t), scale on the right:',
    scrub: 'Drag over the plot to go through the run.',
    acts: (/** @type {string} */ method, /** @type {number} */ from, /** @type {number} */ to) =>
      `${method} acts from t = ${from} to ${to}`,
    actsNowhere: (/** @type {string} */ method) => `${method} acts nowhere`,
    limit: (/** @type {number} */ t) =>
      `With this model gradients act only up to t = ${t}: in the nearly pure noise above it there is nothing to see yet, and a step would magnify whatever they say.`,
    ends: {
      from: (/** @type {string} */ method) => `${method}: end nearer to the picture`,
      to: (/** @type {string} */ method) => `${method}: end nearer to the noise`,
    },
    end: (/** @type {number} */ share, /** @type {number} */ t) => `${Math.round(share * 100)} %, t = ${t}`,
    timesteps: 'Visited timesteps',
    timestepOf: (/** @type {number} */ k, /** @type {number} */ count) => `Timestep ${k} of ${count}`,
    timestepAt: (/** @type {number} */ t, /** @type {number} */ abar) => `t = ${t}, ᾱ = ${abar.toFixed(3)}`,
    timestepsLine:
      'Drag a dot, or move it with the arrow keys (Shift for 10); Page Up and Page Down choose one, Delete removes it. A double click on the plot, or +, adds one.',
    addTimestep: 'Add one after it',
    removeTimestep: 'Remove it',
    own: (/** @type {number} */ count) => `${count} of your own`,
    spacing: 'Spacing',
    spacings: {
      even: { name: 'Even', line: 'Evenly over all timesteps, both ends included.' },
      ddim: { name: 'Whole strides', line: 'Every so-many-th timestep from 0, as DDIM did; not every count has one.' },
      karras: { name: 'Karras', line: 'Denser where there is little noise left.' },
      own: { name: 'Your own', line: 'As you placed them. Even puts them back.' },
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
    inverted: 'Set for it: DDIM at η = 0 over the whole chain, without guidance. Play leads back to the picture.',
    pictures: {
      xt: { name: 'Noised', label: (/** @type {number} */ t) => `The picture under the noise of t = ${t}` },
      noise: { name: 'Noise', label: () => 'The noise that is added' },
      x0: { name: 'Prediction', label: (/** @type {number} */ t) => `What the network sees in it at t = ${t}` },
    },
    error: 'Loss',
    top: 'Most likely',
    lossTitle: 'Loss',
    lossLabel: (/** @type {number} */ count) => `Loss over t, ${count} timesteps measured`,
    lossLine: 'Mean square per number: little noise is hard to tell from the picture, much noise is easy.',
    certaintyTitle: 'What the classifier believes',
    certaintyLabel: (/** @type {number} */ count) => `Belief over t, ${count} timesteps measured`,
    likeliest: 'the most likely class',
  },

  retry: 'Try again',
  dismiss: 'Dismiss',

  // Saving, sharing, coming back.
  save: {
    open: 'Save …',
    title: 'Save and share',
    close: 'Close',
    busy: (/** @type {number} */ share) => `Saving ${Math.round(share * 100)}\u00a0%`,
    picture: 'Picture',
    pictureLine: 'The sample as shown. It carries its settings: drop it on the page to have them back.',
    film: 'Film',
    filmLine: 'Every step so far.',
    filmShow: 'What the film shows',
    shows: { xt: 'xₜ', x0: 'x̂₀', both: 'both' },
    here: 'Everything is made here, in your browser.',
    noSteps: 'There is no step yet: press play first.',
    trajectory: 'Trajectory',
    trajectoryLine: 'Every step’s pictures and numbers, for NumPy.',
    settings: 'Settings',
    settingsLine: 'For this page and for “guidelight sample”.',
    openSettings: 'Open …',
    share: 'Share',
    lesson: 'Lesson',
    lessonLine: 'A link that leaves out or locks what a class does not need.',
    copyLink: 'Copy link',
    copyCommand: 'Copy as command line',
    cancel: 'Cancel',
    under: (/** @type {string} */ name) => `Saving ${name} …`,
    done: (/** @type {string} */ name) => `Saved ${name}.`,
    cancelled: 'Cancelled. Nothing was saved.',
    failed: (/** @type {string} */ name, /** @type {string} */ detail) =>
      sentence(`${name} could not be saved: ${detail}`),
    noWebm: 'This browser records no WebM; save the GIF instead.',
    linkCopied: 'The link is copied.',
    commandCopied: (/** @type {string | undefined} */ picture) =>
      `The command line is copied.${picture === undefined ? '' : ` It reads your picture from the file ${picture}, cropped to a square.`}`,
    maskStays: ' The mask you painted stays here as well.',
    pictureStays: ' Your picture stays here: whoever opens it needs it too.',
    steered: ' It makes a straight run: what you changed on the way is not in it.',
    refused: 'The browser refused the clipboard; the text is selected here, to copy by hand.',
    copyByHand: 'Text to copy',
  },
  restored: (
    /** @type {{ name: string, settings: { name: string, value: string }[], forked: boolean, held: string[], needsPicture: boolean, problems: { key: string, got: string }[] }} */ {
      name,
      settings,
      forked,
      held,
      needsPicture,
      problems,
    },
  ) =>
    [
      `${name || 'The picture'} brought its settings${settings.length > 0 ? `: ${settings.map((word) => `${word.name.toLowerCase()} ${word.value}`).join(', ')}` : ''}.`,
      forked ? 'It was steered on the way; these are the last ones.' : '',
      held.length > 0 ? `This link holds these, so they stay as they were: ${held.join(', ').toLowerCase()}.` : '',
      needsPicture ? 'They need your picture, which is not in the file.' : '',
      problems.length > 0
        ? `Not used, because it is not known here: ${problems.map(({ key, got }) => `${key}=${got}`).join(', ')}.`
        : '',
      'Play makes the run again.',
    ]
      .filter(Boolean)
      .join(' '),
  brokenSettings: (/** @type {string} */ name, /** @type {boolean} */ asPicture) =>
    asPicture
      ? `The settings in ${name || 'that picture'} are damaged, so it was taken as your picture alone.`
      : `${name || 'That file'} is not a settings file of this page: open one that was saved here under “Settings”.`,
  answers: { undoRestore: 'Undo', useAsPicture: 'Use it as your picture', reload: 'Reload' },
  newVersion: 'A new version of this page is here. Reloading keeps your settings and drops the run.',
  fileName: (/** @type {string} */ label, /** @type {number} */ seed, /** @type {string} */ rest) =>
    `guidelight-${label}-seed${seed}${rest}`,

  // The history, and what was recorded.
  history: 'History',
  historyEmpty: 'Every run is kept here. Go back in one, change something and play: it forks, and both ways stay.',
  historyKeys: 'Click or Enter shows a branch, Shift and Enter where it forked, Delete removes it.',
  setting: (/** @type {string} */ name, /** @type {string} */ value) => `${name}: ${value}`,
  sentenceOf: (/** @type {string[]} */ begun, /** @type {string[]} */ later) => [begun.join(', '), ...later].join('; '),
  changedLater: (/** @type {string[]} */ words, /** @type {number} */ step) => `after step ${step} ${words.join(', ')}`,
  madeAgain: 'the same, computed again',
  previewRun: (/** @type {string} */ words) => `Preview: ${words}`,
  branchLength: (/** @type {number} */ from, /** @type {number} */ length, /** @type {number} */ total) =>
    `${from > 0 ? `from step ${from}, ` : ''}${length} of ${total} steps`,
  showFork: (/** @type {number} */ step) =>
    step > 0 ? `Show it after step ${step}, where it forked` : 'Show its start',
  removeBranch: 'Remove',
  bringBack: 'Bring back what was removed last',
  dropped: (/** @type {number} */ count) =>
    count === 1
      ? 'The oldest branch made room for newer ones: 64 MB of pictures are kept.'
      : `The ${count} oldest branches made room for newer ones: 64 MB of pictures are kept.`,
  replayed: (/** @type {number} */ done, /** @type {number} */ total) => `Again: ${done} of ${total} steps`,
  recorded: 'Recorded',
  notRecorded: 'Comes with the live run.',

  // For a lesson: sound, the camera, and links that leave things out.
  sound: {
    name: 'Sound',
    line: 'Each step is heard: a wind as strong as the noise, a low tone as strong as the picture, and a note that climbs two octaves as the classifier becomes sure of the class.',
    refused: (/** @type {string} */ detail) =>
      `The browser plays no sound here (${clause(detail)}): choose “Sound” again to retry.`,
  },
  camera: {
    open: 'Take a picture',
    title: 'Take a picture',
    waiting: 'Waiting for the camera: if the browser asks, allow it.',
    preview: 'What the camera sees',
    which: 'Camera',
    numbered: (/** @type {number} */ number) => `Camera ${number}`,
    mirror: 'Mirrored',
    capture: 'Take it',
    line: 'The square is used; “Crop” chooses another part. The camera goes off when this closes, and the picture stays here.',
    photo: 'photo',
    noPicture: 'the browser made no picture of it',
    trouble: (/** @type {import('../camera.js').CameraTrouble} */ code, /** @type {string} */ detail) => {
      switch (code) {
        case 'insecure':
          return 'The camera needs a secure address: open this page over HTTPS, or choose a picture instead.';
        case 'refused':
          return 'The camera is not allowed: allow it for this site in the browser’s settings and try again, or choose a picture instead.';
        case 'framed':
          return 'The camera is not allowed in this frame of another page: open this page in a tab of its own, or choose a picture instead.';
        case 'none':
          return 'No camera was found: connect one and try again, or choose a picture instead.';
        case 'busy':
          return 'The camera gives no picture: close what else may be using it and try again.';
        case 'unplugged':
          return 'The camera went off: connect it again and retry, or choose a picture instead.';
        case 'failed':
          return `The camera could not be opened (${clause(detail)}): try again, or choose a picture instead.`;
      }
    },
  },
  classroom: {
    open: 'For teachers',
    title: 'A link for a lesson',
    line: 'Choose what whoever follows the link does not see, or sees and cannot change; everything else stays as it is set now. It keeps a lesson in its frame and is no protection: whoever edits the address has the whole page.',
    part: 'Part of the page',
    setting: 'Setting in use',
    lock: 'Lock',
    hide: 'Hide',
    locks: (/** @type {string} */ name) => `Lock: ${name}`,
    hides: (/** @type {string} */ name) => `Hide: ${name}`,
    preferences: 'Colours, language, sound',
    lab: 'Both folded sections',
    link: 'Link',
    frame: 'Frame for a page of yours',
    frameLine: 'With “embed=1” at the end of its address the frame shows the run alone.',
    copyLink: 'Copy the link',
    copyFrame: 'Copy the frame',
    copied: { yes: 'Copied.', no: 'The browser did not allow it: the text is selected, to copy by hand.' },
    locked: 'Locked by this link',
    held: (/** @type {string[]} */ names) =>
      `This link holds ${names.map((name) => `“${name}”`).join(', ')}, so nothing was changed there.`,
    badRule: (/** @type {import('../classroom.js').RuleProblem} */ { code, verb, got }) =>
      code === 'unknown'
        ? `The address asks to ${verb} “${got}”, expected a setting or a part of the page, so that was left out.`
        : `The address asks to lock “${got}”, which can only be hidden, so it stays as it is.`,
  },
};
