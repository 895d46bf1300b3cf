// @ts-check
import { html } from 'lit';

/** @typedef {{ name: string, says: unknown }} Entry */

/** @param {import('../tools.js').Tools} tools @returns {Record<string, Entry>} */
export const glossary = ({ m }) => ({
  abar: { name: 'ᾱ', says: html`${m('abar')}` },
});
