// @ts-check
/** Hands a file to the visitor. */

/** How long the file stays in memory for a browser that starts the download late, in ms. */
const RELEASE_AFTER = 10_000;

/**
 * @param {Blob} blob
 * @param {string} name
 */
export function download(blob, name) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), RELEASE_AFTER);
}
