// @ts-check
/** Results as the tables that people read, in Markdown. */

/** @typedef {import('./rounds.js').Spread} Spread */

/** @param {string[]} head @param {(string | number | undefined)[][]} rows */
export function table(head, rows) {
  const cells = [head, head.map(() => '---'), ...rows.map((row) => row.map((cell) => String(cell ?? '')))];
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  return cells.map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`).join('\n');
}

/** @param {number} value */
export const number = (value) => (value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2));

/** Median and range. @param {Spread} spread */
export const range = ({ median, low, high }) => `${number(median)} (${number(low)}–${number(high)})`;

/** @param {number} bytes */
export const megabytes = (bytes) => number(bytes / 1e6);

/** @param {any} result of run.js */
export function tables(result) {
  const parts = [];
  if (result.groups.length > 0) {
    const rows = result.groups.flatMap((/** @type {any} */ { model, backend, rows }) =>
      rows.map((/** @type {import('./cases.js').Row} */ row) => [
        model,
        backend,
        row.batch,
        row.case,
        row.contender,
        range(row.ms),
        row.ms.rounds,
        row.ofOnnxruntime && range(row.ofOnnxruntime),
        row.ofForward && range(row.ofForward),
        number((row.multiplyAdds ?? 0) / 1e9),
        backend === 'webgpu' ? row.dispatches : '',
      ]),
    );
    const head = ['model', 'backend', 'batch', 'case', 'contender', 'ms', 'rounds', '/ onnxruntime-web', '/ forward'];
    parts.push(table([...head, 'G madds/s', 'dispatches'], rows));
  }
  if (result.limits.length > 0) {
    const rows = result.limits.map((/** @type {any} */ { backend, multiplyAdds, bytes }) => [
      backend,
      number(multiplyAdds / 1e9),
      number(bytes / 1e9),
    ]);
    parts.push(table(['limits of', 'G madds/s of a matrix product', 'GB/s of a sum'], rows));
  }
  if (result.coldStarts.length > 0) {
    const rows = result.coldStarts.map((/** @type {any} */ { backend, ours, onnxruntime, ratio }) => [
      backend,
      range(ours),
      range(onnxruntime),
      range(ratio),
    ]);
    parts.push(table(['cold start on', 'ours, ms', 'onnxruntime-web, ms', 'ratio'], rows));
  }
  if (result.visit) {
    const { firstStepAsked, done } = result.visit;
    parts.push(
      table(
        ['visit, CPU', 'ms'],
        [
          ['running', range(firstStepAsked)],
          ['guided picture finished', range(done)],
        ],
      ),
    );
  }
  if (result.memory.length > 0) {
    const rows = result.memory.flatMap(
      (/** @type {any} */ { backend, large, small, steps, rest, peak, few, all, onnxruntime }) =>
        [
          [`${large} loaded`, rest],
          [`${large} after a guided step`, peak],
          [`${small}, ${few.images} images of ${steps} steps`, few],
          [`${small}, ${all.images} images of ${steps} steps`, all],
          [`onnxruntime-web, ${large} loaded`, onnxruntime.rest],
          [`onnxruntime-web, ${large} after a pass`, onnxruntime.peak],
        ].map(([what, { wasm, gpu, gpuPeak }]) => [backend, what, ...[wasm, gpu, gpuPeak].map(megabytes)]),
    );
    parts.push(table(['backend', 'memory, MB', 'wasm', 'GPU buffers', 'most GPU buffers'], rows));
  }
  if (result.bytes) {
    const rows = [...result.bytes.ours, ...result.bytes.onnxruntime].map(({ part, raw, brotli }) => [
      part,
      megabytes(raw),
      megabytes(brotli),
    ]);
    parts.push(table(['download, MB', 'as it is', 'brotli'], rows));
  }
  parts.push(
    ...result.skipped.map(
      (/** @type {{ what: string, reason: string }} */ { what, reason }) => `Skipped: ${what} (${reason}).`,
    ),
  );
  return parts.join('\n\n');
}
