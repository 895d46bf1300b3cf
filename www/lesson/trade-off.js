// @ts-check
/** Two ways to guide, measured: how each trades recall against FID as it is turned up. */
import { html, nothing, svg } from 'lit';
import { dots, line, plot } from '../ui/plot.js';
import '../styles/lab.css';

/** @typedef {import('./build/facts.js').Point} Point */
/** @typedef {{ name: string, points: Point[], look: string }} Way `look` is a class of lines */

/** Room around the points, as a share of their range. */
const ROOM = 0.12;

/** @param {number[]} values @returns {[low: number, high: number]} */
function rangeOf(values) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return [low - ROOM * (high - low), high + ROOM * (high - low)];
}

/**
 * @param {Way[]} ways
 * @param {{ label: string, recall: string, fid: string, numbers: string, strength: string, precision: string }} say
 */
export function tradeOff(ways, say) {
  const all = ways.flatMap(({ points }) => points);
  const [left, right] = rangeOf(all.map(({ recall }) => recall.mean));
  const [low, high] = rangeOf(all.map(({ fidClean }) => fidClean.mean));
  const place = (/** @type {Point} */ { recall, fidClean }) =>
    /** @type {[number, number]} */ ([(recall.mean - left) / (right - left), (fidClean.mean - low) / (high - low)]);
  // All of them begin at the same network, not guided.
  const [start] = all;
  const measured = (
    /** @type {import('./build/facts.js').Measured} */ { mean, within },
    /** @type {number} */ digits,
  ) => html`${mean.toFixed(digits)} <small>± ${within.toFixed(digits)}</small>`;
  return html`<figure class="trade-off">
    <figcaption>${say.fid}</figcaption>
    ${plot({
      label: say.label,
      x: [left.toFixed(2), say.recall, right.toFixed(2)],
      y: [low.toFixed(0), high.toFixed(0)],
      content: svg`${start ? dots([place(start)], 'here') : nothing}${ways.map(
        ({ points, look }) =>
          svg`<polyline class=${look} points=${line(points.map(place))}></polyline>${dots(points.map(place), look)}`,
      )}`,
    })}
    <p class="key">${ways.map(({ name, look }) => html`<span class=${look}>${name}</span>`)}</p>
    <details><summary>${say.numbers}</summary>
      <table><thead><tr><th scope="col">${say.strength}</th><th scope="col">FID</th><th scope="col">${say.recall}</th><th scope="col">${say.precision}</th></tr></thead>
      ${ways.map(
        ({ name, points }) =>
          html`<tbody><tr><th colspan="4" scope="rowgroup">${name}</th></tr>${points.map(
            ({ label, fidClean, recall, precision }) =>
              html`<tr><th scope="row">${label}</th><td>${measured(fidClean, 1)}</td><td>${measured(recall, 2)}</td><td>${measured(precision, 2)}</td></tr>`,
          )}</tbody>`,
      )}</table></details>
  </figure>`;
}
