// @ts-check
/** Saves a picture as a PNG, enlarged by a whole factor so that its pixels stay exact squares. */

/** A 32 × 32 sample becomes 256 × 256. */
const ENLARGE = 8;

/** How long the picture stays in memory for a browser that starts the download late, in ms. */
const RELEASE_AFTER = 10_000;

/**
 * @param {HTMLCanvasElement} source
 * @param {string} name
 * @returns {Promise<void>}
 */
export async function savePng(source, name) {
  const large = document.createElement('canvas');
  large.width = source.width * ENLARGE;
  large.height = source.height * ENLARGE;
  const context = large.getContext('2d');
  if (!context) return;
  context.imageSmoothingEnabled = false;
  context.drawImage(source, 0, 0, large.width, large.height);
  const blob = await new Promise((resolve) => large.toBlob(resolve, 'image/png'));
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), RELEASE_AFTER);
}
