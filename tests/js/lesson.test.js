// @ts-check
/** The lesson's address, what it remembers, and that its texts are whole: in both languages, with nothing that leads nowhere. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashOf, PARTS, parseLink, placeOf, VIEWS } from '../../www/lesson/address.js';
import { readFacts } from '../../www/lesson/build/facts.js';
import { readFormulas } from '../../www/lesson/build/formulas.js';
import { findSources } from '../../www/lesson/build/sources.js';
import { TERMS } from '../../www/lesson/glossary.js';
import { NOTHING, progressOf, readKept } from '../../www/lesson/kept.js';
import { PAPERS } from '../../www/lesson/papers.js';
import { gridOf, likeliest } from '../../www/lesson/plane-paint.js';
import { SOURCES } from '../../www/lesson/sources.js';
import { STEPS } from '../../www/lesson/steps.js';
import { linkOf } from '../../www/lesson/teaching.js';
import { frameOf } from '../../www/frame.js';
import { wordsOf as en } from '../../www/lesson/words/en.js';
import { wordsOf as zh } from '../../www/lesson/words/zh.js';

const formulas = await readFormulas();

/** Every use of the texts' tools, and the texts that were made with them. @param {typeof en} wordsOf */
function written(wordsOf) {
  /** @type {Record<'m' | 'term' | 'paper', Set<string>>} */
  const used = { m: new Set(), term: new Set(), paper: new Set() };
  const words = wordsOf({
    m: (name) => (used.m.add(name), `‹${name}›`),
    term: (id, says) => (used.term.add(id), says),
    paper: (id, says) => (used.paper.add(id), says),
    lab: (says) => says,
    facts: readFacts(),
  });
  return { used, words };
}
const languages = { en: written(en), zh: written(/** @type {typeof en} */ (zh)) };

/** A text as it is read, templates and all. @param {any} part @returns {string} */
function plain(part) {
  if (part === undefined || part === null) return '';
  if (Array.isArray(part)) return part.map(plain).join('');
  if (part.strings)
    return part.strings
      .map((/** @type {string} */ text, /** @type {number} */ i) => text + plain(part.values[i]))
      .join('');
  return String(part);
}

/** The paths of all texts, with the names of functions in place of what they say. @param {any} part @returns {string[]} */
function paths(part, path = '') {
  if (part === null || typeof part !== 'object' || part.strings) return [path];
  return Object.entries(part).flatMap(([key, value]) => paths(value, `${path}.${key}`));
}

test('a place is written as an address and read again', () => {
  for (const step of STEPS) assert.deepEqual(placeOf(hashOf({ view: 'step', step })), { view: 'step', step });
  for (const view of VIEWS) {
    assert.deepEqual(placeOf(hashOf({ view })), { view, entry: undefined });
    assert.deepEqual(placeOf(hashOf({ view, entry: 'abar' })), { view, entry: 'abar' });
  }
  assert.equal(placeOf(''), undefined);
  assert.equal(placeOf('#nowhere'), undefined);
  assert.equal(placeOf('#%'), undefined);
});

test('a link names cards and parts, in the lesson’s order, and says what it got wrong', () => {
  assert.deepEqual(parseLink('').cards, STEPS);
  const { cards, hidden, problems } = parseLink('?cards=ddim,noise,dance&hide=question, lab,hat');
  assert.deepEqual(
    [cards, hidden],
    [
      ['noise', 'ddim'],
      ['question', 'lab'],
    ],
  );
  assert.deepEqual(
    problems.map(({ key, got }) => [key, got]),
    [
      ['cards', 'dance'],
      ['hide', 'hat'],
    ],
  );
});

test('a teacher’s link is read as it was meant', () => {
  const address = linkOf('https://example.org/a/lesson.html?x=1#y', {
    cards: ['ddim', 'noise'],
    hidden: [...PARTS],
    language: 'zh',
  });
  const { search, pathname, hash } = new URL(address);
  assert.equal(pathname + hash, '/a/lesson.html');
  assert.deepEqual(parseLink(search), { cards: ['noise', 'ddim'], hidden: [...PARTS], problems: [] });
  assert.equal(new URLSearchParams(search).get('lang'), 'zh');
  assert.equal(
    linkOf('https://example.org/lesson.html', { cards: STEPS, hidden: [] }),
    'https://example.org/lesson.html',
  );
  assert.match(frameOf('https://a/?b=1&c=2', 'x "y"'), /src="https:\/\/a\/\?b=1&amp;c=2" title="x &quot;y&quot;"/);
});

test('what was kept is read, whatever state it is in', () => {
  const kept = { at: 'ddim', answers: { noise: 1 }, tried: ['noise'] };
  assert.deepEqual(readKept(JSON.stringify(kept)), kept);
  for (const text of [null, '', '{', '[]', '"a"', '{"at":"gone","answers":{"gone":1,"noise":"x"},"tried":"noise"}'])
    assert.deepEqual(readKept(text), NOTHING);
  assert.equal(progressOf(NOTHING, 'noise'), 'new');
  assert.equal(progressOf({ ...NOTHING, tried: ['noise'] }, 'noise'), 'begun');
  assert.equal(progressOf({ ...NOTHING, tried: ['noise'] }, 'noise', false), 'done');
  assert.equal(progressOf({ ...NOTHING, tried: ['noise'], answers: { noise: 0 } }, 'noise'), 'done');
});

test('both languages say the same things', () => {
  assert.deepEqual(paths(languages.zh.words), paths(languages.en.words));
  for (const id of STEPS) {
    const [a, b] = [languages.en, languages.zh].map(({ words }) => words.steps[id]);
    assert.equal(a.question?.answer, b.question?.answer, `${id}: another option is right`);
    assert.deepEqual(
      a.derivation?.lines.map(({ formula }) => formula),
      b.derivation?.lines.map(({ formula }) => formula),
      `${id}: another derivation`,
    );
    assert.deepEqual(a.derivation?.symbols, b.derivation?.symbols);
    const text = plain(b.idea) + plain(b.task) + plain(b.question?.ask) + plain(b.question?.reveal);
    assert.match(text, /\p{Script=Han}/u, `${id} is not in Chinese`);
    assert.doesNotMatch(plain(a.idea) + plain(a.task), /\p{Script=Han}/u, `${id} is not in English`);
  }
});

test('each step asks, and its answer is one of its options', () => {
  for (const id of STEPS) {
    const { title, line, question } = languages.en.words.steps[id];
    assert.ok(title && line, `${id} has no title or line`);
    assert.ok(question, `${id} asks nothing`);
    assert.ok(question.options.length >= 3 && question.options[question.answer] !== undefined, id);
  }
});

test('formulas, terms and papers that are named exist, and none is left over', () => {
  const derivations = STEPS.flatMap((id) => languages.en.words.steps[id].derivation ?? []);
  const shown = new Set([
    ...languages.en.used.m,
    ...derivations.flatMap(({ lines }) => lines.flatMap(({ formula }) => formula ?? [])),
    ...Object.values(TERMS).flatMap(({ symbol }) => symbol ?? []),
  ]);
  for (const name of [...shown, ...languages.zh.used.m]) assert.ok(formulas[name], `no formula ${name}`);
  for (const { words, used } of Object.values(languages)) {
    assert.deepEqual(Object.keys(words.glossary).toSorted(), Object.keys(TERMS).toSorted());
    for (const id of used.term) assert.ok(TERMS[id], `no term ${id}`);
    for (const id of used.paper) assert.ok(PAPERS[id], `no paper ${id}`);
  }
  for (const id of derivations.flatMap(({ symbols }) => symbols)) assert.ok(TERMS[id], `no term ${id}`);
  const cited = new Set([...languages.en.used.paper, ...Object.values(TERMS).flatMap(({ papers }) => papers)]);
  for (const id of cited) assert.ok(PAPERS[id], `no paper ${id}`);
  for (const id of Object.keys(PAPERS)) assert.ok(cited.has(id), `nothing cites ${id}`);
});

test('every term leads to lines of code that are there, and every place is used', () => {
  const sources = findSources();
  const used = new Set(Object.values(TERMS).flatMap(({ source }) => source ?? []));
  for (const name of used) assert.ok(sources[name]?.code, `no source ${name}`);
  for (const name of Object.keys(SOURCES)) assert.ok(used.has(name), `nothing points to ${name}`);
});

test('papers have addresses of the archive or of a publisher', () => {
  for (const { url, year } of Object.values(PAPERS)) {
    assert.match(url, /^https:\/\/(arxiv\.org\/abs\/\d{4}\.\d{4,5}|doi\.org\/10\.\S+)$/);
    const [, submitted] = /abs\/(\d\d)/.exec(url) ?? [];
    if (submitted) assert.ok(2000 + Number(submitted) <= year, `${url} is younger than ${year}`);
  }
});

test('the plane is asked for row by row from its upper left, and each point has its likeliest class', () => {
  const grid = gridOf(3);
  assert.equal(grid.length, 18);
  assert.deepEqual([...grid.subarray(8, 10)].map(Math.abs), [0, 0]);
  assert.ok(grid[0] < 0 && grid[1] > 0 && grid[16] > 0 && grid[17] < 0);
  assert.deepEqual(likeliest(Float32Array.of(0.1, 0.7, 0.2, 0.5, 0.2, 0.3), 3), [1, 0]);
});

test('typeset formulas bring no styles of their own', () => {
  for (const [name, math] of Object.entries(formulas)) {
    assert.match(math, /^<math/);
    assert.doesNotMatch(math, / style=|<merror/, name);
  }
});
