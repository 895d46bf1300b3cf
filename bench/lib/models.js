// @ts-check
/** The networks that are measured, as files in one folder: ours, and what is made of them. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../tests/support/browser.js';
import { readModel } from './model-file.js';
import { unetToOnnx } from './unet.js';

export const folder = join(root, 'target/bench/models');
const SEED = '1';

/** @typedef {{ name: string, unet: string, classifier?: string, onnx: { file: string, size: number, width: number } }} Networks */

/** @param {...string} args */
export const guidelight = (...args) =>
  execFileSync(join(root, 'target/release/guidelight'), args, { cwd: root, encoding: 'utf8' });

/**
 * A shipped model with its classifier, or `frozen`, with random weights.
 * @param {string} name
 * @returns {Networks}
 */
export function prepare(name) {
  mkdirSync(folder, { recursive: true });
  const { models } = JSON.parse(readFileSync(join(root, 'www/models/manifest.json'), 'utf8'));
  const shipped = models.find((/** @type {{ name: string }} */ model) => model.name === name);
  const classifier = shipped ? shipped.classifier : `${name}-classifier`;
  for (const part of [name, classifier].filter(Boolean)) {
    const file = join(folder, `${part}.safetensors`);
    if (shipped) copyFileSync(join(root, 'www/models', `${part}.safetensors`), file);
    else if (!existsSync(file)) guidelight('init', join(root, 'bench', `${part}.json`), file, '--seed', SEED);
  }
  return {
    name,
    unet: `${name}.safetensors`,
    classifier: classifier && `${classifier}.safetensors`,
    onnx: exported(name),
  };
}

/** The UNet for onnxruntime, made anew when its file is newer. @param {string} name */
function exported(name) {
  const source = join(folder, `${name}.safetensors`);
  const target = join(folder, `${name}.onnx`);
  const model = readModel(readFileSync(source));
  const made = [source, join(root, 'bench/lib/unet.js'), join(root, 'bench/lib/graph.js')];
  const newest = Math.max(...made.map((path) => statSync(path).mtimeMs));
  if (!existsSync(target) || statSync(target).mtimeMs < newest) writeFileSync(target, unetToOnnx(model));
  return { file: `${name}.onnx`, size: model.card.network.image_size, width: model.card.network.model_channels };
}
