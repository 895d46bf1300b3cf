// @ts-check
/** What this machine and this browser can do, found out on the spot and written down so that it can be copied. */
import { html, nothing } from 'lit';
import { SELF_TEST_TOLERANCE } from '../backend.js';
import { CASES, examineAdapter, markdown, NEED_CLASSIFIER } from '../doctor.js';
import { Dialog } from './dialog.js';

/** @typedef {import('../doctor.js').Adapter} Adapter */
/** @typedef {import('../doctor.js').Chapter} Chapter */
/** @typedef {import('../protocol.js').Survey} Survey */

/** Lets a long name in camel case wrap between its words. @param {string} name */
const breakable = (name) => name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '\u200b');

export default class Doctor extends Dialog {
  /** @type {import('lit').PropertyDeclarations} */
  static properties = {
    adapter: { state: true },
    survey: { state: true },
    found: { state: true },
    examining: { state: true },
    copied: { state: true },
  };

  constructor() {
    super();
    /** @type {Adapter | undefined} */
    this.adapter = undefined;
    /** @type {Survey | undefined} */
    this.survey = undefined;
    /** What was measured, or the sentence that came instead. @type {Record<string, number[] | string>} */
    this.found = {};
    this.examining = true;
    /** @type {'yes' | 'no' | undefined} */
    this.copied = undefined;
  }

  get heading() {
    return this.app.strings.doctor.title;
  }

  firstUpdated() {
    super.firstUpdated();
    this.examine();
  }

  async examine() {
    const { engine } = this.app;
    this.adapter = await examineAdapter(navigator.gpu);
    if (this.state.backend) {
      this.survey = await engine.survey().catch(() => undefined);
      await this.measure('self-test', 1);
      // The first of each pays for making its kernels, unless a run did so before.
      for (const what of CASES) if (this.isConnected && this.lacks(what) === undefined) await this.measure(what, 2);
      this.survey = await engine.survey().catch(() => undefined);
    }
    this.examining = false;
  }

  /**
   * @param {import('../doctor.js').Case | 'self-test'} what
   * @param {number} times
   */
  async measure(what, times) {
    try {
      for (let k = 0; k < times; k++) {
        const value = await this.app.engine.measure(what);
        const before = this.found[what];
        this.found = { ...this.found, [what]: [...(Array.isArray(before) ? before : []), value] };
      }
    } catch (error) {
      this.found = { ...this.found, [what]: error instanceof Error ? error.message : String(error) };
    }
  }

  /** Why something cannot be timed, if it cannot. @param {import('../doctor.js').Case} what */
  lacks(what) {
    const { doctor } = this.app.strings;
    const { phase, model } = this.state;
    if (phase === 'loading' || phase === 'error') return doctor.noModel;
    return NEED_CLASSIFIER.includes(what) && !model?.classifier ? doctor.noClassifier : undefined;
  }

  body() {
    const { doctor } = this.app.strings;
    const chapters = this.chapters();
    const text = markdown(doctor.title, chapters);
    return html`<p class="line">${doctor.line}</p>
      <div class="row"><button type="button" class="primary" data-action="copy-report" ?disabled=${this.examining} @click=${() => this.copy(text)}>${doctor.copy}</button>
        <small role="status">${this.examining ? doctor.examining : this.copied ? doctor.copied[this.copied] : ''}</small></div>
      <div class="chapters">${chapters.map(
        ({ title, rows }) =>
          html`<section><h3>${title}</h3><dl>${rows.map(([name, found]) => html`<div><dt>${breakable(name)}</dt><dd>${found}</dd></div>`)}</dl></section>`,
      )}</div>
      ${this.examining ? nothing : html`<details ?open=${this.copied === 'no'}><summary>${doctor.asText}</summary><textarea readonly rows="12" aria-label=${doctor.asText} .value=${text}></textarea></details>`}`;
  }

  /** @returns {Chapter[]} */
  chapters() {
    const { strings } = this.app;
    const { doctor } = strings;
    const { backend, model } = this.state;
    const { adapter, survey } = this;
    const unknown = doctor.unknown;
    return [
      {
        title: doctor.page,
        rows: [
          ['guidelight', backend?.version ?? doctor.noEngine],
          [doctor.browser, navigator.userAgent],
          [doctor.cores, String(navigator.hardwareConcurrency ?? unknown)],
          [doctor.memory, survey ? doctor.bytes(survey.memory) : doctor.noEngine],
          [strings.model, model ? `${model.name} · ${strings.modelFacts(model, undefined)}` : doctor.noModel],
        ],
      },
      {
        title: doctor.backend,
        rows: [
          [
            strings.backend,
            backend ? strings.backendReason(backend.name, backend.adapter, backend.reason) : doctor.noEngine,
          ],
          [doctor.selfTest, this.selfTest()],
        ],
      },
      {
        title: doctor.times,
        rows: [
          ...['opened', 'loaded', 'frame'].map(
            (what) => /** @type {[string, string]} */ ([doctor.answers[what], this.answered(what)]),
          ),
          ...CASES.map((what) => /** @type {[string, string]} */ ([doctor.cases[what], this.timed(what)])),
        ],
      },
      { title: doctor.adapter, rows: this.adapterRows(adapter) },
    ];
  }

  /** How long the worker took for something, since the page was opened. @param {string} what */
  answered(what) {
    const { doctor } = this.app.strings;
    if (!this.survey) return doctor.noEngine;
    const took = this.survey.took[what];
    if (!took) return doctor.notYet;
    return took.first === took.last ? doctor.once(took.first) : doctor.firstAndLast(took.first, took.last);
  }

  /** @param {import('../doctor.js').Case} what */
  timed(what) {
    const { doctor } = this.app.strings;
    const times = this.found[what];
    if (typeof times === 'string') return times;
    const [first, last] = times ?? [];
    if (first === undefined) return this.lacks(what) ?? doctor.examining;
    return last === undefined ? doctor.once(first) : doctor.firstAndLast(first, last);
  }

  /**
   * @param {Adapter | undefined} adapter
   * @returns {[string, string][]}
   */
  adapterRows(adapter) {
    const { doctor } = this.app.strings;
    if (!adapter) return [[doctor.adapter, doctor.examining]];
    if ('missing' in adapter) return [[doctor.adapter, doctor.missing[adapter.missing]]];
    const { vendor, architecture, device, description, fallback, features, limits } = adapter;
    return [
      [doctor.vendor, vendor || doctor.unknown],
      [doctor.architecture, architecture || doctor.unknown],
      [doctor.device, description || device || doctor.unknown],
      [doctor.fallback, fallback ? doctor.yes : doctor.no],
      [doctor.features, features.join(', ') || doctor.none],
      ...Object.entries(limits).map(([name, value]) => /** @type {[string, string]} */ ([name, doctor.number(value)])),
    ];
  }

  selfTest() {
    const { doctor } = this.app.strings;
    const { backend } = this.state;
    const found = this.found['self-test'];
    if (!backend) return doctor.noEngine;
    if (backend.name === 'cpu') return doctor.selfTestCpu;
    if (typeof found === 'string') return found;
    const difference = found?.[0];
    return difference === undefined ? doctor.examining : doctor.selfTestSays(difference, SELF_TEST_TOLERANCE);
  }

  /** @param {string} text */
  async copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      this.copied = 'yes';
    } catch {
      this.copied = 'no';
      await this.updateComplete;
      this.querySelector('textarea')?.select();
    }
  }
}
customElements.define('gl-doctor', Doctor);
