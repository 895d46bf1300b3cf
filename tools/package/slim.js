// @ts-check
/**
 * Takes out of a wasm file what no visitor needs: the names of functions and the list of compilers, a third of it, and
 * the bodies of the functions that read the shader compiler's intermediate language from text. Nothing here writes that
 * language as text, so nothing reads it; but each of its operations registers its reader in a table, which keeps all of
 * them for the linker. One that were called after all would trap.
 * Usage: node slim.js FILE
 */
import { readFileSync, writeFileSync } from 'node:fs';

const HEADER = 8;
const [CUSTOM, IMPORTS, CODE] = [0, 2, 10];
/** In the section of names: those of functions. */
const FUNCTIONS = 1;

/** Names of functions that read the intermediate language: its trait for that, and the library that it parses with. */
const READERS = /\bas pliron::parsable::Parsable>::parse|\bcombine::/;

/** No locals; `unreachable`; end. */
const TRAP = Buffer.from([3, 0, 0x00, 0x0b]);

/** Reads bytes in order. */
class Reader {
  /** @param {Uint8Array} bytes @param {number} at @param {number} end */
  constructor(bytes, at = 0, end = bytes.length) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  get more() {
    return this.at < this.end;
  }

  byte() {
    return this.bytes[this.at++];
  }

  /** An unsigned LEB128 number. */
  number() {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  }

  /** So many bytes. @param {number} [length] as the next number says, if it is not given */
  take(length = this.number()) {
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  text() {
    return Buffer.from(this.take()).toString();
  }
}

/** @param {number} value */
function leb128(value) {
  const bytes = [];
  for (; value >= 0x80; value = Math.floor(value / 0x80)) bytes.push((value % 0x80) | 0x80);
  return Buffer.from([...bytes, value]);
}

/** How many functions are imported: the first that the module has itself comes after them. @param {Reader} section */
function importedFunctions(section) {
  let functions = 0;
  for (let left = section.number(); left > 0; left--) {
    section.take();
    section.take();
    const kind = section.byte();
    if (kind > 3) throw new Error(`expected an import of kind 0 to 3, got ${kind}`);
    if (kind === 0) functions += 1;
    if (kind === 0) section.number();
    // A table and a global begin with their type; tables and memories have one limit or two.
    if (kind === 1 || kind === 3) section.byte();
    if (kind === 3) section.byte();
    if (kind === 1 || kind === 2) {
      const flags = section.byte();
      section.number();
      if (flags & 1) section.number();
    }
  }
  return functions;
}

/** @param {Reader} section @returns {Map<number, string>} */
function functionNames(section) {
  const names = new Map();
  while (section.more) {
    const kind = section.byte();
    const part = new Reader(section.take());
    if (kind !== FUNCTIONS) continue;
    for (let left = part.number(); left > 0; left--) names.set(part.number(), part.text());
  }
  return names;
}

const file = process.argv[2];
const bytes = readFileSync(file);
/** @type {{ id: number, content: Uint8Array }[]} */
const sections = [];
for (const module = new Reader(bytes, HEADER); module.more; ) sections.push({ id: module.byte(), content: module.take() });

let imported = 0;
/** @type {Map<number, string>} */
let names = new Map();
for (const { id, content } of sections) {
  const section = new Reader(content);
  if (id === IMPORTS) imported = importedFunctions(section);
  if (id === CUSTOM && section.text() === 'name') names = functionNames(section);
}
if (names.size === 0) throw new Error(`${file}: expected a wasm file with the names of its functions, got none`);

/** @param {Uint8Array} content */
function withoutReaders(content) {
  const section = new Reader(content);
  const count = section.number();
  const bodies = Array.from({ length: count }, (_, index) => {
    const body = section.take();
    const reads = READERS.test(names.get(imported + index) ?? '') && body.length >= TRAP.length;
    return reads ? TRAP : Buffer.concat([leb128(body.length), body]);
  });
  return Buffer.concat([leb128(count), ...bodies]);
}

const kept = sections
  .filter(({ id }) => id !== CUSTOM)
  .map(({ id, content }) => {
    const slim = id === CODE ? withoutReaders(content) : content;
    return Buffer.concat([Buffer.from([id]), leb128(slim.length), slim]);
  });
writeFileSync(file, Buffer.concat([bytes.subarray(0, HEADER), ...kept]));
