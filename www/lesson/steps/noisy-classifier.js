// @ts-check
import { nothing } from 'lit';
import { Experiment } from '../experiment.js';

export default class NoisyClassifier extends Experiment {
  static step = /** @type {const} */ ('noisy-classifier');

  render() {
    return nothing;
  }
}
customElements.define('gl-step-noisy-classifier', NoisyClassifier);
