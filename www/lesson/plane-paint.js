// @ts-check
/** Draws the plane: how likely each place is, which way the score points, and the points on their ways. */

/** Half the side of the square on show: pure noise has standard deviation 1, data lie within 0.9. */
export const REACH = 2.2;

/** Places along a side at which the density is asked for, and the score. */
export const GRID = { density: 56, score: 15 };

/** @param {number} count along a side @returns {Float32Array} x0, y0, x1, y1, … row by row from the upper left */
export function gridOf(count) {
  const at = (/** @type {number} */ k) => (((k + 0.5) / count) * 2 - 1) * REACH;
  const grid = new Float32Array(count * count * 2);
  for (let row = 0; row < count; row++)
    for (let column = 0; column < count; column++) grid.set([at(column), -at(row)], (row * count + column) * 2);
  return grid;
}

/**
 * @typedef {{ ink: string, classes: string[] }} Colours
 * @typedef {{ logDensity: Float32Array, arrows?: Float32Array }} Ground `arrows` are the scores on the coarser grid
 */

/** From the plane to pixels. @param {number} side @param {number} x @param {number} y @returns {[number, number]} */
const place = (side, x, y) => [((x / REACH + 1) / 2) * side, ((1 - y / REACH) / 2) * side];

/**
 * The density as a wash of ink, the likeliest place the darkest.
 * @param {CanvasRenderingContext2D} context
 * @param {Float32Array} logDensity
 * @param {string} ink
 */
function wash(context, logDensity, ink) {
  const { density } = GRID;
  const top = logDensity.reduce((a, b) => Math.max(a, b), -Infinity);
  const small = new OffscreenCanvas(density, density);
  const paper = small.getContext('2d');
  if (!paper) return;
  paper.fillStyle = ink;
  logDensity.forEach((log, k) => {
    paper.globalAlpha = 0.55 * Math.exp((log - top) / 2);
    paper.fillRect(k % density, Math.floor(k / density), 1, 1);
  });
  const { width, height } = context.canvas;
  context.imageSmoothingEnabled = true;
  context.drawImage(small, 0, 0, width, height);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Float32Array} scores
 * @param {string} ink
 */
function arrows(context, scores, ink) {
  const side = context.canvas.width;
  const cell = side / GRID.score;
  const grid = gridOf(GRID.score);
  context.strokeStyle = ink;
  context.lineWidth = side / 500;
  context.globalAlpha = 0.6;
  context.beginPath();
  for (let k = 0; k < grid.length; k += 2) {
    const [sx, sy] = [scores[k] ?? 0, scores[k + 1] ?? 0];
    const length = Math.hypot(sx, sy);
    if (length === 0) continue;
    // Scores differ by orders of magnitude: the direction counts, the length only says where there is little to do.
    const shown = (cell * 0.8 * length) / (length + 1.5);
    const [x, y] = place(side, grid[k] ?? 0, grid[k + 1] ?? 0);
    const [dx, dy] = [(sx / length) * shown, (-sy / length) * shown];
    context.moveTo(x - dx / 2, y - dy / 2);
    context.lineTo(x + dx / 2, y + dy / 2);
    const [hx, hy] = [dx * 0.3, dy * 0.3];
    context.moveTo(x + dx / 2 - hx + hy * 0.6, y + dy / 2 - hy - hx * 0.6);
    context.lineTo(x + dx / 2, y + dy / 2);
    context.lineTo(x + dx / 2 - hx - hy * 0.6, y + dy / 2 - hy + hx * 0.6);
  }
  context.stroke();
  context.globalAlpha = 1;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {{ ground?: Ground, states: Float32Array[], classes: number[], paths: boolean, colours: Colours }} scene `states` are
 *   where the points have been, up to where they are; `classes` where each ends
 */
export function paintPlane(context, { ground, states, classes, paths, colours }) {
  const side = context.canvas.width;
  context.clearRect(0, 0, side, side);
  if (ground) wash(context, ground.logDensity, colours.ink);
  if (ground?.arrows) arrows(context, ground.arrows, colours.ink);
  const now = states.at(-1);
  if (!now) return;
  for (let k = 0; k < now.length / 2; k++) {
    const colour = colours.classes[classes[k] ?? 0] ?? colours.ink;
    context.strokeStyle = context.fillStyle = colour;
    if (paths) {
      context.globalAlpha = 0.55;
      context.lineWidth = side / 420;
      context.beginPath();
      for (const state of states) context.lineTo(...place(side, state[2 * k] ?? 0, state[2 * k + 1] ?? 0));
      context.stroke();
      context.globalAlpha = 1;
    }
    context.beginPath();
    context.arc(...place(side, now[2 * k] ?? 0, now[2 * k + 1] ?? 0), side / 110, 0, 2 * Math.PI);
    context.fill();
  }
}

/**
 * The likeliest class of each point.
 * @param {Float32Array} probabilities point by point
 * @param {number} classes how many there are
 */
export function likeliest(probabilities, classes) {
  return Array.from({ length: probabilities.length / classes }, (_, k) => {
    const own = Array.from(probabilities.subarray(k * classes, (k + 1) * classes));
    return own.indexOf(Math.max(...own));
  });
}
