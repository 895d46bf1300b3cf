// @ts-check
/** The wiring, and nothing else: makes the parts and tells each of the others what it needs. */
import catalogue, { version } from 'virtual:catalogue';
import { dress, speak, themeOf } from './appearance.js';
import { Boot } from './boot.js';
import { isHeld, isHidden, parseRules, release } from './classroom.js';
import { Engine } from './engine.js';
import { download } from './export/download.js';
import { Exporter } from './exporter.js';
import { Film } from './film.js';
import { chooseLanguage, LANGUAGES, strings, useLanguage } from './i18n/index.js';
import { insteadOf, THERE_AND_BACK } from './inversion.js';
import { Lanes } from './lanes.js';
import { formatLanes, parseLanes } from './lanes-url.js';
import { recall, remember } from './memory.js';
import { listenTo } from './listening.js';
import { keepForOffline } from './offline.js';
import { fitMask, samePictures } from './pictures.js';
import { differences, newInputs } from './plan.js';
import { fetchRecording, unpack } from './recording.js';
import { fileOf } from './reference.js';
import { ReferenceShelf } from './reference-shelf.js';
import { Restorer } from './restore.js';
import { Run } from './run.js';
import { runSettings, settingSpecs, withSetting } from './settings.js';
import { shortcut } from './shortcuts.js';
import { Sound } from './sound.js';
import { initialState, isPlaying, isUsable, withNotice, withoutTopic } from './state.js';
import { createStore } from './store.js';
import { switchTerm, termsOff } from './update.js';
import { settingName } from './ui/setting-words.js';
import { formatUrl, parseUrl, refusedText } from './url.js';
import { openWeightsCache } from './weights-cache.js';
import './ui/controls.js';
import './ui/equation.js';
import './ui/lab.js';
import './ui/lanes.js';
import './ui/notices.js';
import './ui/numbers.js';
import './ui/preferences.js';
import './ui/probabilities.js';
import './ui/save-panel.js';
import './ui/stage.js';
import './ui/status.js';
import './ui/timeline.js';
import './ui/trace.js';
import './ui/transport.js';
import './ui/tree.js';
import './styles/page.css';
import './styles/embed.css';
import './styles/preferences.css';
import './styles/save.css';
import './styles/lanes.css';
import './styles/studio.css';
import './styles/tree.css';
import './styles/lab.css';
import './styles/classroom.css';
import './styles/forced-colors.css';

/** The address follows the settings after this pause, in ms: browsers limit how often it may change. */
const ADDRESS_AFTER = 250;

/** The page counts as at rest after this pause, in ms. */
const AT_REST_AFTER = 1000;

/** How long a step waits to be painted, in ms, before the next one is asked for all the same. */
const UNPAINTED_AFTER = 250;

const engine = new Engine(
  () => new Worker(new URL('./worker.js', import.meta.url), { type: 'module', name: 'guidelight' }),
  (error) => boot.recover(error),
);
// The page draws itself meanwhile, which keeps this thread busy.
engine.wake();

const specs = settingSpecs(catalogue);
const preferred = chooseLanguage([recall('language'), ...navigator.languages]);
const {
  settings,
  given,
  autoplay,
  embed,
  pause,
  language: asked,
  problems,
} = parseUrl(location.search, specs, preferred);
/** What the link of a lesson hides and locks. */
const { rules, problems: badRules } = parseRules(new URLSearchParams(location.search), specs);
const page = {
  language: asked ?? preferred,
  theme: themeOf(recall('theme')),
  sound: recall('sound') === 'on',
};
dress(document, page.theme);
document.documentElement.classList.toggle('embed', embed);
await useLanguage(page.language);
speak(document, page.language, strings.page);
const store = createStore(initialState(settings, page));

/** @param {'error' | 'note'} kind @param {boolean} [ofAddress] @returns {(topic: string, say: import('./state.js').Say) => void} */
const noting =
  (kind, ofAddress = false) =>
  (topic, say) =>
    store.set({ notices: withNotice(store.get().notices, { kind, topic, say, ofAddress }) });
const [complain, tell, complainOfAddress] = [noting('error'), noting('note'), noting('error', true)];
/** @param {string} topic */
const settle = (topic) => store.set({ notices: withoutTopic(store.get().notices, topic) });
/** Says that the link holds what somebody wanted to change. @param {string[]} keys */
const holdBack = (keys) =>
  complain('rules', (strings) =>
    strings.classroom.held(keys.map((key) => settingName(key, { strings, catalogue, specs }))),
  );
for (const problem of badRules)
  complainOfAddress(`${problem.verb} ${problem.got}`, (strings) => strings.classroom.badRule(problem));

const run = new Run({
  store,
  engine,
  specs,
  catalogue,
  loadWeaker: () => boot.loadWeaker(),
  paint: async (atLeast, signal) => {
    await lanes.caughtUp(signal);
    // A hidden page gets no animation frames; its run goes on all the same, only slower.
    await new Promise((resolve) => {
      setTimeout(resolve, atLeast || UNPAINTED_AFTER);
      if (atLeast === 0) requestAnimationFrame(resolve);
    });
  },
  refuse: (problem) => {
    const bad = 'message' in problem ? refusedText(problem.message, settings, store.get().settings, specs) : undefined;
    if (bad) {
      complainOfAddress(bad.key, (strings) => strings.badParameter(bad));
      store.set({ settings: { ...store.get().settings, [bad.key]: bad.used } });
      if (autoplay) run.play();
    } else if ('message' in problem) complain('run', ({ engineRefused }) => engineRefused(problem.message));
    else complain('picture', ({ lacksReference, entry }) => lacksReference(entry(problem.lacking).name));
  },
});
const boot = new Boot({
  store,
  engine,
  run,
  specs,
  catalogue,
  given,
  problems,
  network: navigator,
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
const lanes = new Lanes({
  store,
  engine,
  specs,
  catalogue,
  loadWeaker: () => boot.loadWeaker(),
  loadForLane: (lane, model) => boot.loadForLane(lane, model),
});
const askedLanes = parseLanes(new URLSearchParams(location.search).get('lanes') ?? '', specs);
// What nobody sees is not computed.
if (!isHidden(rules, 'lanes')) lanes.replace(askedLanes.changes);
for (const problem of askedLanes.problems)
  complainOfAddress(`lane ${problem.lane} ${problem.key ?? problem.got}`, (strings) =>
    strings.lanes.badAddress(problem),
  );
const film = new Film(store, (ms) => new Promise((resolve) => setTimeout(resolve, ms)));
/** Whether a recording is on show that a live run can take the place of. */
const canGoLive = () => store.get().recorded !== undefined && isUsable(store.get());
/** Whether something else is asked for than the recording shows. @param {import('./state.js').State} state */
const asksOther = ({ frames, settings }) =>
  frames[0] !== undefined &&
  differences({ settings, pictures: {} }, { ...frames[0].inputs, pictures: {} }, catalogue).length > 0;
/** What the buttons work on: a live run from its beginning, where it takes the place of a recording. */
const player = () => {
  if (canGoLive()) film.close();
  return store.get().recorded ? film : run;
};

const shelf = new ReferenceShelf(store, (refusal) => complain('picture', (strings) => strings.refusedPicture(refusal)));

const restorer = new Restorer({
  store,
  catalogue,
  specs,
  given,
  rules,
  shelf,
  run,
  changeModel: () => boot.changeModel(),
});
const exporter = new Exporter({
  store,
  catalogue,
  specs,
  get strings() {
    return strings;
  },
  rules,
  version,
  page: document.baseURI,
  download,
  clipboard: navigator.clipboard,
});

/** @type {import('./ui/element.js').App['actions']} */
const actions = {
  set(key, value) {
    if (store.get().settings[key] === value) return;
    if (isHeld(rules, key)) return holdBack([key]);
    given.add(key);
    settle(key);
    store.set({ settings: withSetting(store.get().settings, key, value) });
    if (key === 'backend') boot.changeBackend();
    if (key === 'model') {
      if (store.get().recorded) film.close();
      boot.changeModel();
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
  outlook(change = {}) {
    const { settings, pictures } = newInputs(store.get());
    return engine.outlook(runSettings({ ...settings, ...change }, specs), pictures);
  },
  noised: (picture, t) => engine.noised(picture, t, store.get().settings.seed),
  play: () => player().play(),
  pause: () => player().pause(),
  step: () => player().step(),
  back: () => actions.seek(store.get().cursor - 1),
  restart: () => player().restart(),
  seek(position) {
    if (!canGoLive()) return player().seek(position);
    film.close();
    return run.reach(position);
  },
  showBranch: (id, position) => run.show(id, position),
  removeBranch: (id) => run.remove(id),
  bringBack: () => run.bringBack(),
  savePicture: () => exporter.picture(),
  saveFilm: (format, show) => exporter.film(format, show),
  saveTrajectory: () => exporter.trajectory(),
  saveSettings: () => exporter.settings(),
  copyLink: () => exporter.copyLink(),
  lessonLink: (asked) => exporter.lessonLink(asked),
  copyCommand: () => exporter.copyCommand(),
  cancelSaving: () => exporter.cancel(),
  undoRestore() {
    restorer.undo();
    settle('settings');
  },
  useAsPicture() {
    restorer.useAsPicture();
    settle('settings');
  },
  reload: () => takeNewVersion(),
  retry: () => boot.retry({ autoplay }),
  dismiss: settle,
  complain,
  openReference: (file, place = 'reference') => restorer.open(file, place),
  removeReference: (place = 'reference') => shelf.remove(place),
  viewReference: (view, place = 'reference') => shelf.view(place, view),
  drawReference: (rgba, place = 'reference') => shelf.draw(place, rgba, strings.drawing),
  loadWeaker: () => boot.loadWeaker(),
  setMask: (mask) => store.set({ mask }),
  setAll(patch) {
    for (const [key, value] of Object.entries(patch)) actions.set(key, value);
  },
  async invert(x0) {
    const { settings, reference, init } = store.get();
    const { held } = release(rules, THERE_AND_BACK, settings);
    if (held.length > 0) {
      holdBack(held);
      return undefined;
    }
    // What a run starts from is the second picture, where there are two.
    if (x0) await shelf.draw(reference ? 'init' : 'reference', new Uint8ClampedArray(x0), strings.forward.sources.x0);
    else shelf.remove('init');
    actions.setAll(THERE_AND_BACK);
    return () => {
      store.set({ reference, init });
      actions.setAll(insteadOf(settings));
    };
  },
  async speak(language) {
    try {
      await useLanguage(language);
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      complain('language', (strings) => strings.languageMissed(LANGUAGES[language].name, detail));
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
  listen(on) {
    remember('sound', on ? 'on' : 'off');
    settle('sound');
    // What is heard has to be known to be understood.
    if (on) tell('sound', (strings) => strings.sound.line);
    store.set({ sound: on });
  },
  addLane: (change) => lanes.add(change),
  setLanes: (changes) =>
    lanes.replace(
      changes,
      store.get().lanes.map(({ change }) => change),
    ),
  bringBackLanes: () => lanes.bringBack(),
  removeLane: (id) => lanes.remove(id),
  retryLane: (id) => lanes.retry(id),
  adoptLane(id) {
    const { cursor, lanes: all, settings } = store.get();
    const { held } = release(rules, all.find((lane) => lane.id === id)?.change ?? {}, settings);
    if (held.length > 0) return holdBack(held);
    for (const key of Object.keys(lanes.adopt(id))) given.add(key);
    if (store.get().settings.model !== settings.model) boot.changeModel();
    else if (cursor > 0) run.restart();
  },
  compare: (patch) => store.set({ comparison: { ...store.get().comparison, ...patch } }),
};

/** @type {ReturnType<typeof setTimeout> | undefined} */
let pending;
const writeAddress = () => {
  clearTimeout(pending);
  pending = setTimeout(() => {
    const { settings, model, lanes } = store.get();
    const page = { autoplay, language: chosen, model, rules, lanes: formatLanes(lanes.map(({ change }) => change)) };
    history.replaceState(null, '', formatUrl(settings, catalogue, specs, { ...page, embed }) + location.hash);
    document.querySelector('a.whole')?.setAttribute('href', formatUrl(settings, catalogue, specs, page));
  }, ADDRESS_AFTER);
};

// State → the document: its data-state, its language and colours, its address and what a run would start from.
store.subscribe((state, before) => {
  document.documentElement.dataset.state = state.phase;
  const asksAnother = state.settings !== before.settings || !samePictures(state, before);
  if (state.recorded && isUsable(state)) {
    // The engine is here: who only watched sees the end until something is asked for. Where somebody stopped the
    // recording or asked for something else, it goes, and the run comes to where the visitor was.
    const asked = asksAnother || state.lanes.length > 0 || state.phase === 'running' || asksOther(state);
    if (film.touched || asked) {
      const position = film.close();
      if (position > 0) run.reach(position);
    } else if (before.phase === 'loading') film.finish();
  }
  if (state.model && state.model.size !== before.model?.size) {
    shelf.refit();
    fitMask(store);
  }
  if (state.theme !== before.theme) dress(document, state.theme);
  if (state.language !== before.language) speak(document, state.language, strings.page);
  // What was refused is no longer, once there is a frame or a start.
  if (state.frames !== before.frames || state.start !== before.start) settle('run');
  if (asksAnother && state.phase === 'ready' && before.phase === 'ready') run.preview();
  if (!samePictures(state, before)) settle('picture');
  if (asksAnother || state.lanes !== before.lanes || state.language !== before.language) writeAddress();
});

/** Whether what has the focus got it from a pointer; a key that is pressed later makes it `:focus-visible` all the same. */
let byPointer = false;
window.addEventListener('focusin', ({ target }) => {
  byPointer = !(/** @type {Element} */ (target).matches(':focus-visible'));
});
window.addEventListener('keydown', (event) => {
  const wish = event.defaultPrevented
    ? undefined
    : shortcut(/** @type {KeyboardEvent & { target: Element }} */ (event), byPointer);
  if (!wish) return;
  event.preventDefault();
  if (wish === 'toggle') (isPlaying(store.get()) ? actions.pause : actions.play)();
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

// A link may end on the way.
if (pause !== undefined) {
  const stop = store.subscribe(({ cursor, recorded }) => {
    if (recorded || cursor < pause) return;
    stop();
    run.pause();
  });
}

listenTo({
  store,
  sound: new Sound(),
  target: window,
  activation: navigator.userActivation,
  refuse: (detail) => complain('sound', (strings) => strings.sound.refused(detail)),
});

let takeNewVersion = () => location.reload();
if (import.meta.env.PROD && navigator.serviceWorker) {
  const arrived = () =>
    store.set({
      notices: withNotice(store.get().notices, {
        kind: 'note',
        topic: 'version',
        say: (strings) => strings.newVersion,
        answers: ['reload'],
      }),
    });
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let rest;
  // Once nothing goes on: what it fetches must not share line and processor with what is waited for or watched.
  const stop = store.subscribe(({ phase }) => {
    clearTimeout(rest);
    if (phase === 'loading' || phase === 'running') return;
    rest = setTimeout(async () => {
      stop();
      const container = navigator.serviceWorker;
      const offline = keepForOffline({ store, container, arrived, reload: () => location.reload() });
      // Where it may not be, in private windows for one, the page is the same and needs a network.
      takeNewVersion = await offline.catch(() => takeNewVersion);
    }, AT_REST_AFTER);
  });
}

/** @type {import('./ui/element.js').App} */
const app = {
  store,
  engine,
  catalogue,
  specs,
  rules,
  get strings() {
    return strings;
  },
  actions,
};
for (const part of document.querySelectorAll('[data-part]'))
  if (isHidden(rules, part.getAttribute('data-part') ?? '')) part.remove();
for (const widget of document.querySelectorAll('[data-widget]'))
  /** @type {import('./ui/element.js').PageElement} */ (widget).app = app;
// Read before the model's own settings are.
const asksNothing = [...given].every((key) => specs.get(key)?.page);
boot.start({ autoplay });

/** Where it cannot be had the page does without. @param {boolean} still */
const record = (still) =>
  fetchRecording().then(
    ({ recording, bytes }) => film.show(unpack(recording, bytes), still),
    () => {},
  );
// What a visitor sees first who asked for nothing else, and what is left where nothing can be computed.
if (asksNothing) record(matchMedia('(prefers-reduced-motion: reduce)').matches);
store.subscribe(({ phase }, before) => {
  if (phase === 'error' && before.phase !== 'error') record(true);
});
