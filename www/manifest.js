// @ts-check
/** The list of models: what can be chosen and which file, of which hash, belongs to it. */

/** @typedef {import('./settings.js').Model} Model */
/** @typedef {import('./protocol.js').ModelFile} ModelFile */

/** Where the list lies, from the page's own address. */
const MANIFEST = 'models/manifest.json';

/** The version of the list that this page reads. */
const FORMAT = 1;

const CACHE = 'guidelight-manifest';

/**
 * Fetches the list; without a network, the copy of the last visit.
 * @param {string} base the page's address
 * @param {{ fetch: typeof globalThis.fetch, storage?: CacheStorage }} environment
 * @returns {Promise<{ models: Model[], url: string }>}
 */
export async function fetchManifest(base, { fetch, storage }) {
  const url = new URL(MANIFEST, base).href;
  const opening = storage?.open(CACHE).catch(() => undefined);
  const response = await fetch(url, { cache: 'no-cache' }).catch(async (error) => {
    const kept = await (await opening)?.match(url);
    if (kept) return kept;
    throw error;
  });
  if (!response.ok) throw new Error(`expected status 200, got ${response.status}`);
  const text = await response.text();
  const models = readManifest(text);
  // Nobody waits for it to be kept.
  void opening?.then((kept) => kept?.put(url, new Response(text))).catch(() => {});
  return { models, url };
}

/**
 * @param {string} text
 * @returns {Model[]}
 */
export function readManifest(text) {
  const list = JSON.parse(text);
  if (list?.format !== FORMAT) throw new Error(`expected format ${FORMAT}, got ${list?.format}`);
  const complete = (/** @type {Partial<Model>} */ model) =>
    [model.name, model.file, model.sha256].every((field) => typeof field === 'string') &&
    [model.bytes, model.size].every(Number.isInteger) &&
    Array.isArray(model.classes) &&
    Array.isArray(model.styles) &&
    (model.kind === 'unet' || model.kind === 'classifier');
  if (!Array.isArray(list.models) || !list.models.every(complete))
    throw new Error('expected complete entries, got one with a field missing');
  return list.models;
}

/**
 * @param {Model} model
 * @param {string} manifestUrl
 * @param {ModelFile['kind']} [as] what it is loaded as, if not as what it is
 * @returns {ModelFile}
 */
export function modelFile({ name, kind, file, bytes, sha256 }, manifestUrl, as = kind) {
  return { name, kind: as, url: new URL(file, manifestUrl).href, bytes, sha256 };
}

/**
 * The files that a model needs: itself and its classifier.
 * @param {Model} model
 * @param {Model[]} models
 * @param {string} manifestUrl
 * @returns {ModelFile[]}
 */
export function filesOf(model, models, manifestUrl) {
  const classifier = models.find(({ name, kind }) => kind === 'classifier' && name === model.classifier);
  return [model, classifier].flatMap((entry) => (entry ? [modelFile(entry, manifestUrl)] : []));
}
