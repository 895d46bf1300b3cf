// @ts-check
/** Which square of a picture is used: panned and zoomed, as numbers that hold for any size of the result. Pure arithmetic. */

/**
 * Its centre as shares of the picture's sides, and how large it is: at zoom 1 its side is the picture's short one.
 * @typedef {{ x: number, y: number, zoom: number }} View
 */

/** @typedef {{ width: number, height: number }} Size */

/** The largest zoom: an eighth of the short side. */
export const MAX_ZOOM = 8;

/** The zoom at which the whole picture is seen. @param {Size} size */
export const minZoom = ({ width, height }) => Math.min(width, height) / Math.max(width, height);

/** The middle, with the rest cut off. @returns {View} */
export const cropped = () => ({ x: 0.5, y: 0.5, zoom: 1 });

/** All of it, with margins. @param {Size} size @returns {View} */
export const whole = (size) => ({ x: 0.5, y: 0.5, zoom: minZoom(size) });

/** @param {View} a @param {View} b */
export const sameView = (a, b) => a.x === b.x && a.y === b.y && a.zoom === b.zoom;

/**
 * The nearest view without a margin that is not needed: the square leaves the picture only where it is the larger.
 * @param {View} view
 * @param {Size} size
 * @returns {View}
 */
export function clampView(view, size) {
  const zoom = Math.min(Math.max(view.zoom, minZoom(size)), MAX_ZOOM);
  const side = Math.min(size.width, size.height) / zoom;
  const along = (/** @type {number} */ centre, /** @type {number} */ length) => {
    const half = side / 2 / length;
    return half >= 0.5 ? 0.5 : Math.min(Math.max(centre, half), 1 - half);
  };
  return { x: along(view.x, size.width), y: along(view.y, size.height), zoom };
}

/**
 * The view moved by shares of its square's side: what lies under a pointer follows it.
 * @param {View} view
 * @param {Size} size
 * @param {number} dx
 * @param {number} dy
 */
export function panned(view, size, dx, dy) {
  const side = Math.min(size.width, size.height) / view.zoom;
  return clampView({ ...view, x: view.x - (dx * side) / size.width, y: view.y - (dy * side) / size.height }, size);
}

/**
 * The view zoomed about a point of its square that stays where it is.
 * @param {View} view
 * @param {Size} size
 * @param {number} factor
 * @param {{ x: number, y: number }} [about] shares of the square's side
 */
export function zoomed(view, size, factor, about = { x: 0.5, y: 0.5 }) {
  const { zoom } = clampView({ ...view, zoom: view.zoom * factor }, size);
  const short = Math.min(size.width, size.height);
  const shift = short / view.zoom - short / zoom;
  const x = view.x + ((about.x - 0.5) * shift) / size.width;
  const y = view.y + ((about.y - 0.5) * shift) / size.height;
  return clampView({ x, y, zoom }, size);
}

/**
 * Where the picture goes on a square canvas.
 * @param {Size} size
 * @param {number} side of the canvas
 * @param {View} view
 */
export function placement({ width, height }, side, { x, y, zoom }) {
  const scale = (side * zoom) / Math.min(width, height);
  const [w, h] = [width * scale, height * scale];
  return { x: side / 2 - x * w, y: side / 2 - y * h, width: w, height: h };
}
