// @ts-check
/** The wiring, and nothing else: makes the parts and tells each of the others what it needs. */
import catalogue from 'virtual:catalogue';
import { dress, speak, themeOf } from './appearance.js';
import { Boot } from './boot.js';
import { Engine } from './engine.js';
import { chooseLanguage, LANGUAGES, strings, useLanguage } from './i18n/index.js';
import { recall, remember } from './memory.js';
import { fileOf } from './reference.js';
import { ReferenceShelf } from './reference-shelf.js';
import { Run } from './run.js';
import { savePng } from './save.js';
import { settingSpecs, withSetting } from './settings.js';
import { shortcut } from './shortcuts.js';
import { initialState, withNotice, withoutTopic } from './state.js';
import { createStore } from './store.js';
import { formatUrl, parseUrl } from './url.js';
import { openWeightsCache } from './weights-cache.js';
import './ui/controls.js';
import './ui/equation.js';
import './ui/notices.js';
import './ui/preferences.js';
import './ui/probabilities.js';
import './ui/stage.js';
import './ui/status.js';
import './ui/timeline.js';
import './ui/trace.js';
import './ui/transport.js';
import './styles/page.css';
import './styles/preferences.css';

/** The address follows the settings after this pause, in ms: browsers limit how often it may change. */
const ADDRESS_AFTER = 250;

/** How long a step waits to be painted, in ms, before the next one is asked for all the same. */
const UNPAINTED_AFTER = 250;

const specs = settingSpecs(catalogue);
const { settings, given, autoplay, language: asked, problems } = parseUrl(location.search, specs);
const page = {
  language: chooseLanguage([asked, recall('language'), ...navigator.languages]),
  theme: themeOf(recall('theme')),
};
dress(document, page.theme);
await useLanguage(page.language);
speak(document, page.language, strings.page);
const store = createStore(initialState(settings, page));

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
  get strings() {
    return strings;
  },
  base: document.baseURI,
  fetch: window.fetch.bind(window),
  storage: window.caches,
  weights: openWeightsCache(window.caches, location.origin),
});

/** The language somebody chose, here or in the address, which therefore carries it. */
let chosen = asked;

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
  async speak(language) {
    try {
      await useLanguage(language);
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      complain('language', strings.languageMissed(LANGUAGES[language].name, detail));
      return;
    }
    settle('language');
    chosen = language;
    remember('language', language);
    store.set({ language });
  },
  dress(theme) {
    remember('theme', theme);
    store.set({ theme });
  },
};

/** @type {ReturnType<typeof setTimeout> | undefined} */
let pending;
const writeAddress = () => {
  clearTimeout(pending);
  pending = setTimeout(() => {
    const { settings, model } = store.get();
    const query = formatUrl(settings, catalogue, specs, { autoplay, language: chosen, model });
    history.replaceState(null, '', query + location.hash);
  }, ADDRESS_AFTER);
};

// State → the document: its data-state, its language and colours, its address and what a run would start from.
store.subscribe((state, before) => {
  document.documentElement.dataset.state = state.phase;
  if (state.theme !== before.theme) dress(document, state.theme);
  if (state.language !== before.language) {
    speak(document, state.language, strings.page);
    writeAddress();
  }
  // What was refused is no longer, once there is a frame or a start.
  if (state.frames !== before.frames || state.start !== before.start) settle('run');
  if (state.settings === before.settings && state.reference === before.reference) return;
  if (state.phase === 'ready' && before.phase === 'ready') run.preview();
  if (state.reference !== before.reference) settle('picture');
  writeAddress();
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
const app = {
  store,
  catalogue,
  specs,
  get strings() {
    return strings;
  },
  actions,
};
for (const widget of document.querySelectorAll('[data-widget]'))
  /** @type {import('./ui/element.js').PageElement} */ (widget).app = app;
boot.start({ autoplay });
