// @ts-check
/** Draws pictures on canvases of their size, each once. */

/** @type {WeakMap<HTMLCanvasElement, unknown>} what is drawn where */
const drawn = new WeakMap();

/**
 * @param {HTMLCanvasElement | null} canvas
 * @param {Uint8Array | Uint8ClampedArray | undefined} rgba nothing clears it
 */
export function paint(canvas, rgba) {
  if (!canvas || drawn.get(canvas) === rgba) return;
  const { width, height } = canvas;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (rgba) context?.putImageData(new ImageData(new Uint8ClampedArray(rgba), width, height), 0, 0);
  else context?.clearRect(0, 0, width, height);
  drawn.set(canvas, rgba);
}
