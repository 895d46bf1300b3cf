// @ts-check
/** What can be found out about this machine, as rows for the page and as a Markdown report. No DOM. */

/** @typedef {import('guidelight/*').Case} Case */

/** The limits of a graphics adapter that decide what fits. */
const LIMITS = /** @type {const} */ ([
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupsPerDimension',
]);

/** What is timed, cheapest first. @type {readonly Case[]} */
export const CASES = ['unet', 'classifier', 'gradient', 'guided', 'cfg'];

/** Those that need a classifier. @type {readonly Case[]} */
export const NEED_CLASSIFIER = ['classifier', 'gradient', 'guided'];

/**
 * @typedef {{ missing: 'no-webgpu' | 'no-adapter' } | { vendor: string, architecture: string, device: string,
 *   description: string, fallback: boolean, features: string[], limits: Record<string, number> }} Adapter
 */

/**
 * @param {GPU | undefined} gpu
 * @returns {Promise<Adapter>}
 */
export async function examineAdapter(gpu) {
  if (!gpu) return { missing: 'no-webgpu' };
  const adapter = await gpu.requestAdapter().catch(() => null);
  if (!adapter) return { missing: 'no-adapter' };
  const { vendor, architecture, device, description, isFallbackAdapter } = adapter.info;
  const limits = LIMITS.map((name) => [name, adapter.limits[name]]).filter(([, value]) => value !== undefined);
  return {
    vendor,
    architecture,
    device,
    description,
    fallback: isFallbackAdapter === true,
    features: [...adapter.features].sort(),
    limits: Object.fromEntries(limits),
  };
}

/**
 * A chapter of the report: a heading and rows of a name and what was found.
 * @typedef {{ title: string, rows: [string, string][] }} Chapter
 */

/**
 * @param {string} title
 * @param {Chapter[]} chapters
 */
export function markdown(title, chapters) {
  // A pipe would end a cell.
  const cell = (/** @type {string} */ text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
  const table = (/** @type {Chapter} */ { title: heading, rows }) =>
    `## ${heading}\n\n| | |\n| --- | --- |\n${rows.map(([name, found]) => `| ${cell(name)} | ${cell(found)} |`).join('\n')}\n`;
  return `# ${title}\n\n${chapters.map(table).join('\n')}`;
}
