// @ts-check
/** What the page knows: the shape of the store's one object. */
import { countSteps } from './respacing.js';
import { EMPTY } from './tree.js';

/** @typedef {import('./protocol.js').Settings} Settings */
/** @typedef {import('./protocol.js').Progress} Progress */
/** @typedef {import('./settings.js').Model} Model */

/**
 * A frame, what it was computed from and the pictures that were there then.
 * @typedef {import('./protocol.js').Frame & { inputs: import('./plan.js').Inputs,
 *   shown: ReturnType<typeof import('./pictures.js').shownPictures>, forked: boolean }} KeptFrame
 */

/** @typedef {'loading' | 'ready' | 'running' | 'paused' | 'done' | 'error'} Phase */

/** A sentence that stays when the language changes, so it is kept as what says it. @typedef {(strings: import('./i18n/index.js').Strings) => string} Say */

/**
 * A sentence for people. `error` stops something or changed what was asked for; `note` only tells. Of one topic there is
 * at most one: a later sentence takes the place of the earlier. `answers` are what can be done about it. Those that are
 * `ofAddress` stand together.
 * @typedef {{ kind: 'error' | 'note', topic: string, say: Say, retry?: boolean, ofAddress?: boolean,
 *   answers?: ('undoRestore' | 'useAsPicture' | 'reload')[] }} Notice
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
 * A picture at the model's size, on white; and what it was made of, so that another crop or another model's size needs no
 * second upload: the picture as it came, its name and the part that is used.
 * @typedef {{ rgba: Uint8Array, size: number, source: ImageBitmap, name: string, view: import('./view.js').View }} Reference
 */

/**
 * What inpainting keeps, painted by hand: white there, black where the model paints.
 * @typedef {{ rgba: Uint8Array, size: number }} Mask
 */

/**
 * A small model that is shown until the one that was asked for has arrived and replaced it; or has been missed, if it
 * could not be had.
 * @typedef {{ model: Model, replaced: boolean, missed?: boolean }} Preview
 */

/** A place in every picture, counted from the upper left. @typedef {{ x: number, y: number }} Pixel */

/**
 * What is being saved, with how much of it is done from 0 to 1, or what became of it. `copy` is a text that the clipboard
 * refused, for the visitor to copy.
 * @typedef {{ say: Say, share?: number, copy?: string }} Saving
 */

/**
 * `frames` is the way on show, a branch of the `tree` or its beginning, and `cursor` how much of it is shown.
 * `inversion` is there while a picture is being inverted: the start shows how far it has come; `replay` while the engine
 * makes steps once more, to go on from an older branch; `recorded` while a recorded run is on show;
 * `withheld`, the methods that wait for it, while the model's classifier has been missed. `pixel` is the one whose
 * numbers are read; `overlay` says whether guidance is laid over the sample, `sound` whether steps are heard. `lanesBefore`
 * are what lanes changed that were replaced all at once, until others are added.
 * @typedef {{
 *   language: import('./i18n/index.js').Language,
 *   theme: import('./appearance.js').Theme,
 *   sound: boolean,
 *   phase: Phase,
 *   settings: Settings,
 *   models: Model[],
 *   model: Model | undefined,
 *   preview: Preview | undefined,
 *   withheld: string[] | undefined,
 *   backend: { name: 'webgpu' | 'cpu', adapter: string, reason: import('./protocol.js').Reason, version: string } | undefined,
 *   progress: Progress[],
 *   sources: ('network' | 'cache')[],
 *   start: { xt: Uint8ClampedArray, lowpass?: Uint8ClampedArray, total: number } | undefined,
 *   inversion: { done: number, total: number } | undefined,
 *   replay: { done: number, total: number } | undefined,
 *   recorded: { playing: boolean } | undefined,
 *   tree: import('./tree.js').Tree,
 *   frames: KeptFrame[],
 *   cursor: number,
 *   total: number,
 *   reference: Reference | undefined,
 *   saving: Saving | undefined,
 *   init: Reference | undefined,
 *   mask: Mask | undefined,
 *   pixel: Pixel | undefined,
 *   overlay: boolean,
 *   notices: Notice[],
 *   lanes: import('./lanes.js').Lane[],
 *   lanesBefore: import('./lanes.js').Change[],
 *   laneRuns: Record<number, import('./lanes.js').LaneRun>,
 *   comparison: import('./lanes.js').Comparison,
 * }} State
 */

/**
 * @param {Settings} settings
 * @param {Partial<Pick<State, 'language' | 'theme' | 'sound'>>} [page]
 * @returns {State}
 */
export function initialState(settings, { language = 'en', theme = 'system', sound = false } = {}) {
  return {
    language,
    theme,
    sound,
    phase: 'loading',
    settings,
    models: [],
    model: undefined,
    preview: undefined,
    withheld: undefined,
    backend: undefined,
    progress: [],
    sources: [],
    start: undefined,
    inversion: undefined,
    replay: undefined,
    recorded: undefined,
    tree: EMPTY,
    frames: [],
    cursor: 0,
    total: 0,
    reference: undefined,
    saving: undefined,
    init: undefined,
    mask: undefined,
    pixel: undefined,
    overlay: false,
    notices: [],
    lanes: [],
    lanesBefore: [],
    laneRuns: {},
    comparison: { picture: 'xt', difference: 'off' },
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

/** Whether the engine and its models are there. @param {{ phase: Phase }} state */
export const isUsable = ({ phase }) => ['ready', 'running', 'paused', 'done'].includes(phase);

/**
 * Whether pictures follow each other: those of the run, or recorded ones.
 * @param {State} state
 */
export function isPlaying({ phase, recorded }) {
  return phase === 'running' || recorded?.playing === true;
}

/**
 * The classes that the probabilities of a frame are of: those of the model that made it.
 * @param {State} state
 * @param {KeptFrame | undefined} frame
 */
export function classesOf({ model, models }, frame) {
  const maker = models.find(({ name }) => name === frame?.inputs.settings.model);
  return (maker ?? model)?.classes ?? [];
}

/**
 * The class that a recording shows, where another one is asked for.
 * @param {State} state
 */
export function otherRecorded({ recorded, frames, settings }) {
  const shown = recorded && frames[0]?.inputs.settings.class;
  return shown === settings.class ? undefined : shown;
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
 * The steps, up to the cursor, before which settings were changed: no settings alone make this run again.
 * @param {State} state
 * @returns {number[]}
 */
export function forksShown({ frames, cursor }) {
  return frames.slice(0, cursor).flatMap(({ forked }, k) => (forked ? [k + 1] : []));
}

/**
 * Whether guidance pushed in the step of a frame. Of a recorded one only the gradient's length is there.
 * @param {KeptFrame} frame
 */
export function isGuided({ gradient, gradientNorm }) {
  return gradient !== undefined || (gradientNorm ?? 0) > 0;
}

/**
 * How many steps the run has, or would have: fewer than its chain where it starts from a picture, more where it goes
 * back up.
 * @param {State} state
 */
export function totalSteps({ frames, total, settings, start }) {
  return frames.length > 0 ? total : (start?.total ?? countSteps(settings.steps) ?? 0);
}
