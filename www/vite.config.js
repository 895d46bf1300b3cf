// @ts-check
import { cp } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { defineConfig } from 'vite';
import { lesson } from './lesson.config.js';
import { offline } from './offline.config.js';

const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));

/** Tests put their double in the package's place; everybody else gets the package itself. */
const engine = process.env.GUIDELIGHT_ENGINE;
const outDir = process.env.GUIDELIGHT_DIST ?? here('../dist');

/** What may run and load: this site's own files, and wasm. Style attributes and inline scripts may not. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** @returns {import('vite').Plugin} */
function contentSecurityPolicy() {
  return {
    name: 'content-security-policy',
    // Not while developing: the dev server's own client needs inline styles.
    apply: 'build',
    // Written as text: Vite's own tags would escape the quotes, which browsers read but people do not.
    transformIndexHtml: (page) =>
      page.replace('<head>', `<head>\n  <meta http-equiv="Content-Security-Policy" content="${POLICY}">`),
  };
}

/**
 * The version, and the catalogue of samplers and guidance methods, as data, read from the very wasm that is shipped, so that the page can
 * draw its controls before any wasm has arrived.
 * @returns {import('vite').Plugin}
 */
function catalogueFromWasm() {
  const id = 'virtual:catalogue';
  return {
    name: 'catalogue-from-wasm',
    resolveId: (source) => (source === id ? `\0${id}` : undefined),
    async load(source) {
      if (source !== `\0${id}`) return undefined;
      const name = engine ? pathToFileURL(engine).href : 'guidelight/cpu';
      const bundle = await import(name);
      if (!engine) bundle.initSync({ module: readFileSync(here('../pkg/cpu/guidelight_bg.wasm')) });
      return `export default ${JSON.stringify(bundle.catalogue())};
        export const version = ${JSON.stringify(bundle.version())};`;
    },
  };
}

/**
 * The credits that the models owe, and the licences, beside the page that links to them.
 * @returns {import('vite').Plugin}
 */
function copyCredits() {
  const files = {
    'ATTRIBUTION.md': 'ATTRIBUTION.txt',
    'LICENSE-MIT': 'LICENSE-MIT.txt',
    'LICENSE-APACHE': 'LICENSE-APACHE.txt',
  };
  return {
    name: 'copy-credits',
    apply: 'build',
    closeBundle: async () => {
      for (const [from, to] of Object.entries(files)) await cp(here(`../${from}`), `${outDir}/${to}`, { force: true });
    },
  };
}

/** @returns {import('vite').Plugin} */
function copyModels() {
  return {
    name: 'copy-models',
    apply: 'build',
    // Under their own names: the manifest says what they are called and what hash they must have.
    closeBundle: () =>
      cp(here('models'), `${outDir}/models`, { recursive: true, force: true }).catch((error) => {
        if (error.code !== 'ENOENT') throw error;
      }),
  };
}

const { page, worker } = offline(outDir);

export default defineConfig({
  root: here('.'),
  // Relative addresses, so that the site works below any path of any host.
  base: './',
  publicDir: false,
  // One for each bundle.
  resolve: engine ? { alias: [{ find: /^guidelight\/(webgpu|cpu|cpu-relaxed)$/, replacement: `${engine}?$1` }] } : {},
  plugins: [contentSecurityPolicy(), catalogueFromWasm(), copyCredits(), copyModels(), lesson(), page],
  optimizeDeps: { exclude: ['guidelight'] },
  server: { fs: { allow: [here('..')] } },
  worker: { format: 'es', plugins: () => [worker] },
  build: {
    outDir,
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rollupOptions: { input: [here('index.html'), here('lesson.html')] },
  },
});
