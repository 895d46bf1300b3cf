// @ts-check
/**
 * A run in JSON: in PNG files and in settings files, with the keys of the address. `guidelight sample --settings` reads
 * it, and the page reads that command's `settings.json`.
 */
import { readValue, runSettings } from '../settings.js';

/** @typedef {import('../protocol.js').Settings} Settings */
/** @typedef {import('../settings.js').Model} Model */
/** @typedef {import('../settings.js').Spec} Spec */

/** The keyword of the text chunk in PNG files. */
export const KEYWORD = 'guidelight';

/** Where a clone has its models: what the command line takes their names to mean. */
const MODELS = 'www/models/';

/**
 * What a straight run to its end does not make again has keys of its own: `step` where a picture was saved on the way,
 * `forks` where settings were changed on the way.
 * @typedef {{ settings: Settings, model: Model | undefined, version: string, step?: number, forks?: number[] }} Recorded
 */

/**
 * @param {Recorded} run
 * @param {Map<string, Spec>} specs
 */
export function writeRecord({ settings, model, version, step, forks = [] }, specs) {
  const label = (/** @type {string} */ name) => [name === 'none' ? null : name];
  const record = {
    guidelight: version,
    settings: runSettings(settings, specs),
    model: model && { file: MODELS + model.file, sha256: model.sha256 },
    count: 1,
    batch: 1,
    labels: { class: label(settings.class), style: label(settings.style) },
    step,
    forks: forks.length > 0 ? forks : undefined,
  };
  return `${JSON.stringify(record, null, 2)}\n`;
}

/**
 * What a record says of a run. `problems` are settings that are none here.
 * @typedef {{ version: string, settings: Record<string, string | number>, forked: boolean, problems: { key: string, got: string }[] }} Found
 */

/**
 * @param {string} text
 * @param {Map<string, Spec>} specs
 * @returns {Found}
 * @throws {Error} when it is no record
 */
export function readRecord(text, specs) {
  /** @type {any} */
  let record;
  try {
    record = JSON.parse(text);
  } catch {
    throw new Error('it is no JSON');
  }
  const asked = record?.settings;
  if (typeof record?.guidelight !== 'string' || typeof asked !== 'object' || asked === null)
    throw new Error('it lacks “guidelight” or “settings”');
  /** @type {Found} */
  const found = { version: record.guidelight, settings: {}, forked: Array.isArray(record.forks), problems: [] };
  for (const [key, got] of Object.entries({ ...asked, ...firstLabels(record) })) {
    const spec = specs.get(key);
    // How somebody's page computed is no part of what it computed.
    if (spec?.page) continue;
    const value = spec && ['string', 'number'].includes(typeof got) ? readValue(spec, String(got)) : undefined;
    if (value === undefined) found.problems.push({ key, got: String(got) });
    else found.settings[key] = value;
  }
  return found;
}

/**
 * The labels of the first image: the command line's runs have several.
 * @param {{ labels?: Record<string, unknown> }} record
 */
function firstLabels({ labels }) {
  return Object.fromEntries(
    ['class', 'style'].flatMap((key) => {
      const list = labels?.[key];
      return Array.isArray(list) && list.length > 0 ? [[key, list[0] ?? 'none']] : [];
    }),
  );
}
