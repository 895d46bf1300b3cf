// @ts-check
/**
 * The frame of a plot. The drawing is stretched to the room there is and its lines keep their width; words must not
 * stretch, so they stand around it.
 */
import { html, nothing, svg } from 'lit';

/** The drawing's own units. */
export const PLOT = { width: 300, height: 100 };

/**
 * @param {{ label: string, x: string[], y: [low: string, high: string], right?: [low: string, high: string],
 *   content: unknown, over?: unknown, drag?: (share: number) => void }} options `x` and `y` are the words along the axes, `right` those of
 *   a second scale; `over` lies over the drawing; `drag` is told how far to the right the pointer is
 */
export function plot({ label, x, y, right, content, over, drag }) {
  const axis = (/** @type {string} */ side, /** @type {[string, string]} */ [low, high]) =>
    html`<span class="axis ${side}" aria-hidden="true"><span>${high}</span><span>${low}</span></span>`;
  const move = (/** @type {PointerEvent & { currentTarget: SVGElement }} */ event) => {
    if (!(event.buttons & 1)) return;
    const { left, width } = event.currentTarget.getBoundingClientRect();
    drag?.(Math.max(0, Math.min(1, (event.clientX - left) / width)));
  };
  const press = (/** @type {PointerEvent & { currentTarget: SVGElement }} */ event) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    move(event);
  };
  return html`<div class="plot">
    ${axis('left', y)}
    <svg class="trace ${drag ? 'draggable' : ''}" viewBox="0 0 ${PLOT.width} ${PLOT.height}" preserveAspectRatio="none" role="img" aria-label=${label}
      @pointerdown=${drag ? press : nothing} @pointermove=${drag ? move : nothing}>
      ${[0, 0.5, 1].map((share) => svg`<line class="grid" x1="0" x2=${PLOT.width} y1=${PLOT.height * share} y2=${PLOT.height * share}></line>`)}
      ${content}
    </svg>
    ${over ?? nothing}
    ${right ? axis('right', right) : nothing}
    <span class="axis bottom" aria-hidden="true">${x.map((text) => html`<span>${text}</span>`)}</span>
  </div>`;
}

/**
 * The points of a line through places given as shares of the plot, from the lower left.
 * @param {[x: number, y: number][]} places
 */
export const line = (places) =>
  places.map(([x, y]) => `${(x * PLOT.width).toFixed(1)},${((1 - y) * PLOT.height).toFixed(1)}`).join(' ');

/**
 * Dots that stay round however the plot is stretched: lines of no length with round ends.
 * @param {[x: number, y: number][]} places
 * @param {string} name
 */
export const dots = (places, name) =>
  svg`<path class="dots ${name}" d=${places.map(([x, y]) => `M${(x * PLOT.width).toFixed(1)} ${((1 - y) * PLOT.height).toFixed(1)}h0`).join('')}></path>`;
