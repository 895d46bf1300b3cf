// @ts-check
/** A checkpoint as a stranger brings it: the folder of a small `UNet2DModel` of diffusers, with made-up weights. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './browser.js';

/** Of the networks that are held against PyTorch, the smallest with attention. */
const CASE = 'learned';

/** @param {string} folder */
export function writeCheckpoint(folder) {
  const { cases } = JSON.parse(readFileSync(join(root, 'tests/reference/vectors/unet2d.json'), 'utf8'));
  const { config, tensors, chains } = cases[CASE];
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
  // What such a network says is nothing like noise: read as an image, it is one with all shades.
  const scheduler = { ...chains.ddpm.scheduler, prediction_type: 'sample' };
  writeFileSync(join(folder, 'scheduler_config.json'), JSON.stringify(scheduler));
  writeFileSync(join(folder, 'diffusion_pytorch_model.safetensors'), safetensors(tensors));
}

/**
 * Norms of weight 1 and waves elsewhere, as large as PyTorch's initial weights: numbers stay in range, and no two
 * positions are alike.
 * @param {Record<string, number[]>} shapes
 */
function safetensors(shapes) {
  /** @type {Record<string, unknown>} */
  const header = {};
  const parts = Object.entries(shapes).map(([name, shape], k) => {
    const norm = shape.length === 1 && name.endsWith('weight');
    const bound = Math.sqrt(1 / shape.slice(1).reduce((a, b) => a * b, 1));
    const values = new Float32Array(shape.reduce((a, b) => a * b, 1));
    for (let i = 0; i < values.length; i += 1) values[i] = (norm ? 1 : 0) + bound * 0.5 * Math.sin(0.37 * i + 1.3 * k);
    return { name, shape, bytes: Buffer.from(values.buffer) };
  });
  let at = 0;
  for (const { name, shape, bytes } of parts) {
    header[name] = { dtype: 'F32', shape, data_offsets: [at, at + bytes.length] };
    at += bytes.length;
  }
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, ...parts.map(({ bytes }) => bytes)]);
}
