// @ts-check
/** Results → docs/results/speed.md. usage: node bench/report.js [JSON] >docs/results/speed.md */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../tests/support/browser.js';
import { megabytes, number, range, table, tables } from './lib/table.js';

const result = JSON.parse(readFileSync(process.argv[2] ?? join(root, 'target/bench/bench.json'), 'utf8'));
const { machine, browser, onnxruntime, adapters, groups, coldStarts, visit, bytes, native } = result;

/** @typedef {import('./lib/cases.js').Row} Row */

const rows = groups.flatMap((/** @type {any} */ group) =>
  group.rows.map((/** @type {Row} */ row) => ({ ...group, ...row, rows: undefined })),
);
/** @param {string} backend @param {string} name @param {'ofOnnxruntime' | 'ofForward'} key */
const ratios = (backend, name, key) =>
  rows
    .filter((/** @type {any} */ row) => row.backend === backend && row.case === name && row[key])
    .map((/** @type {any} */ row) => `${row.model} ×${row.batch}: ${number(row[key].median)}`)
    .join('; ') || 'not measured';
const brotli = (/** @type {string} */ part) => {
  const found = bytes?.ours.find((/** @type {any} */ size) => size.part === part);
  return found ? megabytes(found.brotli) : '?';
};
const reach = [
  ['WebGPU UNet / onnxruntime-web WebGPU, same adapter', ratios('webgpu', 'unet', 'ofOnnxruntime'), '0.8', '0.5'],
  ['CPU UNet / onnxruntime-web wasm, one thread', ratios('cpu', 'unet', 'ofOnnxruntime'), '0.7', '0.5'],
  ['classifier with input gradient / its forward, CPU', ratios('cpu', 'gradient', 'ofForward'), '2.5', '2.0'],
  [
    'wasm under brotli, WebGPU and CPU, MB',
    `${brotli('WebGPU bundle')}, ${brotli('CPU bundle')}`,
    '1.6, 0.6',
    '1.0, 0.4',
  ],
  ['visit to first finished guided picture, s', visit ? number(visit.done.median / 1e3) : 'not measured', '3', '1.5'],
];

/** A line for each value, with the cost beside that of the first. @param {any[]} list @param {(row: any) => number} cost @param {(row: any) => number} value */
const growth = (list, value, cost) =>
  list.map((row) => [value(row), number(cost(row)), number(cost(row) / cost(list[0]))]);

const nativeParts = (/** @type {any} */ measured) => {
  const parts = measured.models.map((/** @type {any} */ report) => {
    const { multiply_adds = report.limits.multiplyAdds, bytes: bandwidth } = report.limits;
    const limits = `${number(multiply_adds / 1e9)} G multiply-adds/s (matrix product), ${number(bandwidth / 1e9)} GB/s (sum)`;
    const lines = report.rows.map((/** @type {any} */ row) => [
      row.case,
      row.batch,
      range(row),
      number(row.median / row.batch),
      number(row['multiply-adds'] / 1e9),
      `${(row['of-peak'] * 100).toFixed(0)} %`,
      `${(row['of-bandwidth'] * 100).toFixed(1)} %`,
    ]);
    const head = ['case', 'batch', 'ms', 'ms an image', 'G madds/s', 'of peak', 'weights of bandwidth'];
    return `\`${report.model}\` on ${report.device}, ${report.threads} threads; limits: ${limits}.\n\n${table(head, lines)}`;
  });
  const [{ rows: shipped }] = measured.models;
  const unet = shipped.filter((/** @type {any} */ row) => row.case === 'unet');
  const grows = [
    [
      'batch (shipped UNet)',
      growth(
        unet,
        (row) => row.batch,
        (row) => row.median,
      ),
    ],
    [
      'steps (shipped, guided, one image)',
      growth(
        measured.steps,
        (row) => row.steps,
        (row) => row.seconds * 1e3,
      ),
    ],
    [
      'channels (frozen UNet)',
      growth(
        measured.channels,
        (row) => row.value,
        (row) => row.median,
      ),
    ],
    [
      'side in pixels (frozen UNet)',
      growth(
        measured.side,
        (row) => row.value,
        (row) => row.median,
      ),
    ],
  ];
  const tables = grows.map(([what, lines]) =>
    table([/** @type {string} */ (what), 'ms', 'of the first'], /** @type {any} */ (lines)),
  );
  return [...parts, '### How cost grows', ...tables].join('\n\n');
};

console.log(`# Speed

Measured by \`./build.sh bench\` and written by \`node bench/report.js\`: ${machine.date}, commit ${machine.commit}, on
${machine.cpu}, ${machine.memory}, ${machine.system}; ${browser}; onnxruntime-web ${onnxruntime}. WebGPU adapter:
${adapters.webgpu ?? 'not measured'}. All contenders took turns in one browser process; a time is the median of the rounds,
with the shortest and the longest in brackets, and a ratio the median of the rounds' ratios. onnxruntime-web runs the same
UNet with the same weights, and its numbers agree with ours to
${Math.max(...groups.flatMap((/** @type {any} */ { differences }) => Object.values(differences))).toExponential(1)} of the largest output. On the CPU ours is the bundle that a visitor with this browser gets, the one with relaxed SIMD.
\`frozen\` is a network that never changes (\`bench/frozen.json\`, random weights). ${
  result.software
    ? 'The adapter is an emulation on the CPU: its times say how much work there is, not how fast a graphics card is.'
    : ''
}

## What is aimed at

${table(['what', 'now', 'at least', 'aim'], reach)}

A batch of 16 on a GPU and PyTorch on a GPU: not run, no GPU was at hand. \`bench/gpu.sh\` does it where there is one.

## In the browser

${tables(result)}
${coldStarts.length > 0 ? '\nA cold start is from the start of the worker to its first finished frame, in a fresh profile, files from this machine.' : ''}
${visit ? '\nThe visit is the built page with an empty cache, files from this machine, sent without compression.' : ''}

## Natively

${native ? nativeParts(native) : 'Not measured.'}`);
