// @ts-check
/** Typesets the lesson's formulas: LaTeX in `../formulas`, MathML in the page, and nothing of the typesetter in between. */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import temml from 'temml';

const folder = fileURLToPath(new URL('../formulas/', import.meta.url));

/**
 * @param {string} latex a term's colour is its class: `\class{term-xt}{x_t}`
 * @returns {string}
 */
export function typeset(latex) {
  const math = temml.renderToString(latex, { trust: true, throwOnError: true });
  // The page's policy allows no style attributes; what they would set is in the stylesheet.
  return math.replace(/ style="[^"]*"/g, '');
}

/**
 * Every formula by its name, which all files share.
 * @returns {Promise<Record<string, string>>}
 */
export async function readFormulas() {
  /** @type {Record<string, string>} */
  const formulas = {};
  for (const file of readdirSync(folder).toSorted()) {
    /** @type {Record<string, string>} */
    const own = (await import(new URL(`../formulas/${file}`, import.meta.url).href)).default;
    for (const [name, latex] of Object.entries(own)) {
      if (name in formulas) throw new Error(`The formula ${name} of ${file} is there already.`);
      formulas[name] = typeset(latex);
    }
  }
  return formulas;
}
