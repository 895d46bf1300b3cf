// @ts-check
/** How far pictures are apart, as root mean squares over the whole range of a colour. Pure. */
import { rootMeanSquare } from '../difference.js';

/** @param {number[]} values */
const mean = (values) =>
  values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : undefined;

/** The mean over all pairs; nothing where there are none. @param {Uint8ClampedArray[]} pictures */
export const spreadOf = (pictures) =>
  mean(pictures.flatMap((a, i) => pictures.slice(i + 1).map((b) => rootMeanSquare(a, b))));

/** The mean distance from one picture. @param {Uint8ClampedArray[]} pictures @param {Uint8Array} from */
export const distanceFrom = (pictures, from) =>
  mean(pictures.map((picture) => rootMeanSquare(picture, new Uint8ClampedArray(from))));
