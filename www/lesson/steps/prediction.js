// @ts-check
import { nothing } from 'lit';
import { Experiment } from '../experiment.js';

export default class Prediction extends Experiment {
  static step = /** @type {const} */ ('prediction');

  render() {
    return nothing;
  }
}
customElements.define('gl-step-prediction', Prediction);
