// @ts-check
/** What is wrong with a layout, as far as a machine can see it. Runs inside the page, so it stands alone. */

/** The least side of a thing to press or drag, in CSS px: WCAG 2.2, 2.5.8. */
const TARGET = 24;

/**
 * @param {number} target
 * @returns {string[]} one line for each flaw
 */
function findFlaws(target) {
  const { innerWidth } = window;
  const root = document.documentElement;
  /** @type {string[]} */
  const flaws = [];
  const nameOf = (/** @type {Element} */ element) => {
    const { tagName, className, textContent } = element;
    const name = element.getAttribute('name') ?? element.getAttribute('data-action') ?? '';
    return `${tagName.toLowerCase()}.${String(className).replaceAll(' ', '.')}[${name}] "${(textContent ?? '').trim().replace(/\s+/g, ' ').slice(0, 30)}"`;
  };
  const shown = (/** @type {Element} */ element) =>
    element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && element.getClientRects().length > 0;
  const fixed = (/** @type {Element} */ element) => {
    for (let at = /** @type {Element | null} */ (element); at; at = at.parentElement)
      if (getComputedStyle(at).position === 'fixed') return true;
    return false;
  };
  const meet = (/** @type {DOMRect} */ a, /** @type {DOMRect} */ b) =>
    Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 &&
    Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;

  if (root.scrollWidth > root.clientWidth) flaws.push(`the page is ${root.scrollWidth} px wide in ${root.clientWidth}`);

  // What is pressed: a field inside a label is pressed by its label.
  const fields = [...document.querySelectorAll('button, a[href], select, input, textarea, summary, .cells canvas')];
  const controls = [...new Set(fields.map((field) => field.closest('label') ?? field))].filter(shown);
  for (const control of controls) {
    const { left, right, width, height } = control.getBoundingClientRect();
    if (left < -0.5 || right > innerWidth + 0.5) flaws.push(`${nameOf(control)} leaves the page: ${left} … ${right}`);
    // Links within a sentence are as tall as its lines.
    const small = width < target - 0.01 || height < target - 0.01;
    if (small && !control.matches('p a, legend a'))
      flaws.push(`${nameOf(control)} is too small to press: ${width.toFixed(1)} × ${height.toFixed(1)}`);
  }
  for (const [i, a] of controls.entries()) {
    for (const b of controls.slice(i + 1)) {
      if (a.contains(b) || b.contains(a) || fixed(a) !== fixed(b)) continue;
      // The two ends of one interval share their track.
      if (a.parentElement === b.parentElement && [a, b].every((end) => end.matches('[name^=interval-]'))) continue;
      // Link by link and line by line: one that goes on in the next line lies round others.
      if ([...a.getClientRects()].some((one) => [...b.getClientRects()].some((other) => meet(one, other))))
        flaws.push(`${nameOf(a)} lies over ${nameOf(b)}`);
    }
  }

  // Words that do not fit their box, or lie on other words.
  const paper = /** @type {CanvasRenderingContext2D} */ (document.createElement('canvas').getContext('2d'));
  for (const select of [...document.querySelectorAll('select')].filter(shown)) {
    const style = getComputedStyle(select);
    paper.font = style.font;
    const text = paper.measureText(select.selectedOptions[0]?.label ?? '').width;
    if (text > select.clientWidth - parseFloat(style.paddingLeft) * 2 - 20)
      flaws.push(`${nameOf(select)} cuts its choice`);
  }
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  /** @type {{ element: Element, box: DOMRect, text: string }[]} */
  const words = [];
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const element = /** @type {Element} */ (node.parentElement);
    if (!node.textContent?.trim() || !shown(element) || element.closest('.hidden, math, option, script, noscript'))
      continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      // Text that is there for screen readers only lies in a box of one pixel.
      if (element.clientWidth === 1) continue;
      words.push({ element, box, text: node.textContent.trim().slice(0, 30) });
      if (box.right > innerWidth + 0.5 || box.left < -0.5)
        flaws.push(`"${node.textContent.trim().slice(0, 30)}" leaves the page`);
    }
  }
  for (const [i, a] of words.entries()) {
    for (const b of words.slice(i + 1)) {
      if (a.element === b.element || fixed(a.element) !== fixed(b.element)) continue;
      const [x, y] = [
        Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left),
        Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top),
      ];
      // Line boxes are taller than the words in them.
      if (x > 1 && y > 0.35 * Math.min(a.box.height, b.box.height)) flaws.push(`"${a.text}" lies over "${b.text}"`);
    }
  }
  for (const element of document.querySelectorAll(
    'button, label, summary, .options, dt, dd, legend, h1, h2, output, .share, .name',
  )) {
    if (shown(element) && element.clientWidth > 1 && element.scrollWidth > element.clientWidth + 1)
      flaws.push(`${nameOf(element)} does not fit: ${element.scrollWidth} in ${element.clientWidth}`);
  }
  return [...new Set(flaws)];
}

/** @param {import('playwright-core').Page} page */
export const flawsOf = (page) => page.evaluate(findFlaws, TARGET);
