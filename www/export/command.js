// @ts-check
/** Settings as a command line: the same run by `guidelight sample`. */
import { readersOfPicture } from '../settings.js';
import { saidPairs } from '../url.js';

/** Words that a shell takes as they are. */
const PLAIN = /^[\w@%+:,./-]+$/;

/** The name of a picture that came without one. */
const NAMELESS = 'reference.png';

/** @param {string} word */
const quoted = (word) => (PLAIN.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

/**
 * @param {import('../protocol.js').Settings} settings
 * @param {import('guidelight/*').Catalogue} catalogue
 * @param {Map<string, import('../settings.js').Spec>} specs
 * @param {{ model?: import('../settings.js').Model, reference?: { name: string } }} page
 */
export function commandLine(settings, catalogue, specs, { model, reference }) {
  const pairs = saidPairs(settings, catalogue, specs, model).filter(([key]) => !specs.get(key)?.page);
  if (readersOfPicture(settings, catalogue).length > 0) pairs.push(['reference', reference?.name || NAMELESS]);
  // One image, as on the page: alone, the command line makes sixteen.
  pairs.push(['count', '1'], ['out', `samples/${settings.class}-seed${settings.seed}`]);
  return `guidelight sample ${pairs.map(([key, value]) => `--${key} ${quoted(value)}`).join(' ')}`;
}
