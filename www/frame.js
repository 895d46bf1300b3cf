// @ts-check
/** How another page shows an address of this site: what to put into its source. Pure. */

/** @param {string} text */
const attribute = (text) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');

/**
 * @param {string} address
 * @param {string} title
 */
export const frameOf = (address, title) =>
  `<iframe src="${attribute(address)}" title="${attribute(title)}" width="100%" height="900" allow="camera; clipboard-write; fullscreen"></iframe>`;
