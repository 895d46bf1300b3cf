// @ts-check
/**
 * Milliseconds of one UNet step on the CPU path that the browser runs, for model files: median of the steps of one run,
 * the files taking turns. usage: node training/step-cost.js FILE… (after ./build.sh build)
 */
import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { Engine, initSync } from '../pkg/cpu/guidelight.js';

const ROUNDS = 4;
const STEPS = 8;

initSync({ module: readFileSync(new URL('../pkg/cpu/guidelight_bg.wasm', import.meta.url)) });
const files = process.argv.slice(2);
/** @type {Map<string, number[]>} */
const times = new Map(files.map((file) => [file, []]));
const multiplyAdds = new Map();
const parameters = new Map();
for (let round = 0; round < ROUNDS; round += 1) {
  for (const file of files) {
    const engine = await Engine.create('cpu');
    const info = engine.loadUnet(readFileSync(file));
    multiplyAdds.set(file, info.multiplyAdds);
    parameters.set(file, info.parameters);
    const session = engine.session({
      method: 'conditional',
      class: '0',
      style: '0',
      steps: String(STEPS),
      seed: round,
    });
    for (;;) {
      const begun = performance.now();
      const frame = await session.step();
      if (!frame) break;
      times.get(file)?.push(performance.now() - begun);
      frame.free?.();
    }
    session.free();
    engine.free();
  }
}
console.log('file                            parameters  multiply-adds   ms a step');
for (const file of files) {
  const sorted = (times.get(file) ?? []).sort((a, b) => a - b);
  const name = `${basename(dirname(file))}/${basename(file)}`.slice(-30).padEnd(30);
  const adds = (Number(multiplyAdds.get(file)) / 1e9).toFixed(3);
  console.log(
    `${name}  ${String(parameters.get(file)).padStart(10)}  ${adds.padStart(11)} G  ${sorted[sorted.length >> 1].toFixed(1).padStart(10)}`,
  );
}
