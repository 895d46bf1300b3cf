// @ts-check
/** One browser process, one page, and the contenders that take turns in it. */
import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serve } from '../../tests/e2e/support/server.js';
import { SOFTWARE_WEBGPU, startBrowser } from '../../tests/support/browser.js';

const bench = fileURLToPath(new URL('..', import.meta.url));

/** @typedef {{ call: (name: string, ...args: unknown[]) => Promise<any>, close: () => Promise<void> }} Contender */

/**
 * @param {{ bundles: Record<string, string>, models: string, software: boolean }} options `bundles`: folders like pkg/
 *   by the name they are given; `models`: the folder with model files
 */
export async function openArena({ bundles, models, software }) {
  const folder = mkdtempSync(join(tmpdir(), 'guidelight-bench-'));
  symlinkSync(join(bench, 'site'), join(folder, 'site'));
  symlinkSync(join(bench, 'node_modules/onnxruntime-web/dist'), join(folder, 'onnxruntime'));
  symlinkSync(resolve(models), join(folder, 'models'));
  for (const [name, path] of Object.entries(bundles)) symlinkSync(resolve(path), join(folder, name));
  const server = await serve(folder);
  const browser = await startBrowser(
    software ? SOFTWARE_WEBGPU : ['--enable-unsafe-webgpu', '--enable-features=Vulkan'],
  );

  /** A page of its own in a fresh profile: nothing is cached, nothing compiled. */
  async function openPage() {
    const context = await browser.newContext();
    const page = await context.newPage();
    page.setDefaultTimeout(0);
    await page.goto(`${server.url}site/index.html`);
    await page.waitForFunction(() => 'bench' in globalThis);
    return { page, close: () => context.close() };
  }
  const shared = await openPage();

  /**
   * @param {string} name
   * @param {'ours' | 'onnxruntime'} kind
   * @param {boolean} [fresh] in a profile of its own
   * @returns {Promise<Contender>}
   */
  async function contender(name, kind, fresh = false) {
    const { page, close } = fresh ? await openPage() : shared;
    await page.evaluate(({ name, kind }) => globalThis.bench.open(name, `${kind}.js`), { name, kind });
    return {
      call: (call, ...args) =>
        page.evaluate(({ name, call, args }) => globalThis.bench.call(name, call, args), { name, call, args }),
      close: () => (fresh ? close() : page.evaluate((name) => globalThis.bench.close(name), name)),
    };
  }

  return {
    browser,
    contender,
    /**
     * Where a bundle's script is for a worker: that of the one which a visitor with this browser gets.
     * @param {string} name
     * @param {'cpu' | 'webgpu'} backend
     */
    script(name, backend) {
      const relaxed = backend === 'cpu' && existsSync(join(folder, name, 'cpu-relaxed'));
      return `${server.url}${name}/${relaxed ? 'cpu-relaxed' : backend}/guidelight.js`;
    },
    /** @param {string} file */
    model: (file) => `${server.url}models/${file}`,
    async close() {
      await browser.close();
      await server.close();
      rmSync(folder, { recursive: true });
    },
  };
}
