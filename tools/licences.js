// @ts-check
/** Refuses a dependency, of Rust or of npm, whose licence is not on the list. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Licences that allow what this project does: shipping compiled code under MIT OR Apache-2.0. */
const ALLOWED = new Set([
  '0BSD', 'Apache-2.0', 'Apache-2.0 WITH LLVM-exception', 'BlueOak-1.0.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BSL-1.0',
  'CC0-1.0', 'ISC', 'MIT', 'Unicode-3.0', 'Zlib',
  // Weak copyleft on files that are used unchanged.
  'MPL-2.0',
  // Data, not code.
  'CC-BY-4.0',
]);

/**
 * Whether an SPDX expression can be satisfied with allowed licences.
 * @param {string} expression
 */
function isAllowed(expression) {
  // The slash is cargo's old spelling of OR.
  const words = expression.replaceAll('/', ' OR ').match(/[()]|[^\s()]+/g) ?? [];
  let at = 0;
  const any = () => {
    let ok = all();
    while (words[at] === 'OR') { at += 1; ok = all() || ok; }
    return ok;
  };
  const all = () => {
    let ok = one();
    while (words[at] === 'AND') { at += 1; ok = one() && ok; }
    return ok;
  };
  /** @returns {boolean} */
  const one = () => {
    if (words[at] === '(') {
      at += 1;
      const ok = any();
      at += 1;
      return ok;
    }
    let licence = words[at++] ?? '';
    if (words[at] === 'WITH') { licence += ` WITH ${words[at + 1]}`; at += 2; }
    return ALLOWED.has(licence);
  };
  return any() && at === words.length;
}

/**
 * The crates that a build for one platform really uses: `cargo metadata` would name switched-off ones too.
 * @param {string} platform
 * @returns {{ name: string, licence: string }[]}
 */
function crates(platform) {
  const options = ['tree', '--locked', '--target', platform, '--prefix', 'none', '--format', '{p}\t{l}'];
  const lines = execFileSync('cargo', options, { encoding: 'utf8', maxBuffer: 1 << 24 }).trim().split('\n');
  return lines.filter(Boolean).map((line) => {
    const [name, licence] = line.replace(/ \(\*\)$/, '').split('\t');
    return { name: `crate ${name}`, licence: licence || 'none' };
  });
}

/**
 * @param {string} lockFile
 * @returns {{ name: string, licence: string }[]}
 */
function npmPackages(lockFile) {
  /** @type {{ packages: Record<string, { version?: string, license?: string, link?: boolean }> }} */
  const { packages } = JSON.parse(readFileSync(lockFile, 'utf8'));
  return Object.entries(packages).filter(([path, { link }]) => path.includes('node_modules/') && !link)
    .map(([path, { version, license }]) => ({ name: `npm ${path.replace(/^.*node_modules\//, '')} ${version}`, licence: license ?? 'none' }));
}

const found = [...crates('x86_64-unknown-linux-gnu'), ...crates('wasm32-unknown-unknown'),
  ...npmPackages('www/package-lock.json'), ...npmPackages('tools/emoji/package-lock.json')];
const dependencies = [...new Map(found.map((dependency) => [dependency.name, dependency])).values()];
const refused = dependencies.filter(({ licence }) => !isAllowed(licence));
for (const { name, licence } of refused) console.error(`${name}: expected a licence of the list in tools/licences.js, got ${licence}`);
console.log(`${dependencies.length} dependencies looked at, ${refused.length} refused`);
process.exitCode = refused.length > 0 ? 1 : 0;
