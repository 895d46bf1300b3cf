// @ts-check
import { nothing } from 'lit';
import { Experiment } from '../experiment.js';

export default class ClassifierFree extends Experiment {
  static step = /** @type {const} */ ('classifier-free');

  render() {
    return nothing;
  }
}
customElements.define('gl-step-classifier-free', ClassifierFree);
