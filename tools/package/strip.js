// @ts-check
/**
 * Takes the names of functions and the list of compilers out of a wasm file: a third of it, which no visitor needs.
 * Usage: node strip.js FILE
 */
import { readFileSync, writeFileSync } from 'node:fs';

const HEADER = 8;
const CUSTOM = 0;

/**
 * An unsigned LEB128 number.
 * @param {Uint8Array} bytes
 * @param {number} at
 * @returns {{ value: number, end: number }}
 */
function number(bytes, at) {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return { value, end: at };
  }
}

const file = process.argv[2];
const bytes = readFileSync(file);
const kept = [bytes.subarray(0, HEADER)];
for (let at = HEADER; at < bytes.length; ) {
  const { value: size, end } = number(bytes, at + 1);
  if (bytes[at] !== CUSTOM) kept.push(bytes.subarray(at, end + size));
  at = end + size;
}
writeFileSync(file, Buffer.concat(kept));
