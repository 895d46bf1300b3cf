// @ts-check
import { nothing } from 'lit';
import { Experiment } from '../experiment.js';

export default class Editing extends Experiment {
  static step = /** @type {const} */ ('editing');

  render() {
    return nothing;
  }
}
customElements.define('gl-step-editing', Editing);
