// @ts-check
/**
 * Prints how far the browser's pictures are from the command line's, as the table of docs/results/agreement.md.
 * Usage, after `./build.sh build`: node tests/agreement/measure.js cpu|cpu-relaxed|webgpu [MODEL] [STEPS] [SEEDS] [CASE]
 */
import { cases, SEEDS } from './cases.js';
import { compare, openEngine, words } from './sides.js';

const [bundle, name = 'emoji32', steps = '25', seeds = String(SEEDS), only] = process.argv.slice(2);
if (bundle !== 'cpu' && bundle !== 'cpu-relaxed' && bundle !== 'webgpu')
  throw new Error(`expected cpu, cpu-relaxed or webgpu, got ${bundle}`);

const engine = await openEngine(bundle, name);
try {
  for (const [what, settings] of Object.entries(cases)) {
    if (only && only !== what) continue;
    const started = performance.now();
    const agreement = await compare(engine, name, { ...settings, steps }, Number(seeds));
    console.log(`| ${what} ${words(agreement)}`, `${Math.round((performance.now() - started) / 1000)} s`);
  }
} finally {
  await engine.close();
}
