// @ts-check
/** The keyboard: space, arrows, R and G, unless the focused element has a use for the key itself. */

/** Elements that type or move with keys of their own. */
const TAKES_KEYS = 'input, select, textarea, [contenteditable]';
/** Elements that space presses. */
const TAKES_SPACE = 'button, a, summary, label';
/** Fields for which space does nothing, so that play and pause stay at hand after a slider or a class was touched. */
const LEAVES_SPACE = 'input[type=range], input[type=radio]:checked';

/**
 * What a key asks for.
 * @param {{ key: string, ctrlKey: boolean, metaKey: boolean, altKey: boolean, target: { closest?: (selectors: string) => unknown } | null }} event
 * @returns {'toggle' | 'step' | 'back' | 'restart' | 'overlay' | undefined}
 */
export function shortcut({ key, ctrlKey, metaKey, altKey, target }) {
  const inside = (/** @type {string} */ selectors) => Boolean(target?.closest?.(selectors));
  if (ctrlKey || metaKey || altKey) return undefined;
  if (key === ' ') return inside(LEAVES_SPACE) || !(inside(TAKES_KEYS) || inside(TAKES_SPACE)) ? 'toggle' : undefined;
  if (inside(TAKES_KEYS)) return undefined;
  switch (key) {
    case 'ArrowRight':
      return 'step';
    case 'ArrowLeft':
      return 'back';
    case 'r':
    case 'R':
      return 'restart';
    case 'g':
    case 'G':
      return 'overlay';
    default:
      return undefined;
  }
}
