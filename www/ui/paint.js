// @ts-check
/** Draws pictures on small canvases, each once. */

/** @type {WeakMap<HTMLCanvasElement, unknown>} what is drawn where */
const drawn = new WeakMap();

/**
 * @param {HTMLCanvasElement} canvas of the picture's size
 * @param {Uint8ClampedArray | undefined} rgba nothing clears it
 */
export function paint(canvas, rgba) {
  if (drawn.get(canvas) === rgba) return;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (rgba) context?.putImageData(new ImageData(new Uint8ClampedArray(rgba), canvas.width, canvas.height), 0, 0);
  else context?.clearRect(0, 0, canvas.width, canvas.height);
  drawn.set(canvas, rgba);
}
