// @ts-check
/** Draws `www/icons/` from `www/icon.svg`: `node tools/icons.js`, whenever that changes. */
import { mkdirSync, readFileSync } from 'node:fs';
import { root, startBrowser } from '../tests/support/browser.js';

/** Of a maskable icon, launchers show at least the middle circle of this share. */
const SAFE = 0.8;

const drawing = readFileSync(`${root}/www/icon.svg`, 'utf8');
const ground = /<rect [^>]*rx="7" fill="(#\w+)"/.exec(drawing)?.[1];
if (!ground) throw new Error('expected the ground of icon.svg, a rect with rx="7" and a fill');
mkdirSync(`${root}/www/icons`, { recursive: true });
const browser = await startBrowser();
const page = await browser.newPage();

/**
 * @param {string} name
 * @param {number} side
 * @param {{ full?: boolean, share?: number }} [options] `full`: the ground goes to the edges
 */
async function draw(name, side, { full = false, share = 1 } = {}) {
  await page.setViewportSize({ width: side, height: side });
  const inner = Math.round(side * share);
  await page.setContent(`<style>
    body { margin: 0; height: ${side}px; display: grid; place-content: center; background: ${full ? ground : 'transparent'} }
    svg { display: block; width: ${inner}px }
  </style>${drawing}`);
  await page.screenshot({ path: `${root}/www/icons/${name}.png`, omitBackground: !full });
}

await draw('icon-192', 192);
await draw('icon-512', 512);
await draw('icon-maskable-512', 512, { full: true, share: SAFE });
await draw('apple-touch-icon', 180, { full: true });
await browser.close();
