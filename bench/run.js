// @ts-check
/** What networks and steps cost in a browser, beside onnxruntime-web with the same weights on the same machine. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../tests/support/browser.js';
import { openArena } from './lib/arena.js';
import { bytes } from './lib/bytes.js';
import { RUNTIME, RUNTIMES, compare, enter, time } from './lib/cases.js';
import { machine } from './lib/machine.js';
import { folder, prepare } from './lib/models.js';
import { native } from './lib/native.js';
import { IMAGES, coldStarts, memory, visits } from './lib/page.js';
import { tables } from './lib/table.js';

const HELP = `usage: node bench/run.js [OPTIONS]
  --only cpu|webgpu     one backend
  --quick               batch 1; unet, classifier and gradient; no downloads, starts and memory
  --models A,B          shipped models, or frozen [emoji32,frozen]
  --cases A,B           unet, classifier, gradient, guided, cfg
  --batch 1,4,16        on the CPU; on WebGPU it is 1 unless the adapter is a real one
  --pkg [NAME=]FOLDER   a folder like pkg/, with cpu/ and webgpu/; give several to hold them against each other
  --runtime BUILD[:LAYOUT]  another build of onnxruntime-web and layout, such as ort:NCHW; several are compared
  --rounds N            at most so many rounds of a case [15]
  --minutes N           for everything [18]
  --adapter hardware    the machine's own GPU instead of one in software
  --out FILE            where the JSON goes [target/bench/bench.json]`;

/** The models of the shipped site that are measured beside the timings. */
const [LARGE, SMALL] = ['emoji32', 'emoji32-nano'];
/** Milliseconds that a group of cases is given by batch; what takes longer is measured the least number of times. */
const SHARE = new Map([
  [1, 20_000],
  [4, 30_000],
  [16, 45_000],
]);
/** On an adapter in software everything takes a hundred times as long. */
const SOFTWARE_SHARE = 60_000;
/** Milliseconds for many images: enough for all of them on a CPU. */
const IMAGES_SHARE = 120_000;
const ALL_CASES = ['unet', 'classifier', 'gradient', 'guided', 'cfg'];
const QUICK_CASES = ['unet', 'classifier', 'gradient'];

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
    models: { type: 'string', default: 'emoji32,frozen' },
    cases: { type: 'string' },
    batch: { type: 'string' },
    pkg: { type: 'string', multiple: true, default: ['pkg'] },
    runtime: { type: 'string', multiple: true },
    rounds: { type: 'string', default: '15' },
    minutes: { type: 'string', default: '18' },
    adapter: { type: 'string', default: 'software' },
    out: { type: 'string', default: join(root, 'target/bench/bench.json') },
    help: { type: 'boolean', default: false },
  },
});
if (options.help) {
  console.log(HELP);
  process.exit();
}

const software = options.adapter !== 'hardware';
const end = performance.now() + Number(options.minutes) * 60_000;
const most = Number(options.rounds);
const list = (/** @type {string} */ text) => text.split(',');
const cases = options.cases ? list(options.cases) : options.quick ? QUICK_CASES : ALL_CASES;
const batches = list(options.batch ?? (options.quick ? '1' : '1,4,16')).map(Number);
const backends = /** @type {import('./lib/cases.js').Backend[]} */ (['cpu', 'webgpu']).filter(
  (name) => !options.only || options.only === name,
);
const bundles = Object.fromEntries(
  options.pkg.map((given) => {
    const [name, path] = given.includes('=') ? given.split('=') : [basename(given), given];
    return [name, path];
  }),
);
const [bundle] = Object.keys(bundles);

const result = {
  machine: machine(),
  onnxruntime: JSON.parse(readFileSync(join(root, 'bench/node_modules/onnxruntime-web/package.json'), 'utf8')).version,
  browser: '',
  adapters: /** @type {Record<string, string>} */ ({}),
  groups: /** @type {object[]} */ ([]),
  limits: /** @type {object[]} */ ([]),
  coldStarts: /** @type {object[]} */ ([]),
  visit: /** @type {object | undefined} */ (undefined),
  memory: /** @type {object[]} */ ([]),
  bytes: /** @type {object | undefined} */ (undefined),
  native: /** @type {object | undefined} */ (undefined),
  software,
  skipped: /** @type {{ what: string, reason: string }[]} */ ([]),
};
const skip = (/** @type {string} */ what, /** @type {string} */ reason) => result.skipped.push({ what, reason });

/** What is known so far: minutes of work are not lost when a later part ends the process. */
function write() {
  mkdirSync(dirname(options.out), { recursive: true });
  writeFileSync(options.out, `${JSON.stringify(result, undefined, 2)}\n`);
}

/** Does it unless the time is up; what fails is named, and the rest goes on. @param {string} what @param {() => Promise<void>} work */
async function attempt(what, work) {
  if (performance.now() > end) return skip(what, `the ${options.minutes} minutes were over`);
  const started = performance.now();
  try {
    await work();
    console.error(`${what}: ${((performance.now() - started) / 1000).toFixed(0)} s`);
  } catch (error) {
    process.exitCode = 1;
    skip(what, `failed: ${error instanceof Error ? error.message : error}`);
    console.error(`${what}: ${error instanceof Error ? error.stack : error}`);
  }
  write();
}

const networks = list(options.models).map(prepare);
const [large, small] = options.quick ? [] : [LARGE, SMALL].map(prepare);
if (!options.quick && !options.only) {
  await attempt('native', async () => {
    result.native = native(networks);
  });
}
const arena = await openArena({ bundles, models: folder, software });
result.browser = `Chromium ${arena.browser.version()}`;

for (const backend of backends) {
  const slow = backend === 'webgpu' && software;
  for (const network of networks) {
    for (const batch of slow ? [1] : batches) {
      await attempt(`${network.name} on ${backend}, batch ${batch}`, async () => {
        const runtimes = cases.includes('unet') ? (options.runtime ?? [RUNTIMES[backend]]) : [];
        const entered = await enter(arena, network, backend, Object.keys(bundles), runtimes);
        result.adapters[backend] = entered.adapter;
        const differences = cases.includes('unet') ? await compare(entered.contenders, network.onnx.size) : {};
        const ms = slow ? SOFTWARE_SHARE : (SHARE.get(batch) ?? Math.max(...SHARE.values()));
        const known = network.classifier ? cases : cases.filter((name) => name === 'unet' || name === 'cfg');
        // The ratio that counts gets more rounds than what would take minutes.
        const parts = slow
          ? [known.filter((name) => name === 'unet'), known.filter((name) => name !== 'unet')]
          : [known];
        for (const part of parts.filter(({ length }) => length > 0)) {
          if (performance.now() > end) {
            skip(`${part.join(', ')} of ${network.name} on ${backend}`, `the ${options.minutes} minutes were over`);
            continue;
          }
          const rows = await time(entered, part, batch, { ms, least: slow ? 2 : 3, most });
          result.groups.push({ model: network.name, backend, batch, differences, rows });
        }
        await entered.leave();
      });
    }
    if (slow)
      for (const batch of batches.filter((batch) => batch > 1))
        skip(`${network.name} on webgpu, batch ${batch}`, 'the adapter is in software');
  }
  if (options.quick) continue;
  await attempt(`limits of ${backend}`, async () => {
    const ours = await arena.contender('limits', 'ours');
    await ours.call('open', arena.script(bundle, backend), backend);
    result.limits.push({ backend, ...(await ours.call('limits')) });
    await ours.close();
  });
}
if (!options.quick) {
  await attempt('downloads', async () => {
    result.bytes = bytes();
  });
  await attempt('visit', async () => {
    result.visit = await visits(arena, 3);
  });
  for (const backend of backends) {
    const slow = backend === 'webgpu' && software;
    await attempt(`cold start on ${backend}`, async () => {
      const limit = { ms: slow ? SOFTWARE_SHARE : 30_000, least: slow ? 1 : 3, most: 5 };
      result.coldStarts.push(await coldStarts(arena, large, backend, bundle, limit));
    });
    await attempt(`memory on ${backend}`, async () => {
      const measured = await memory(arena, { large, small }, backend, bundle, IMAGES_SHARE);
      result.memory.push(measured);
      if (measured.all.images < IMAGES)
        skip(`images ${measured.all.images + 1} to ${IMAGES} on ${backend}`, 'too slow');
    });
  }
}
await arena.close();

write();
console.log(`${result.machine.cpu}; ${result.browser}; ${RUNTIME} ${result.onnxruntime}\n`);
console.log(tables(result));
console.log(`\nWritten to ${options.out}.`);
