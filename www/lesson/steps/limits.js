// @ts-check
import { nothing } from 'lit';
import { Experiment } from '../experiment.js';

export default class Limits extends Experiment {
  static step = /** @type {const} */ ('limits');

  render() {
    return nothing;
  }
}
customElements.define('gl-step-limits', Limits);
