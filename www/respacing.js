// @ts-check
/** Which step strings exist. The schedule itself is made in wasm; this only answers "how many steps, or why not". */

/** Timesteps the shipped models were trained with. */
export const TRAINED_STEPS = 1000;

/** The shortest chain there is: the variance of its last step is borrowed from the one before. */
export const MIN_STEPS = 2;

/**
 * Counts the steps of a respacing: "25" evenly spaced; "10,15" that many in each equal section; "ddim25" an even stride
 * with exactly that many entries; "uniform25" and "quad25" the DDIM paper's lists; "trailing25" strides down from the
 * last timestep; "karras25" that many noise levels, which lie between timesteps; "fast27" GLIDE's; "at0-400-999" these
 * timesteps.
 * @param {string} text
 * @param {number} [trained]
 * @returns {number | undefined} undefined for a string that is no respacing
 */
export function countSteps(text, trained = TRAINED_STEPS) {
  if (text.startsWith('at')) return ownTimesteps(text, trained)?.length;
  const [, list, number] = /^(ddim|uniform|quad|trailing|karras)(\d+)$/.exec(text) ?? [];
  const count = list ? namedCount(list, Number(number), trained) : text === 'fast27' ? 27 : sectionCount(text, trained);
  return count !== undefined && count >= MIN_STEPS ? count : undefined;
}

/**
 * The timesteps of a respacing that lists them, ascending.
 * @param {string} text
 * @param {number} [trained]
 * @returns {number[] | undefined} undefined for another respacing, or none
 */
export function ownTimesteps(text, trained = TRAINED_STEPS) {
  if (!/^at\d+(-\d+)+$/.test(text)) return undefined;
  const listed = text.slice(2).split('-').map(Number);
  const kept = [...new Set(listed)].filter((t) => t < trained).sort((a, b) => a - b);
  return kept.length === listed.length ? kept : undefined;
}

/**
 * @param {string} list
 * @param {number} wanted
 * @param {number} trained
 */
function namedCount(list, wanted, trained) {
  if (wanted < 1 || wanted > trained) return undefined;
  if (list === 'trailing' || list === 'karras') return wanted;
  const strided = (/** @type {number} */ stride) => Math.ceil(trained / stride);
  if (list === 'uniform') return strided(Math.floor(trained / wanted));
  if (list === 'quad') {
    const top = Math.sqrt(trained * 0.8);
    return new Set(Array.from({ length: wanted }, (_, i) => Math.floor(((top * i) / Math.max(1, wanted - 1)) ** 2)))
      .size;
  }
  for (let stride = 1; stride < trained; stride++) if (strided(stride) === wanted) return wanted;
  return undefined;
}

/**
 * @param {string} text
 * @param {number} trained
 */
function sectionCount(text, trained) {
  if (!/^\d+(,\d+)*$/.test(text)) return undefined;
  const counts = text.split(',').map(Number);
  const [size, longer] = [Math.floor(trained / counts.length), trained % counts.length];
  if (counts.some((count, section) => count > size + (section < longer ? 1 : 0))) return undefined;
  return counts.reduce((sum, count) => sum + count, 0);
}
