// @ts-check
import { nothing } from 'lit';
import { Experiment } from '../experiment.js';

export default class Ddim extends Experiment {
  static step = /** @type {const} */ ('ddim');

  render() {
    return nothing;
  }
}
customElements.define('gl-step-ddim', Ddim);
