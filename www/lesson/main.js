// @ts-check
/** The wiring of the lesson: its own store and engine, the page's parts, and nothing else. */
import catalogue from 'virtual:catalogue';
import facts from 'virtual:facts';
import { dress, speak, themeOf } from '../appearance.js';
import { Boot } from '../boot.js';
import { NO_RULES } from '../classroom.js';
import { Engine } from '../engine.js';
import { chooseLanguage, LANGUAGES, strings, useLanguage } from '../i18n/index.js';
import { heardIn, keepReady } from '../listening.js';
import { modelFile } from '../manifest.js';
import { recall, remember } from '../memory.js';
import { ReferenceShelf } from '../reference-shelf.js';
import { settingSpecs } from '../settings.js';
import { Sound } from '../sound.js';
import { initialState, isUsable, withNotice, withoutTopic } from '../state.js';
import { createStore } from '../store.js';
import { parseUrl } from '../url.js';
import { openWeightsCache } from '../weights-cache.js';
import { hashOf, parseLink, placeOf } from './address.js';
import { recallKept, rememberKept } from './kept.js';
import { useWords, words } from './words/index.js';
import '../ui/notices.js';
import '../ui/preferences.js';
import './contents.js';
import './engine-line.js';
import './room.js';
import '../styles/page.css';
import '../styles/preferences.css';
import '../styles/lesson.css';

/** What experiments run on unless the address says otherwise: quick enough to be asked again and again. */
const MODEL = 'emoji32-nano';

/** What the address tells the lesson and not the engine. */
const OWN = ['cards', 'hide'];

const specs = settingSpecs(catalogue);
const search = new URLSearchParams(location.search);
const link = parseLink(location.search);
for (const key of OWN) search.delete(key);
const wanted = search.get('model') ?? MODEL;
/** The steps speak of emoji, so a model of anything else stays outside. */
const fits = facts.models.some(({ name, classes }) => name === wanted && classes.includes('face'));
search.set('model', fits ? wanted : MODEL);
const { settings, given, language: asked, problems } = parseUrl(search.toString(), specs);
const page = {
  language: chooseLanguage([asked, recall('language'), ...navigator.languages]),
  theme: themeOf(recall('theme')),
  sound: recall('sound') === 'on',
};
dress(document, page.theme);
await Promise.all([useLanguage(page.language), useWords(page.language)]);
speak(document, page.language, words.page);
for (const part of link.hidden) document.body.classList.add(`without-${part}`);

const kept = recallKept();
const firstCard = link.cards.includes(kept.at) ? kept.at : /** @type {typeof kept.at} */ (link.cards[0]);
/** @type {import('../store.js').Store<import('./element.js').LessonState>} */
const store = createStore({
  ...initialState(settings, page),
  kept,
  place: placeOf(location.hash) ?? { view: 'step', step: firstCard },
});

/** The same, as what the page's own parts know of it. */
const pageStore = /** @type {import('../store.js').Store<import('../state.js').State>} */ (
  /** @type {unknown} */ (store)
);

/**
 * @param {string} topic
 * @param {import('../state.js').Say} say
 */
const complain = (topic, say) => store.set({ notices: withNotice(store.get().notices, { kind: 'error', topic, say }) });
if (!fits) complain('model', () => words.otherModel(wanted, MODEL));
for (const { key, got, known } of link.problems) complain(`${key} ${got}`, () => words.badLink(key, got, [...known]));

const shelf = new ReferenceShelf(pageStore, (refusal) =>
  complain('picture', (strings) => strings.refusedPicture(refusal)),
);

const engine = new Engine(
  () => new Worker(new URL('../worker.js', import.meta.url), { type: 'module', name: 'guidelight' }),
  (error) => boot.recover(error),
);
const boot = new Boot({
  store: pageStore,
  engine,
  // There is no run of the page's own here: experiments have theirs.
  run: {
    play: async () => {},
    preview: async () => {},
    restart: async () => {},
    detach() {},
    clear() {},
    disturbed: new AbortController().signal,
  },
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

/** @param {Partial<import('./kept.js').Kept>} patch */
const keep = (patch) => {
  const kept = { ...store.get().kept, ...patch };
  store.set({ kept });
  rememberKept(kept);
};

const sound = new Sound();
keepReady({
  store: pageStore,
  sound,
  target: window,
  activation: navigator.userActivation,
  refuse: (detail) => complain('sound', (strings) => strings.sound.refused(detail)),
});

/** @type {import('./element.js').Lesson} */
const lesson = {
  store,
  engine,
  catalogue,
  specs,
  rules: NO_RULES,
  facts,
  cards: link.cards,
  hidden: link.hidden,
  get strings() {
    return strings;
  },
  get words() {
    return words;
  },
  actions: {
    go: (place) => location.assign(hashOf(place)),
    answer: (id, index) => keep({ answers: { ...store.get().kept.answers, [id]: index } }),
    forget(id) {
      const answers = { ...store.get().kept.answers };
      delete answers[id];
      keep({ answers });
    },
    tried(id) {
      const { tried } = store.get().kept;
      if (!tried.includes(id)) keep({ tried: [...tried, id] });
    },
    ready: (signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        if (isUsable(store.get())) return resolve();
        const stop = store.subscribe((state) => {
          if (!isUsable(state)) return;
          stop();
          resolve();
        });
        signal.addEventListener(
          'abort',
          () => {
            stop();
            reject(signal.reason);
          },
          { once: true },
        );
      }),
    async loadForLane(lane, names) {
      const { models } = store.get();
      const files = models.filter(({ name }) => names.includes(name));
      const missing = names.find((name) => files.every((file) => file.name !== name));
      if (missing) throw new Error(words.noModel(missing));
      const address = new URL('models/manifest.json', document.baseURI).href;
      await engine.load(
        files.map((file) => modelFile(file, address)),
        models.map(({ sha256 }) => sha256),
        { lane },
      );
    },
    retry: () => boot.retry(),
    dismiss: (topic) => store.set({ notices: withoutTopic(store.get().notices, topic) }),
    complain,
    hear(frame, settings) {
      const { sound: wanted, model } = store.get();
      if (wanted) sound.hear(heardIn(frame, { model, settings }));
    },
    listen(on) {
      remember('sound', on ? 'on' : 'off');
      const { notices } = store.get();
      // What is heard has to be known to be understood.
      const line = /** @type {import('../state.js').Notice} */ ({
        kind: 'note',
        topic: 'sound',
        say: (strings) => strings.sound.line,
      });
      store.set({ sound: on, notices: on ? withNotice(notices, line) : withoutTopic(notices, 'sound') });
    },
    openReference: (file, place = 'reference') => shelf.open(place, file),
    removeReference: (place = 'reference') => shelf.remove(place),
    viewReference: (view, place = 'reference') => shelf.view(place, view),
    drawReference: (rgba, place = 'reference') => shelf.draw(place, rgba, ''),
    async speak(language) {
      try {
        await Promise.all([useLanguage(language), useWords(language)]);
      } catch (error) {
        const detail = error instanceof Error ? error.message : String(error);
        complain('language', (strings) => strings.languageMissed(LANGUAGES[language].name, detail));
        return;
      }
      remember('language', language);
      store.set({ language, notices: withoutTopic(store.get().notices, 'language') });
    },
    dress(theme) {
      remember('theme', theme);
      store.set({ theme });
    },
  },
};

window.addEventListener('hashchange', () => {
  const place = placeOf(location.hash);
  if (place) store.set({ place });
});

store.subscribe((state, before) => {
  document.documentElement.dataset.state = state.phase;
  if (state.theme !== before.theme) dress(document, state.theme);
  if (state.language !== before.language) speak(document, state.language, words.page);
  if (state.place !== before.place && state.place.view === 'step') keep({ at: state.place.step });
});

for (const widget of document.querySelectorAll('[data-widget]'))
  /** @type {any} */ (widget).app = lesson;
boot.start();
