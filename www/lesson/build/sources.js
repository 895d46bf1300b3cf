// @ts-check
/** Finds the lines that the lesson points to; a line that is gone, or that there are two of, stops the build. */
import { readFileSync } from 'node:fs';
import { SOURCES } from '../sources.js';

const root = new URL('../../../', import.meta.url);

/** Lines that are shown, the one that was looked for first. */
const SHOWN = 12;

/** @typedef {{ file: string, line: number, code: string }} Source `line` counts from 1 */

/** @returns {Record<string, Source>} */
export function findSources() {
  return Object.fromEntries(
    Object.entries(SOURCES).map(([name, { file, find }]) => {
      const lines = readFileSync(new URL(file, root), 'utf8').split('\n');
      const found = lines.flatMap((line, index) => (line.includes(find) ? [index] : []));
      const [at] = found;
      if (at === undefined || found.length > 1)
        throw new Error(
          `${file}: expected one line with "${find}", got ${found.length}. Set ${name} in lesson/sources.js.`,
        );
      return [name, { file, line: at + 1, code: passage(lines.slice(at)) }];
    }),
  );
}

/** What begins at the first line, as far as it is indented below it. @param {string[]} lines */
function passage(lines) {
  const depth = (/** @type {string} */ line) => line.search(/\S/);
  const first = depth(lines[0] ?? '');
  const end = lines.findIndex((line, i) => i > 0 && (line.trim() === '' || depth(line) < first));
  const shown = lines.slice(0, Math.min(end < 0 ? lines.length : end, SHOWN));
  return shown.map((line) => line.slice(first)).join('\n');
}
