// @ts-check
/** What the page knows: the shape of the store's one object. */
import { countSteps } from './respacing.js';

/** @typedef {import('./protocol.js').Settings} Settings */
/** @typedef {import('./protocol.js').Progress} Progress */
/** @typedef {import('./settings.js').Model} Model */
/** @typedef {import('./protocol.js').Frame & { inputs: import('./plan.js').Inputs, forked: boolean }} KeptFrame */

/** @typedef {'loading' | 'ready' | 'running' | 'paused' | 'done' | 'error'} Phase */

/** Whether the engine and its models are there. @param {Phase} phase */
export const usable = (phase) => ['ready', 'running', 'paused', 'done'].includes(phase);

/**
 * A sentence for people. `error` stops something or changed what was asked for; `note` only tells. Of one topic there is
 * at most one: a later sentence takes the place of the earlier.
 * @typedef {{ kind: 'error' | 'note', topic: string, text: string, retry?: boolean }} Notice
 */

/**
 * @param {Notice[]} notices
 * @param {Notice} notice
 * @returns {Notice[]}
 */
export function withNotice(notices, notice) {
  return [...withoutTopic(notices, notice.topic), notice];
}

/**
 * @param {Notice[]} notices
 * @param {string} topic
 * @returns {Notice[]} the same list when there was none of the topic
 */
export function withoutTopic(notices, topic) {
  return notices.some((notice) => notice.topic === topic)
    ? notices.filter((notice) => notice.topic !== topic)
    : notices;
}

/**
 * A reference picture at the model's size, on white, and where it came from.
 * @typedef {{ rgba: Uint8Array, size: number, name: string, fit: 'crop' | 'whole' }} Reference
 */

/**
 * A small model that is shown until the one that was asked for has arrived and replaced it; or has been missed, if it
 * could not be had.
 * @typedef {{ model: Model, replaced: boolean, missed?: boolean }} Preview
 */

/** A place in every picture, counted from the upper left. @typedef {{ x: number, y: number }} Pixel */

/**
 * `inversion` is there while a picture is being inverted: the start shows how far it has come. `pixel` is the one whose
 * numbers are read; `overlay` says whether guidance is laid over the sample.
 * @typedef {{
 *   phase: Phase,
 *   settings: Settings,
 *   models: Model[],
 *   model: Model | undefined,
 *   preview: Preview | undefined,
 *   backend: { name: 'webgpu' | 'cpu', adapter: string, reason: import('./protocol.js').Reason } | undefined,
 *   progress: Progress[],
 *   sources: ('network' | 'cache')[],
 *   start: { xt: Uint8ClampedArray, lowpass?: Uint8ClampedArray, total: number } | undefined,
 *   inversion: { done: number, total: number } | undefined,
 *   frames: KeptFrame[],
 *   cursor: number,
 *   total: number,
 *   reference: Reference | undefined,
 *   pixel: Pixel | undefined,
 *   overlay: boolean,
 *   notices: Notice[],
 * }} State
 */

/**
 * @param {Settings} settings
 * @returns {State}
 */
export function initialState(settings) {
  return {
    phase: 'loading',
    settings,
    models: [],
    model: undefined,
    preview: undefined,
    backend: undefined,
    progress: [],
    sources: [],
    start: undefined,
    inversion: undefined,
    frames: [],
    cursor: 0,
    total: 0,
    reference: undefined,
    pixel: undefined,
    overlay: false,
    notices: [],
  };
}

/**
 * The model that computes new runs: the one that was asked for, or its preview while that is not here.
 * @param {State} state
 * @returns {Model | undefined}
 */
export function modelAtWork({ model, preview }) {
  return preview && !preview.replaced ? preview.model : model;
}

/**
 * The frame on show: the one made by the step before the cursor.
 * @param {State} state
 * @returns {KeptFrame | undefined}
 */
export function shownFrame({ frames, cursor }) {
  return frames[cursor - 1];
}

/**
 * How many steps the run has, or would have: fewer than its chain where it starts from a picture, more where it goes
 * back up.
 * @param {State} state
 */
export function totalSteps({ frames, total, settings, start }) {
  return frames.length > 0 ? total : (start?.total ?? countSteps(settings.steps) ?? 0);
}
