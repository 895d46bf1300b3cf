// @ts-check
import { nothing } from 'lit';
import { Experiment } from '../experiment.js';

export default class Solvers extends Experiment {
  static step = /** @type {const} */ ('solvers');

  render() {
    return nothing;
  }
}
customElements.define('gl-step-solvers', Solvers);
