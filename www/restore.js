// @ts-check
/**
 * Takes files that somebody opens, drops or pastes: one that carries the settings of a run brings them back, every other
 * one is a reference picture.
 */
import { isHeld, release } from './classroom.js';
import { isPng, textOf } from './export/png.js';
import { KEYWORD, readRecord } from './export/record.js';
import { hasPicture } from './pictures.js';
import { lacksReference } from './settings.js';
import { withNotice } from './state.js';
import { settingName, valueName } from './ui/setting-words.js';
import { fitToModel } from './url.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./export/record.js').Found} Found */
/** @typedef {import('./pictures.js').Place} Place */

/** The largest file that is searched for settings, in bytes. */
const MOST = 64e6;

/** Settings that are named in the sentence about what came back. */
const NAMED = ['model', 'class', 'method', 'sampler', 'steps', 'seed'];

const TOPIC = 'settings';

/**
 * @typedef {{
 *   store: import('./store.js').Store<State>,
 *   catalogue: import('guidelight/*').Catalogue,
 *   specs: Map<string, import('./settings.js').Spec>,
 *   given: Set<string>,
 *   rules: import('./classroom.js').Rules,
 *   shelf: Pick<import('./reference-shelf.js').ReferenceShelf, 'open' | 'refit'>,
 *   run: Pick<import('./run.js').Run, 'seek'>,
 *   changeModel: () => void,
 * }} RestorerOptions
 */

export class Restorer {
  #options;
  /** @type {{ settings: State['settings'], given: string[], cursor: number, file: Blob } | undefined} as it was before */
  #before;

  /** @param {RestorerOptions} options */
  constructor(options) {
    this.#options = options;
  }

  /**
   * @param {Blob | undefined} file
   * @param {Place} place what it is if it is a picture
   */
  async open(file, place) {
    const { rules, shelf, specs, store } = this.#options;
    // What an earlier file lacked is settled by another one.
    const { notices } = store.get();
    store.set({ notices: notices.filter(({ kind, topic }) => topic !== TOPIC || kind !== 'error') });
    const name = file instanceof File ? file.name : '';
    const asPicture = file?.type !== 'application/json' && !name.endsWith('.json');
    try {
      const text = file && file.size <= MOST ? await recordIn(file, asPicture) : undefined;
      if (file && text !== undefined) return this.#restore(readRecord(text, specs), file, name);
    } catch {
      /** @type {import('./state.js').Say} */
      const say = ({ brokenSettings }) => brokenSettings(name, asPicture);
      store.set({ notices: withNotice(store.get().notices, { kind: 'error', topic: TOPIC, say }) });
      if (!asPicture) return undefined;
    }
    if (!isHeld(rules, 'reference')) return shelf.open(place, file);
    /** @type {import('./state.js').Say} */
    const say = ({ classroom, referenceTitle }) => classroom.held([referenceTitle]);
    return store.set({ notices: withNotice(store.get().notices, { kind: 'error', topic: 'rules', say }) });
  }

  /** Takes back what the last file brought. */
  undo() {
    const { given, run } = this.#options;
    if (!this.#before) return undefined;
    const { settings, given: keys, cursor, file } = this.#before;
    this.#before = undefined;
    given.clear();
    for (const key of keys) given.add(key);
    this.#change(settings);
    run.seek(cursor);
    return file;
  }

  /** The file was meant as a reference picture. */
  useAsPicture() {
    return this.#options.shelf.open('reference', this.undo());
  }

  /**
   * @param {Found} found
   * @param {Blob} file
   * @param {string} name
   */
  #restore({ settings, forked, problems }, file, name) {
    const { catalogue, given, rules, run, specs, store } = this.#options;
    const before = store.get();
    this.#before = { settings: before.settings, given: [...given], cursor: before.cursor, file };
    const { free, held } = release(rules, settings, before.settings);
    for (const key of Object.keys(free)) given.add(key);
    const asked = { settings: { ...before.settings, ...free }, given };
    // Before the list of models is here, the start of the page does this.
    const fitted = before.models.length > 0 ? fitToModel(asked, before.models, specs) : { ...asked, problems: [] };
    // The run goes back to its beginning, so that the next step starts a new one and forks nothing.
    run.seek(0);
    this.#change(fitted.settings);
    const needsPicture = lacksReference(fitted.settings, catalogue, hasPicture(before)) !== undefined;
    /** @type {import('./state.js').Say} */
    const say = (strings) =>
      strings.restored({
        name,
        settings: NAMED.filter((key) => !held.includes(key)).map((key) => ({
          name: settingName(key, { strings, catalogue, specs }),
          value: valueName(key, fitted.settings[key] ?? '', { strings, catalogue, specs }),
        })),
        forked,
        held: held.map((key) => settingName(key, { strings, catalogue, specs })),
        needsPicture,
        problems: [...problems, ...fitted.problems],
      });
    const isPicture = file.type.startsWith('image/') && !isHeld(rules, 'reference');
    store.set({
      notices: withNotice(store.get().notices, {
        kind: 'note',
        topic: TOPIC,
        say,
        answers: isPicture ? ['undoRestore', 'useAsPicture'] : ['undoRestore'],
      }),
    });
  }

  /** @param {State['settings']} settings */
  #change(settings) {
    const { store, changeModel } = this.#options;
    const { model } = store.get();
    store.set({ settings });
    if (model && model.name !== settings.model) changeModel();
  }
}

/**
 * @param {Blob} file
 * @param {boolean} isPicture
 * @returns {Promise<string | undefined>}
 */
async function recordIn(file, isPicture) {
  if (!isPicture) return file.text();
  const bytes = new Uint8Array(await file.arrayBuffer());
  return isPng(bytes) ? textOf(bytes, KEYWORD) : undefined;
}
