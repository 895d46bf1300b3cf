// @ts-check
/** Where and when a bench ran, in the words that a result needs to be worth something. */
import { execFileSync } from 'node:child_process';
import { arch, cpus, platform, totalmem } from 'node:os';
import { root } from '../../tests/support/browser.js';

const GIGA = 2 ** 30;

export function machine() {
  const git = (/** @type {string[]} */ ...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
  const changed = git('status', '--porcelain', '--untracked-files=no');
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: git('rev-parse', '--short', 'HEAD') + (changed ? '+' : ''),
    cpu: `${cpus()[0].model.trim()}, ${cpus().length} cores`,
    memory: `${Math.round(totalmem() / GIGA)} GiB`,
    system: `${platform()} ${arch()}`,
  };
}
