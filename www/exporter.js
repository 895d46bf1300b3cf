// @ts-check
/**
 * Saves what the page shows: one thing at a time, told of in the store, and stopped when asked. What few visitors need,
 * encoders above all, is fetched when it is asked for.
 */
import { commandLine } from './export/command.js';
import { writeRecord } from './export/record.js';
import { formatLanes } from './lanes-url.js';
import { methodsOf, readersOfPicture } from './settings.js';
import { forksShown, shownFrame, totalSteps } from './state.js';
import { formatUrl } from './url.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./export/work.js').Work} Work */

/**
 * @typedef {{
 *   store: import('./store.js').Store<State>,
 *   catalogue: import('guidelight/*').Catalogue,
 *   specs: Map<string, import('./settings.js').Spec>,
 *   rules: import('./classroom.js').Rules,
 *   strings: typeof import('./i18n/en.js').strings,
 *   version: string,
 *   page: string,
 *   download: (blob: Blob, name: string) => void,
 *   clipboard: Pick<Clipboard, 'writeText'> | undefined,
 * }} ExporterOptions
 */

export class Exporter {
  #options;
  #control = new AbortController();

  /** @param {ExporterOptions} options */
  constructor(options) {
    this.#options = options;
  }

  /** The sample as shown, with the settings that made it. */
  picture() {
    const { cursor } = this.#state;
    const frame = shownFrame(this.#state);
    if (!frame) return undefined;
    return this.#save(this.#name(`-step${cursor}.png`), async () => {
      const { picture } = await import('./export/picture.js');
      return new Blob([await picture(frame.xt, this.#size, this.#record())], { type: 'image/png' });
    });
  }

  /**
   * @param {'gif' | 'webm'} format
   * @param {import('./export/film.js').Show} show
   */
  film(format, show) {
    const { frames } = this.#state;
    return this.#save(this.#name(`.${format}`), async (work) => {
      if (format === 'gif') {
        const { gif } = await import('./export/gif.js');
        return new Blob([await gif(frames, show, this.#size, work)], { type: 'image/gif' });
      }
      const { webm, webmType } = await import('./export/webm.js');
      const type = webmType();
      if (!type) throw new Error(this.#options.strings.save.noWebm);
      return webm(type, frames, show, this.#size, work);
    });
  }

  trajectory() {
    const { frames, model } = this.#state;
    const last = frames.at(-1);
    if (!last || !model) return undefined;
    return this.#save(this.#name('.npz'), async (work) => {
      const { npz, trajectory } = await import('./export/npz.js');
      const { settings } = last.inputs;
      return npz(trajectory(frames, { ...model, settings, record: this.#record(frames.length) }), work);
    });
  }

  settings() {
    const { settings, model } = this.#state;
    const { specs, version } = this.#options;
    const record = writeRecord({ settings, model, version }, specs);
    return this.#save(this.#name('.json'), async () => new Blob([record], { type: 'application/json' }));
  }

  /** The address of what is on show: the run starts by itself there, and pauses where the cursor is. */
  copyLink() {
    const { rules } = this.#options;
    const { cursor } = this.#state;
    const onTheWay = cursor > 0 && cursor < totalSteps(this.#state);
    const [pictured, masked, forked] = [this.#needsPicture, this.#needsMask, this.#forks.length > 0];
    return this.#copy(
      this.#link({ rules, autoplay: cursor > 0, pause: onTheWay ? cursor : undefined }),
      ({ save }) =>
        save.linkCopied +
        (pictured ? save.pictureStays : '') +
        (masked ? save.maskStays : '') +
        (forked ? save.steered : ''),
    );
  }

  /** The address of the page as it is set, for a lesson that hides and locks parts of it. @param {import('./classroom.js').Rules} rules */
  lessonLink(rules) {
    return this.#link({ rules });
  }

  copyCommand() {
    const { catalogue, specs } = this.#options;
    const { settings, model, reference } = this.#state;
    const picture = this.#needsPicture ? reference?.name : undefined;
    const [masked, forked] = [this.#needsMask, this.#forks.length > 0];
    return this.#copy(
      commandLine(settings, catalogue, specs, { model, reference }),
      ({ save }) => save.commandCopied(picture) + (masked ? save.maskStays : '') + (forked ? save.steered : ''),
    );
  }

  cancel() {
    this.#control.abort();
  }

  get #state() {
    return this.#options.store.get();
  }

  get #size() {
    return this.#state.model?.size ?? 0;
  }

  get #forks() {
    return forksShown(this.#state);
  }

  get #needsPicture() {
    return readersOfPicture(this.#state.settings, this.#options.catalogue).length > 0;
  }

  get #needsMask() {
    const { settings, mask } = this.#state;
    return mask !== undefined && methodsOf(settings).includes('repaint');
  }

  /** @param {NonNullable<Parameters<typeof formatUrl>[3]>} more */
  #link(more) {
    const { catalogue, specs, page } = this.#options;
    const { settings, model, lanes } = this.#state;
    const query = formatUrl(settings, catalogue, specs, {
      model,
      lanes: formatLanes(lanes.map(({ change }) => change)),
      ...more,
    });
    return new URL(query, page).href;
  }

  /** @param {string} rest */
  #name(rest) {
    const { class: label, seed } = (this.#state.frames.at(-1)?.inputs ?? this.#state).settings;
    return this.#options.strings.fileName(label, seed, rest);
  }

  /**
   * What made the picture after `step` steps.
   * @param {number} [step]
   */
  #record(step = this.#state.cursor) {
    const { frames, models } = this.#state;
    const { specs, version } = this.#options;
    const frame = frames[step - 1];
    const { settings } = frame?.inputs ?? this.#state;
    return writeRecord(
      {
        settings,
        version,
        model: models.find(({ name }) => name === settings.model),
        step: frame && step < frame.total ? step : undefined,
        forks: forksShown({ ...this.#state, cursor: step }),
      },
      specs,
    );
  }

  /**
   * @param {string} name
   * @param {(work: Work) => Promise<Blob>} make
   */
  async #save(name, make) {
    const { store, download } = this.#options;
    this.#control.abort();
    const { signal } = (this.#control = new AbortController());
    const tell = (/** @type {State['saving']} */ saving) => {
      // What was begun since has the word.
      if (signal === this.#control.signal) store.set({ saving });
    };
    const progress = (/** @type {number} */ share) => tell({ say: ({ save }) => save.under(name), share });
    progress(0);
    try {
      const blob = await make({ signal, progress });
      signal.throwIfAborted();
      download(blob, name);
      tell({ say: ({ save }) => save.done(name) });
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      tell({ say: ({ save }) => (signal.aborted ? save.cancelled : save.failed(name, detail)) });
    }
  }

  /**
   * @param {string} text
   * @param {import('./state.js').Say} say
   */
  async #copy(text, say) {
    const { store, clipboard } = this.#options;
    this.#control.abort();
    try {
      // Not there outside secure contexts.
      if (!clipboard) throw new Error('no clipboard');
      await clipboard.writeText(text);
      store.set({ saving: { say } });
    } catch {
      store.set({ saving: { say: ({ save }) => save.refused, copy: text } });
    }
  }
}
