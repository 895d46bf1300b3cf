// @ts-check
import { nothing } from 'lit';
import { Experiment } from '../experiment.js';

export default class Gradient extends Experiment {
  static step = /** @type {const} */ ('gradient');

  render() {
    return nothing;
  }
}
customElements.define('gl-step-gradient', Gradient);
