// @ts-check
/** The buttons' icons: 24 × 24, drawn in the text's colour. */
import { svg, html } from 'lit';

/** @param {unknown} shape */
const icon = (shape) => html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${shape}</svg>`;

export const icons = {
  play: icon(svg`<path d="M7 4.5v15l12.5-7.5z"/>`),
  pause: icon(svg`<path d="M7 5h3.5v14H7zM13.5 5H17v14h-3.5z"/>`),
  step: icon(svg`<path d="M6 5v14l9-7zM16 5h2.5v14H16z"/>`),
  back: icon(svg`<path d="M18 5v14l-9-7zM5.5 5H8v14H5.5z"/>`),
  restart: icon(
    svg`<path fill="none" stroke="currentColor" stroke-width="2.2" stroke-linecap="round" d="M5.5 12a6.5 6.5 0 1 0 2.2-4.9"/><path d="M9.6 3.2v5.6H4z"/>`,
  ),
  save: icon(
    svg`<path fill="none" stroke="currentColor" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round" d="M12 4v11m0 0l-4.5-4.5M12 15l4.5-4.5M5 19.5h14"/>`,
  ),
  dice: icon(
    svg`<rect x="4" y="4" width="16" height="16" rx="3.5" fill="none" stroke="currentColor" stroke-width="2"/><circle cx="8.7" cy="8.7" r="1.5"/><circle cx="15.3" cy="15.3" r="1.5"/><circle cx="15.3" cy="8.7" r="1.5"/><circle cx="8.7" cy="15.3" r="1.5"/>`,
  ),
  pulse: icon(
    svg`<path fill="none" stroke="currentColor" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round" d="M2.5 12.5h4l2.6-7 4.6 13 2.7-6h5.1"/>`,
  ),
  close: icon(
    svg`<path fill="none" stroke="currentColor" stroke-width="2.2" stroke-linecap="round" d="M6.5 6.5l11 11m0-11l-11 11"/>`,
  ),
};
