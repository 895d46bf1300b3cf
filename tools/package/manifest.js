// @ts-check
/** Prints the package.json of the npm package: what Cargo.toml says, and how its bundles are imported. */
import { execFileSync } from 'node:child_process';

const metadata = execFileSync('cargo', ['metadata', '--no-deps', '--format-version', '1'], { encoding: 'utf8', maxBuffer: 1 << 24 });
const { name, version, description, license, keywords } = JSON.parse(metadata).packages[0];

/** @param {string} bundle */
const entry = (bundle) => ({ types: `./${bundle}/guidelight.d.ts`, default: `./${bundle}/guidelight.js` });

console.log(JSON.stringify({
  name,
  version,
  description,
  license,
  keywords,
  type: 'module',
  exports: {
    './webgpu': entry('webgpu'),
    './cpu': entry('cpu'),
    './cpu-relaxed': entry('cpu-relaxed'),
    // For those who fetch or read the wasm themselves and hand it to the module's default export.
    './webgpu.wasm': './webgpu/guidelight_bg.wasm',
    './cpu.wasm': './cpu/guidelight_bg.wasm',
    './cpu-relaxed.wasm': './cpu-relaxed/guidelight_bg.wasm',
    // A custom element, for pages that show a site's run.
    './demo': { types: './demo.d.ts', default: './demo.js' },
    './package.json': './package.json',
  },
  files: ['webgpu', 'cpu', 'cpu-relaxed', 'demo.js', 'demo.d.ts', '!**/.built-from', 'README.md', 'LICENSE-MIT', 'LICENSE-APACHE'],
  // Importing a bundle does nothing; calling its default export does.
  sideEffects: ['./demo.js'],
}, null, 2));
