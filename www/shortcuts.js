// @ts-check
/** The keyboard: space, arrows, R and G, unless the focused element has a use for the key itself. */

/** Elements that type or move with keys of their own. */
const TAKES_KEYS = 'input, select, textarea, [contenteditable]';
/** Elements that space presses. */
const TAKES_SPACE = 'button, a, summary, label';
/** Fields for which space does nothing, so that play and pause stay at hand after a slider or a class was touched. */
const LEAVES_SPACE = 'input[type=range], input[type=radio]:checked';
/** Fields in which nothing can be typed. */
const LEAVES_LETTERS = 'input[type=range], input[type=radio], input[type=checkbox]';
/** Fields whose arrows are for those who came by keyboard: after a click, arrows mean the run. */
const LEAVES_ARROWS_AFTER_POINTER = 'input[type=radio]';

/**
 * What a key asks for.
 * @param {{ key: string, ctrlKey: boolean, metaKey: boolean, altKey: boolean, target: { closest?: (selectors: string) => unknown } | null }} event
 * @param {boolean} [byPointer] whether what has the focus got it from a pointer
 * @returns {'toggle' | 'step' | 'back' | 'restart' | 'overlay' | undefined}
 */
export function shortcut({ key, ctrlKey, metaKey, altKey, target }, byPointer = false) {
  const inside = (/** @type {string} */ selectors) => Boolean(target?.closest?.(selectors));
  const takesKeys = inside(TAKES_KEYS);
  const takesArrows = takesKeys && !(byPointer && inside(LEAVES_ARROWS_AFTER_POINTER));
  const takesLetters = takesKeys && !inside(LEAVES_LETTERS);
  if (ctrlKey || metaKey || altKey) return undefined;
  switch (key) {
    case ' ':
      return inside(LEAVES_SPACE) || !(takesKeys || inside(TAKES_SPACE)) ? 'toggle' : undefined;
    case 'ArrowRight':
      return takesArrows ? undefined : 'step';
    case 'ArrowLeft':
      return takesArrows ? undefined : 'back';
    case 'r':
    case 'R':
      return takesLetters ? undefined : 'restart';
    case 'g':
    case 'G':
      return takesLetters ? undefined : 'overlay';
    default:
      return undefined;
  }
}
