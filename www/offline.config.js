// @ts-check
/** Makes the page installable and its service worker aware of the files of this build. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/** @typedef {import('vite').Rollup.OutputBundle} OutputBundle */

const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));

const ICONS = ['icon-192.png', 'icon-512.png', 'icon-maskable-512.png', 'apple-touch-icon.png'];

const WEB_APP = {
  name: 'guidelight: guided diffusion you can watch and steer',
  short_name: 'guidelight',
  description: 'Guided diffusion you can watch, steer and take apart, in your own browser.',
  start_url: './',
  scope: './',
  display: 'standalone',
  theme_color: '#f6f6f8',
  background_color: '#f6f6f8',
  icons: [
    { src: 'icon-192.png', sizes: '192x192', type: 'image/png' },
    { src: 'icon-512.png', sizes: '512x512', type: 'image/png' },
    { src: 'icon-maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
  ],
};

/** What the page itself is made of. Wasm comes on use, weights have a cache of their own, licences are read online. */
const OF_THE_PAGE = /\.(html|js|css|svg|png|woff2|webmanifest)$/;

/** @param {Uint8Array | string} content */
const sha256 = (content) => createHash('sha256').update(content);

/**
 * @param {string} outDir
 * @returns {{ page: import('vite').Plugin, worker: import('vite').Plugin }} for the page, and for its worker
 */
export function offline(outDir) {
  /** The files of each bundle of the engine. @type {Record<string, string[]>} */
  const engines = { webgpu: [], cpu: [], 'cpu-relaxed': [] };
  return {
    worker: {
      name: 'engine-files',
      async generateBundle(_, bundle) {
        for (const name of Object.keys(engines)) {
          const entry = await this.resolve(`guidelight/${name}`);
          const chunk = Object.values(bundle).find(
            (file) => file.type === 'chunk' && file.facadeModuleId === entry?.id,
          );
          if (chunk?.type !== 'chunk') throw new Error(`The worker has no bundle for ${name}.`);
          engines[name] = [chunk.fileName, ...(chunk.viteMetadata?.importedAssets ?? [])];
        }
      },
    },
    page: {
      name: 'offline',
      apply: 'build',
      transformIndexHtml: () => [
        { tag: 'link', attrs: { rel: 'manifest', href: './manifest.webmanifest' }, injectTo: 'head' },
        { tag: 'link', attrs: { rel: 'apple-touch-icon', href: './apple-touch-icon.png' }, injectTo: 'head' },
      ],
      generateBundle() {
        this.emitFile({ type: 'asset', fileName: 'manifest.webmanifest', source: JSON.stringify(WEB_APP) });
        for (const icon of ICONS)
          this.emitFile({ type: 'asset', fileName: icon, source: readFileSync(here(`icons/${icon}`)) });
      },
      async writeBundle(_, bundle) {
        const onUse = Object.values(engines).flat();
        const files = Object.keys(bundle).filter((name) => OF_THE_PAGE.test(name) && !onUse.includes(name));
        const contents = new Map(files.map((name) => [name, readFileSync(`${outDir}/${name}`)]));
        contents.set('models/manifest.json', readFileSync(here('models/manifest.json')));
        const entries = [...contents].map(([url, content]) => ({
          url,
          // A name in assets/ holds a hash already.
          revision: url.startsWith('assets/') ? null : sha256(content).digest('hex'),
          // A document names the others, so a host that is being updated must not slip in another version's.
          integrity: url.endsWith('.html') ? `sha256-${sha256(content).digest('base64')}` : undefined,
        }));
        await build({
          configFile: false,
          logLevel: 'warn',
          define: {
            FILES: JSON.stringify(entries),
            ENGINES: JSON.stringify(engines),
            // A library keeps this for its users to decide; without it, Workbox talks to the console.
            'process.env.NODE_ENV': '"production"',
          },
          build: {
            outDir,
            emptyOutDir: false,
            copyPublicDir: false,
            target: 'es2022',
            lib: { entry: here('sw.js'), formats: ['iife'], name: 'guidelight', fileName: () => 'sw.js' },
          },
        });
      },
    },
  };
}
