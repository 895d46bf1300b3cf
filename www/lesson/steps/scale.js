// @ts-check
import { nothing } from 'lit';
import { Experiment } from '../experiment.js';

export default class Scale extends Experiment {
  static step = /** @type {const} */ ('scale');

  render() {
    return nothing;
  }
}
customElements.define('gl-step-scale', Scale);
