// @ts-check
/**
 * Plays a recorded run while there is no engine yet: the same buttons, nothing computed. It runs over and over until
 * somebody touches it or the engine is ready, and goes when a live run begins.
 */

/** How long each step stays on show, in ms, and how long the finished picture does. */
const PACE = 90;
const HOLD = 1600;

export class Film {
  #store;
  #pause;
  #touched = false;
  #control = new AbortController();

  /**
   * @param {import('./store.js').Store<import('./state.js').State>} store
   * @param {(ms: number) => Promise<unknown>} pause
   */
  constructor(store, pause) {
    this.#store = store;
    this.#pause = pause;
  }

  /**
   * Shows a recorded run, if nothing else is on show yet.
   * @param {Pick<import('./state.js').State, 'start' | 'frames'>} run
   * @param {boolean} still its end only, for those who want no motion
   */
  show({ start, frames }, still) {
    const { phase, frames: shown } = this.#store.get();
    if (!['loading', 'error'].includes(phase) || shown.length > 0) return;
    const [cursor, total] = [still ? frames.length : 0, frames.length];
    this.#store.set({ start, frames, total, cursor, recorded: { playing: false } });
    if (!still) this.#roll({ again: true });
  }

  play() {
    const { cursor, total } = this.#touch();
    if (cursor >= total) this.#store.set({ cursor: 0 });
    this.#roll({ again: false });
  }

  pause() {
    this.#touch();
  }

  step() {
    this.seek(this.#store.get().cursor + 1);
  }

  back() {
    this.seek(this.#store.get().cursor - 1);
  }

  restart() {
    this.seek(0);
    this.#roll({ again: false });
  }

  /** @param {number} position */
  seek(position) {
    const { total } = this.#touch();
    this.#store.set({ cursor: Math.max(0, Math.min(position, total)) });
  }

  get touched() {
    return this.#touched;
  }

  /** Stops at its end: what was watched does not vanish because the engine has come. */
  finish() {
    const { total } = this.#stop();
    this.#store.set({ cursor: total });
  }

  /**
   * Ends it. Its start stays on show: that of the live run is the same.
   * @returns {number} where somebody left it; 0 where it only ran
   */
  close() {
    this.#control.abort();
    const { cursor } = this.#store.get();
    this.#store.set({ recorded: undefined, frames: [], cursor: 0, total: 0 });
    return this.#touched ? cursor : 0;
  }

  #touch() {
    this.#touched = true;
    return this.#stop();
  }

  #stop() {
    this.#control.abort();
    this.#store.set({ recorded: { playing: false } });
    return this.#store.get();
  }

  /** @param {{ again: boolean }} options */
  async #roll({ again }) {
    const { signal } = (this.#control = new AbortController());
    this.#store.set({ recorded: { playing: true } });
    for (;;) {
      const { cursor, total } = this.#store.get();
      const ended = cursor >= total;
      if (ended && !again) return void this.#stop();
      await this.#pause(ended ? HOLD : PACE);
      if (signal.aborted) return;
      this.#store.set({ cursor: ended ? 0 : cursor + 1 });
    }
  }
}
