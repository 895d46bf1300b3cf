// @ts-check
/** The contenders of a bench, each in a worker of its own; the script outside says whose turn it is. */
import { start } from './rpc.js';

/** @type {Map<string, ReturnType<typeof start>>} */
const workers = new Map();

Object.assign(globalThis, {
  bench: {
    /** @param {string} name @param {string} script */
    open: (name, script) => void workers.set(name, start(script)),
    /** @param {string} name @param {string} call @param {unknown[]} args */
    call: (name, call, args) => workers.get(name)?.call(call, args),
    /** @param {string} name */
    close: (name) => {
      workers.get(name)?.stop();
      workers.delete(name);
    },
  },
});
