// @ts-check
/** Hands a number to the stylesheet. Lit's own styleMap writes a style attribute first, which the page's policy forbids. */
import { ref } from 'lit/directives/ref.js';

/**
 * @param {`--${string}`} name
 * @param {number} value
 */
export const cssVariable = (name, value) =>
  ref((element) => {
    if (element instanceof HTMLElement) element.style.setProperty(name, String(value));
  });
