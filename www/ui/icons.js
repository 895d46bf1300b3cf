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
  system: icon(
    svg`<circle cx="12" cy="12" r="7.5" fill="none" stroke="currentColor" stroke-width="2"/><path d="M12 5a7 7 0 0 1 0 14z"/>`,
  ),
  light: icon(
    svg`<circle cx="12" cy="12" r="4.2"/><path fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" d="M12 2.8v2m0 14.4v2M2.8 12h2m14.4 0h2M5.5 5.5l1.4 1.4m10.2 10.2l1.4 1.4m0-13l-1.4 1.4M6.9 17.1l-1.4 1.4"/>`,
  ),
  dark: icon(svg`<path d="M20 14.6A8.5 8.5 0 0 1 9.4 4a8.5 8.5 0 1 0 10.6 10.6z"/>`),
  pulse: icon(
    svg`<path fill="none" stroke="currentColor" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round" d="M2.5 12.5h4l2.6-7 4.6 13 2.7-6h5.1"/>`,
  ),
  sound: icon(
    svg`<path d="M3.5 9.5v5h3.5l5 4.2V5.3l-5 4.2z"/><path fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" d="M15.2 9a4.2 4.2 0 0 1 0 6M17.8 6.2a8.2 8.2 0 0 1 0 11.6"/>`,
  ),
  silence: icon(
    svg`<path d="M3.5 9.5v5h3.5l5 4.2V5.3l-5 4.2z"/><path fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" d="M15.5 9.2l5.6 5.6m0-5.6l-5.6 5.6"/>`,
  ),
  lock: icon(
    svg`<rect x="5" y="10.5" width="14" height="9.5" rx="1.8"/><path fill="none" stroke="currentColor" stroke-width="2.2" d="M8 11V8a4 4 0 0 1 8 0v3"/>`,
  ),
  close: icon(
    svg`<path fill="none" stroke="currentColor" stroke-width="2.2" stroke-linecap="round" d="M6.5 6.5l11 11m0-11l-11 11"/>`,
  ),
};
