// @ts-check
/**
 * Draws a picture on a canvas of its size, or clears it.
 * @param {HTMLCanvasElement} canvas
 * @param {Uint8ClampedArray | undefined} rgba
 */
export function draw(canvas, rgba) {
  const { width, height } = canvas;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (rgba) context?.putImageData(new ImageData(new Uint8ClampedArray(rgba), width, height), 0, 0);
  else context?.clearRect(0, 0, width, height);
}
