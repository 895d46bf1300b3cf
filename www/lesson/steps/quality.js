// @ts-check
import { nothing } from 'lit';
import { Experiment } from '../experiment.js';

export default class Quality extends Experiment {
  static step = /** @type {const} */ ('quality');

  render() {
    return nothing;
  }
}
customElements.define('gl-step-quality', Quality);
