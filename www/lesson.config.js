// @ts-check
/** What the lesson is made of beside its scripts: formulas, measured numbers and places in the source, at build time. */
import { readFacts } from './lesson/build/facts.js';
import { readFormulas } from './lesson/build/formulas.js';
import { findSources } from './lesson/build/sources.js';

const CONTENTS = {
  'virtual:formulas': readFormulas,
  'virtual:facts': readFacts,
  'virtual:sources': findSources,
};

/** @returns {import('vite').Plugin} */
export function lesson() {
  return {
    name: 'lesson',
    resolveId: (source) => (Object.hasOwn(CONTENTS, source) ? `\0${source}` : undefined),
    async load(source) {
      const make = CONTENTS[/** @type {keyof typeof CONTENTS} */ (source.slice(1))];
      if (!source.startsWith('\0') || !make) return undefined;
      return `export default ${JSON.stringify(await make())};`;
    },
  };
}
