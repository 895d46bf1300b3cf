// @ts-check
/**
 * The preview: a small model that is shown until the one that was asked for has arrived. Which one that is, and how it
 * gives way: a run goes on with the model that it began with, so nothing changes under anybody's hands.
 */
import { EngineLost } from './engine.js';
import { shownFrame, withNotice, withoutTopic } from './state.js';

/** @typedef {import('./settings.js').Model} Model */

/**
 * A run that began by itself when the page was ready: when it ends, and the sign that something else was asked for.
 * @typedef {{ ended: Promise<void>, disturbed: AbortSignal }} Autoplay
 */

/** What one model must share with another to stand in for it. @param {Model} model */
const interfaceOf = ({ kind, size, classes, styles, classifier }) =>
  JSON.stringify([kind, size, classes, styles, classifier]);

/**
 * Whether two models take the same pictures and labels, so that one can stand beside or in for the other.
 * @param {Model} a
 * @param {Model} b
 */
export const sameInterface = (a, b) => interfaceOf(a) === interfaceOf(b);

/**
 * The model that the manifest offers as a preview of another; undefined when it lists none that fits.
 * @param {Model} model
 * @param {Model[]} models
 * @returns {Model | undefined}
 */
export function previewOf(model, models) {
  const preview = models.find(({ name }) => name === model.preview && name !== model.name);
  return preview && sameInterface(preview, model) ? preview : undefined;
}

export class Handover {
  #options;
  /** @type {() => Promise<void>} */
  #attempt = async () => {};

  /**
   * @param {{ store: import('./store.js').Store<import('./state.js').State>,
   *   run: Pick<import('./run.js').Run, 'preview' | 'restart'> }} options
   */
  constructor(options) {
    this.#options = options;
    const { store } = options;
    // The first whole run of its own ends the story: from then on it is simply the model.
    store.subscribe((state) => {
      const { phase, model, preview } = state;
      if (phase === 'done' && preview?.replaced && shownFrame(state)?.inputs.settings.model === model?.name)
        store.set({ preview: undefined });
    });
  }

  /**
   * Lets the model take over when it has arrived: at once where there is no run, else from the next run on. A run that
   * played by itself, and that nobody has touched, is played again.
   * @param {() => Promise<('network' | 'cache')[]>} load
   * @param {AbortSignal} signal
   * @param {Autoplay} [autoplay]
   */
  begin(load, signal, autoplay) {
    const { store, run } = this.#options;
    const { settings, reference, init, mask } = store.get();
    const untouched = () => {
      const now = store.get();
      const same = now.phase === 'done' && now.settings === settings;
      const pictured = now.reference === reference && now.init === init && now.mask === mask;
      return same && pictured && autoplay && !autoplay.disturbed.aborted;
    };
    this.#attempt = async () => {
      try {
        const arrived = await load();
        const { preview, sources } = store.get();
        store.set({
          preview: preview && { ...preview, replaced: true },
          sources: [...arrived, ...sources.slice(arrived.length)],
        });
      } catch (error) {
        if (!signal.aborted && !(error instanceof EngineLost)) this.#missed(error);
        return;
      }
      await autoplay?.ended;
      await (untouched() ? run.restart() : run.preview());
    };
    return this.#attempt();
  }

  /** Tries once more to get the model that did not arrive. */
  retry() {
    const { store } = this.#options;
    const { notices, preview } = store.get();
    store.set({ notices: withoutTopic(notices, 'preview'), preview: preview && { ...preview, missed: false } });
    return this.#attempt();
  }

  /** @param {unknown} error */
  #missed(error) {
    const { store } = this.#options;
    const { model, preview, notices } = store.get();
    const detail = error instanceof Error ? error.message : String(error);
    /** @type {import('./state.js').Say} */
    const say = ({ notArrived }) => notArrived(model?.name ?? '', preview?.model.name ?? '', detail);
    store.set({
      preview: preview && { ...preview, missed: true },
      notices: withNotice(notices, { kind: 'note', topic: 'preview', retry: true, say }),
    });
  }
}
