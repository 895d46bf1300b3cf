// @ts-check
/** How far pictures are apart, as root mean squares over the whole range of a colour. Pure. */
import { rootMeanSquare } from '../difference.js';
import { mean, meanOverPairs } from './pairs.js';

/** The mean over all pairs; nothing where there are none. @param {Uint8ClampedArray[]} pictures */
export const spreadOf = (pictures) => meanOverPairs(pictures, rootMeanSquare);

/** The mean distance from one picture. @param {Uint8ClampedArray[]} pictures @param {Uint8Array} from */
export const distanceFrom = (pictures, from) =>
  mean(pictures.map((picture) => rootMeanSquare(picture, new Uint8ClampedArray(from))));
