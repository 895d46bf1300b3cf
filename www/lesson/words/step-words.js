// @ts-check
/**
 * What a step says.
 *
 * `title` names it, `line` says in one sentence what one will have understood; `idea` are its paragraphs and `task` is
 * the one thing to do. A question is asked before it is done: `answer` is the index of the right option, `reveal` what
 * is said once somebody has predicted. `experiment` are the words of the thing that is done.
 * @typedef {{
 *   title: string, line: string, idea: unknown, task: unknown,
 *   question?: { ask: unknown, options: unknown[], answer: number, reveal: unknown },
 *   derivation?: import('../derivation.js').Derivation,
 *   experiment: Record<string, any>,
 * }} StepWords
 */
export {};
