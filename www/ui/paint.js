// @ts-check

/**
 * Puts a picture on a canvas of its size; without one the canvas is cleared.
 * @param {HTMLCanvasElement | null} canvas
 * @param {Uint8Array | Uint8ClampedArray | undefined} rgba
 */
export function paint(canvas, rgba) {
  const context = canvas?.getContext('2d', { willReadFrequently: true });
  if (!canvas || !context) return;
  const { width, height } = canvas;
  if (rgba) context.putImageData(new ImageData(new Uint8ClampedArray(rgba), width, height), 0, 0);
  else context.clearRect(0, 0, width, height);
}
