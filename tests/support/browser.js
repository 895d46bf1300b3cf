// @ts-check
/** The real browser that tests run in. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
/** The site's own tools are the tests' tools: one lock file, one install. */
export const tool = createRequire(join(root, 'www/package.json'));
const { chromium } = tool('playwright-core');

const QUIET = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
/** WebGPU without a graphics card. */
export const SOFTWARE_WEBGPU = [
  '--enable-unsafe-webgpu',
  '--enable-features=Vulkan',
  '--use-webgpu-adapter=swiftshader',
  '--use-vulkan=swiftshader',
];

/**
 * @param {string[]} [flags]
 * @returns {Promise<import('playwright-core').Browser>}
 */
export function startBrowser(flags = []) {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: [...QUIET, ...flags] });
}
