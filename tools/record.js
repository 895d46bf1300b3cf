// @ts-check
/**
 * Records the run that the page shows before its engine has arrived: that of the manifest's first model with its own
 * settings, computed by the wasm that ships. Run it after `./build.sh build`, whenever a model or what it computes has
 * changed: `node tools/record.js`. A test compares the recording with the engine.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { constants, createDeflate } from 'node:zlib';
import { recordedRun } from '../tests/support/recorded.js';
import { levelOf } from '../www/recording.js';

/** Levels of a channel: noise needs few to look like noise, a picture more. */
const COARSE = 10;
const FINE = 24;

/** The share of the picture, ᾱ, from which x_t is recorded finely. */
const CLEAR = 0.9;

const folder = new URL('../www/recorded/', import.meta.url);
const { settings, models, size, start, frames } = await recordedRun();

const isClear = frames.map((_, k) => (frames[k + 1]?.abar ?? 1) >= CLEAR);
const levels = { xt: [COARSE, ...isClear.map((clear) => (clear ? FINE : COARSE))], x0: FINE };
const rounded = (/** @type {number} */ value) => Number(value.toPrecision(4));
const steps = frames.map(({ t, abar, gradientNorm, probabilities }) => ({
  t,
  abar: rounded(abar),
  gradientNorm: gradientNorm && rounded(gradientNorm),
  probabilities: [...probabilities].map((share) => Number(share.toFixed(3))),
}));
writeFileSync(new URL('emoji32.json', folder), `${JSON.stringify({ settings, models, size, levels, steps })}\n`);

const coded = (/** @type {Uint8ClampedArray} */ rgba, /** @type {number} */ count) =>
  Uint8Array.from(rgba.filter((_, i) => i % 4 < 3), (value) => levelOf(value, count));
const noisy = [start, ...frames.map(({ xt }) => xt)].map((xt, k) => coded(xt, levels.xt[k]));
const clean = frames.map(({ x0 }) => coded(x0, FINE));
const moved = clean.map((now, k) => (k === 0 ? now : Uint8Array.from(now, (level, i) => level - clean[k - 1][i])));
const noise = noisy.filter((_, k) => levels.xt[k] === COARSE);
const rest = [...noisy.slice(noise.length), ...moved];

// Nothing repeats in noise, so looking for it only costs: that part is coded by frequency alone.
const deflate = createDeflate({ level: 9, memLevel: 9, strategy: constants.Z_HUFFMAN_ONLY });
/** @type {Buffer[]} */
const out = [];
deflate.on('data', (chunk) => out.push(chunk));
deflate.write(Buffer.concat(noise));
deflate.params(9, constants.Z_DEFAULT_STRATEGY, () => deflate.end(Buffer.concat(rest)));
await new Promise((resolve) => deflate.on('end', resolve));
writeFileSync(new URL('emoji32.bin', folder), Buffer.concat(out));
