// @ts-check
/** Loss and belief over the timesteps, as far as they have been looked at. */
import { html, nothing, svg } from 'lit';
import { topOf } from '../forward.js';
import { TRAINED_STEPS } from '../respacing.js';
import { smallSymbols } from './math.js';
import { dots, line, plot, PLOT } from './plot.js';

/** @typedef {import('../forward.js').Finding} Finding */

const last = TRAINED_STEPS - 1;

/**
 * @param {import('./element.js').App} app
 * @param {Finding[]} findings
 * @param {number} t the timestep on show
 */
export function forwardCharts({ strings, store }, findings, t) {
  const { forward, axes } = strings;
  const { settings, model } = store.get();
  const index = model?.classes.indexOf(settings.class) ?? -1;
  const x = [axes.timestep(0), axes.noising, axes.timestep(last)];
  /** @type {(value: (finding: Finding) => number | undefined, top?: number) => [number, number][]} */
  const places = (value, top = 1) =>
    findings.flatMap((finding) => {
      const y = value(finding);
      return y === undefined ? [] : [/** @type {[number, number]} */ ([finding.t / last, y / top])];
    });
  const curve = (/** @type {string} */ name, /** @type {[number, number][]} */ at) =>
    svg`<polyline class=${name} points=${line(at)}></polyline>${dots(at, name)}`;
  const now = svg`<line class="now" x1=${(t / last) * PLOT.width} x2=${(t / last) * PLOT.width} y1="0" y2=${PLOT.height}></line>`;
  const worst = Math.max(1e-9, ...findings.map(({ error }) => error));
  const likeliest = (/** @type {Finding} */ { probabilities }) => probabilities?.[topOf(probabilities)];
  return html`<div class="charts">
    <div><h3>${forward.lossTitle} ${smallSymbols.loss}</h3>
      ${plot({
        label: forward.lossLabel(findings.length),
        x,
        y: ['0', worst.toPrecision(2)],
        content: svg`${now}${curve(
          'error',
          places(({ error }) => error, worst),
        )}`,
      })}
      <p class="line">${forward.lossLine}</p></div>
    <div><h3>${forward.certaintyTitle}</h3>
      ${plot({
        label: forward.certaintyLabel(findings.length),
        x,
        y: ['0', '1'],
        content: svg`${now}${curve('norm', places(likeliest))}${curve(
          'belief',
          places(({ probabilities }) => probabilities?.[index]),
        )}`,
      })}
      <p class="line key">${index >= 0 ? html`<span class="belief">${strings.traceProbability(strings.label(settings.class))}</span>` : nothing} <span class="norm">${forward.likeliest}</span></p></div>
  </div>`;
}
