// @ts-check
/** The typeset formulas, which the build has made of `formulas/`. */
import { unsafeHTML } from 'lit/directives/unsafe-html.js';
import formulas from 'virtual:formulas';

/**
 * @param {string} name
 * @param {boolean} [alone] on a line of its own
 */
export function formula(name, alone = false) {
  const math = formulas[name];
  if (math === undefined) throw new Error(`There is no formula ${name}.`);
  return unsafeHTML(alone ? math.replace('<math', '<math display="block"') : math);
}
