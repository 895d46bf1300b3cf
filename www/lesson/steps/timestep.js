// @ts-check
import { nothing } from 'lit';
import { Experiment } from '../experiment.js';

export default class Timestep extends Experiment {
  static step = /** @type {const} */ ('timestep');

  render() {
    return nothing;
  }
}
customElements.define('gl-step-timestep', Timestep);
