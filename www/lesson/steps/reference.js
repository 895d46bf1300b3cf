// @ts-check
import { nothing } from 'lit';
import { Experiment } from '../experiment.js';

export default class Reference extends Experiment {
  static step = /** @type {const} */ ('reference');

  render() {
    return nothing;
  }
}
customElements.define('gl-step-reference', Reference);
