// @ts-check
import { nothing } from 'lit';
import { Experiment } from '../experiment.js';

export default class Ddpm extends Experiment {
  static step = /** @type {const} */ ('ddpm');

  render() {
    return nothing;
  }
}
customElements.define('gl-step-ddpm', Ddpm);
