// @ts-check
/** The run that the page has a recording of, computed by the wasm that ships. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './browser.js';
import { readManifest } from '../../www/manifest.js';
import { defaultSettings, runSettings, settingSpecs } from '../../www/settings.js';
import { fitToModel } from '../../www/url.js';

/** What a visitor sees who asked for nothing: the first model with its own settings. */
export async function recordedRun() {
  const read = (/** @type {string} */ path) => readFileSync(join(root, path));
  const bundle = await import(pathToFileURL(join(root, 'pkg/cpu/guidelight.js')).href);
  bundle.initSync({ module: read('pkg/cpu/guidelight_bg.wasm') });
  const listed = readManifest(read('www/models/manifest.json').toString());
  const specs = settingSpecs(bundle.catalogue());
  const { settings, model } = fitToModel({ settings: defaultSettings(specs), given: new Set() }, listed, specs);
  const classifier = listed.find(({ name }) => name === model.classifier);
  const engine = await bundle.Engine.create('cpu');
  engine.loadUnet(read(`www/models/${model.file}`), model.sha256);
  engine.loadClassifier(read(`www/models/${classifier?.file}`), classifier?.sha256);
  const session = engine.session(runSettings(settings, specs));
  const { xt: start } = await session.state();
  const frames = [];
  for (let frame = await session.step(); frame; frame = await session.step()) frames.push(frame);
  const models = [model, classifier].map((entry) => ({ name: entry?.name, sha256: entry?.sha256 }));
  return { settings, models, size: model.size, start, frames };
}
