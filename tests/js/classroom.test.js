// @ts-check
/** Links of a lesson: what they hide and lock, and what that holds. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  formatRules,
  isHeld,
  isHidden,
  isLocked,
  NO_RULES,
  parseRules,
  PARTS,
  release,
  ruled,
} from '../../www/classroom.js';
import { frameOf } from '../../www/frame.js';
import { strings } from '../../www/i18n/en.js';
import { formatUrl, parseUrl } from '../../www/url.js';
import { root } from '../support/browser.js';
import { catalogue, specs } from './support/page.js';

/** @param {string} search */
const rulesOf = (search) => parseRules(new URLSearchParams(search), specs);

test('settings and parts by their names, each once', () => {
  const { rules, problems } = rulesOf('?hide=lanes,seed,%20tree,seed&lock=steps,sampler');
  assert.deepEqual(rules, { hide: ['lanes', 'seed', 'tree'], lock: ['steps', 'sampler'] });
  assert.deepEqual(problems, []);
  for (const search of ['', '?hide=', '?hide=,&lock=,,'])
    assert.deepEqual(rulesOf(search), { rules: NO_RULES, problems: [] });
});

test('what is not known, and what has nothing to lock, is one sentence each', () => {
  const { rules, problems } = rulesOf('?hide=stage,toString&lock=tree,steps');
  assert.deepEqual(rules, { hide: [], lock: ['steps'] });
  assert.deepEqual(problems.map(strings.classroom.badRule), [
    'The address asks to hide “stage”, expected a setting or a part of the page, so that was left out.',
    'The address asks to hide “toString”, expected a setting or a part of the page, so that was left out.',
    'The address asks to lock “tree”, which can only be hidden, so it stays as it is.',
  ]);
});

test('the address keeps them, in any order of the others, and the settings do not see them', () => {
  const search = '?hide=lanes&class=animal&lock=steps,sampler&steps=6';
  const { settings, problems } = parseUrl(search, specs);
  assert.deepEqual(problems, []);
  const { rules } = rulesOf(search);
  const again = formatUrl(settings, catalogue, specs, { rules });
  assert.match(again, /&hide=lanes&lock=steps,sampler$/);
  assert.deepEqual(rulesOf(again).rules, rules);
  assert.doesNotMatch(formatUrl(settings, catalogue, specs), /hide|lock/);
  assert.deepEqual(formatRules(NO_RULES), []);
});

test('a whole takes its parts along; settings are a part of the controls, but for what is switched elsewhere', () => {
  const { rules } = rulesOf('?hide=lab&lock=controls');
  assert.ok(isHidden(rules, 'schedule') && isHidden(rules, 'forward') && !isHidden(rules, 'numbers'));
  assert.ok(isLocked(rules, 'steps') && isLocked(rules, 'reference') && !isLocked(rules, 'without'));
  assert.ok(!isLocked(rules, 'lanes'));
  // What cannot be seen is not to be changed either.
  const hidden = { hide: ['seed'], lock: [] };
  assert.ok(isHeld(hidden, 'seed') && !isLocked(hidden, 'seed') && !isHeld(hidden, 'steps'));
});

test('of settings that are asked for, those that are held are left out, unless they are the same', () => {
  const rules = { hide: ['seed'], lock: ['steps'] };
  const now = { steps: '6', seed: 7, scale: 2 };
  assert.deepEqual(release(rules, { steps: '9', seed: 7, scale: 8 }, now), {
    free: { seed: 7, scale: 8 },
    held: ['steps'],
  });
  assert.deepEqual(release(NO_RULES, { steps: '9' }, now), { free: { steps: '9' }, held: [] });
});

test('ticking: one name is hidden, locked or neither', () => {
  const locked = ruled(NO_RULES, 'steps', 'lock');
  assert.deepEqual(locked, { hide: [], lock: ['steps'] });
  assert.deepEqual(ruled(locked, 'steps', 'hide'), { hide: ['steps'], lock: [] });
  assert.deepEqual(ruled(locked, 'steps', undefined), NO_RULES);
  assert.deepEqual(NO_RULES, { hide: [], lock: [] });
});

test('a frame is written so that a page can hold it', () => {
  const frame = frameOf('https://a.test/?class=animal&compose="x"', 'guidelight');
  assert.match(frame, /^<iframe src="https:\/\/a\.test\/\?class=animal&amp;compose=&quot;x&quot;" title="guidelight"/);
  assert.match(frame, /allow="camera; clipboard-write; fullscreen"><\/iframe>$/);
});

test('the parts are those of the page, and no setting has the name of one', () => {
  const page = readFileSync(join(root, 'www/index.html'), 'utf8');
  const marked = [...page.matchAll(/data-part="(\w+)"/g)].map(([, name]) => name);
  const whole = Object.keys(PARTS).filter((name) => !PARTS[name]?.within);
  assert.deepEqual([...marked].sort(), [...whole].sort());
  assert.deepEqual(
    Object.keys(PARTS).filter((name) => specs.has(name)),
    [],
  );
});
