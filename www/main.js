// @ts-check
/** The wiring, and nothing else: makes the parts and tells each of the others what it needs. */
import catalogue from 'virtual:catalogue';
import { Boot } from './boot.js';
import { Engine } from './engine.js';
import { strings } from './i18n/en.js';
import { fileOf } from './reference.js';
import { ReferenceShelf } from './reference-shelf.js';
import { Run } from './run.js';
import { savePng } from './save.js';
import { runSettings, settingSpecs, withSetting } from './settings.js';
import { shortcut } from './shortcuts.js';
import { initialState, withNotice, withoutTopic } from './state.js';
import { createStore } from './store.js';
import { newInputs } from './plan.js';
import { switchTerm, termsOff } from './update.js';
import { formatUrl, parseUrl } from './url.js';
import { openWeightsCache } from './weights-cache.js';
import './ui/controls.js';
import './ui/equation.js';
import './ui/lab.js';
import './ui/notices.js';
import './ui/numbers.js';
import './ui/probabilities.js';
import './ui/stage.js';
import './ui/status.js';
import './ui/timeline.js';
import './ui/trace.js';
import './ui/transport.js';
import './styles/page.css';
import './styles/lab.css';

/** The address follows the settings after this pause, in ms: browsers limit how often it may change. */
const ADDRESS_AFTER = 250;

/** How long a step waits to be painted, in ms, before the next one is asked for all the same. */
const UNPAINTED_AFTER = 250;

const specs = settingSpecs(catalogue);
const { settings, given, autoplay, problems } = parseUrl(location.search, specs);
const store = createStore(initialState(settings));

/**
 * @param {string} topic
 * @param {string} text
 */
const complain = (topic, text) =>
  store.set({ notices: withNotice(store.get().notices, { kind: 'error', topic, text }) });
/** @param {string} topic */
const settle = (topic) => store.set({ notices: withoutTopic(store.get().notices, topic) });

const engine = new Engine(
  () => new Worker(new URL('./worker.js', import.meta.url), { type: 'module', name: 'guidelight' }),
  (error) => boot.recover(error),
);
const run = new Run({
  store,
  engine,
  specs,
  catalogue,
  loadWeaker: () => boot.loadWeaker(),
  // A hidden page gets no animation frames; its run goes on all the same, only slower.
  paint: (atLeast) =>
    new Promise((resolve) => {
      setTimeout(resolve, atLeast || UNPAINTED_AFTER);
      if (atLeast === 0) requestAnimationFrame(() => resolve());
    }),
  refuse: (problem) => {
    if ('message' in problem) complain('run', strings.engineRefused(problem.message));
    else complain('picture', strings.lacksReference(strings.entry(problem.lacking).name));
  },
});
const boot = new Boot({
  store,
  engine,
  run,
  specs,
  given,
  problems,
  strings,
  base: document.baseURI,
  fetch: window.fetch.bind(window),
  storage: window.caches,
  weights: openWeightsCache(window.caches, location.origin),
});

const shelf = new ReferenceShelf(store, (refusal) => complain('picture', strings.refusedPicture(refusal)));

/** @type {import('./ui/element.js').App['actions']} */
const actions = {
  set(key, value) {
    if (store.get().settings[key] === value) return;
    given.add(key);
    settle(key);
    store.set({ settings: withSetting(store.get().settings, key, value) });
    if (key === 'backend') boot.changeBackend();
    if (key === 'model') {
      boot.changeModel();
      shelf.refit();
    }
  },
  pick: (pixel) => store.set({ pixel }),
  overlay: () => store.set({ overlay: !store.get().overlay }),
  setTerm(term, on) {
    const { settings, phase } = store.get();
    actions.set('without', switchTerm(termsOff(settings), term, on));
    // A run that goes on takes it in its next step.
    if (phase !== 'running') run.redo();
  },
  outlook() {
    const { settings, reference } = newInputs(store.get());
    return engine.outlook(runSettings(settings, specs), reference);
  },
  noised: (picture, t) => engine.noised(picture, t, store.get().settings.seed),
  play: () => run.play(),
  pause: () => run.pause(),
  step: () => run.step(),
  back: () => run.back(),
  restart: () => run.restart(),
  seek: (position) => run.seek(position),
  save() {
    const {
      settings: { class: label, seed },
      cursor,
    } = store.get();
    const canvas = /** @type {HTMLCanvasElement | null} */ (document.querySelector('canvas[data-canvas=xt]'));
    if (canvas) savePng(canvas, strings.fileName(label, seed, cursor));
  },
  retry: () => boot.retry({ autoplay }),
  dismiss: settle,
  complain,
  openReference: (file) => shelf.open(file),
  removeReference: () => shelf.remove(),
  fitReference: (fit) => shelf.refit(fit),
};

// State → the document: its data-state, its address and what a run would start from.
/** @type {ReturnType<typeof setTimeout> | undefined} */
let pending;
store.subscribe((state, before) => {
  document.documentElement.dataset.state = state.phase;
  // What was refused is no longer, once there is a frame or a start.
  if (state.frames !== before.frames || state.start !== before.start) settle('run');
  if (state.settings === before.settings && state.reference === before.reference) return;
  if (state.phase === 'ready' && before.phase === 'ready') run.preview();
  if (state.reference !== before.reference) settle('picture');
  clearTimeout(pending);
  pending = setTimeout(() => {
    const { settings, model } = store.get();
    history.replaceState(null, '', formatUrl(settings, catalogue, specs, { autoplay, model }) + location.hash);
  }, ADDRESS_AFTER);
});

window.addEventListener('keydown', (event) => {
  const wish = event.defaultPrevented
    ? undefined
    : shortcut(/** @type {KeyboardEvent & { target: Element }} */ (event));
  if (!wish) return;
  event.preventDefault();
  if (wish === 'toggle') (store.get().phase === 'running' ? actions.pause : actions.play)();
  else actions[wish]();
});

window.addEventListener('dragover', (event) => {
  event.preventDefault();
  document.documentElement.classList.add('dragging');
});
window.addEventListener('dragleave', (event) => {
  if (event.relatedTarget === null) document.documentElement.classList.remove('dragging');
});
window.addEventListener('drop', (event) => {
  event.preventDefault();
  document.documentElement.classList.remove('dragging');
  actions.openReference(fileOf(event.dataTransfer));
});
window.addEventListener('paste', (event) => {
  const file = fileOf(event.clipboardData);
  // Text pasted into a field is no picture and no mistake.
  if (file) actions.openReference(file);
});

/** @type {import('./ui/element.js').App} */
const app = { store, catalogue, specs, strings, actions };
for (const widget of document.querySelectorAll('[data-widget]'))
  /** @type {import('./ui/element.js').PageElement} */ (widget).app = app;
boot.start({ autoplay });
