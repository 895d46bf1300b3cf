// @ts-check
/** A measured sweep, drawn: points evenly spaced, with what 95 % of subsets lie in. */
import { html, svg } from 'lit';
import { dots, line, plot, PLOT } from '../ui/plot.js';
import '../styles/lab.css';

/** @typedef {import('./build/facts.js').Measured} Measured */
/** @typedef {import('./build/facts.js').Point} Point */

/**
 * @param {{ title: unknown, label: string, line?: unknown, points: Point[], value: (point: Point) => Measured | number,
 *   top: number, show: (value: number) => string }} options `top` is the value at the upper edge
 */
export function sweepChart({ title, label, line: below, points, value, top, show }) {
  const found = points.map((point, k) => {
    const measured = value(point);
    const { mean, within } = typeof measured === 'number' ? { mean: measured, within: 0 } : measured;
    return { x: k / (points.length - 1), mean, within };
  });
  const places = found.map(({ x, mean }) => /** @type {[number, number]} */ ([x, mean / top]));
  const y = (/** @type {number} */ of) => (1 - of / top) * PLOT.height;
  return html`<div><h4>${title}</h4>
    ${plot({
      label,
      x: points.map((point) => point.label),
      y: ['0', show(top)],
      content: svg`${found.map(({ x, mean, within }) => svg`<line class="within" x1=${x * PLOT.width} x2=${x * PLOT.width} y1=${y(mean - within)} y2=${y(mean + within)}></line>`)}
        <polyline class="belief" points=${line(places)}></polyline>${dots(places, 'belief')}`,
    })}
    ${below ? html`<p class="line">${below}</p>` : ''}</div>`;
}
