// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { strings } from '../../www/i18n/en.js';
import { countSteps } from '../../www/respacing.js';
import { withSetting } from '../../www/settings.js';
import { fitToModel, formatUrl, parseUrl, refusedText } from '../../www/url.js';
import { manifest } from '../double/models.js';
import { catalogue, specs } from './support/page.js';

const models = /** @type {import('../../www/settings.js').Model[]} */ (manifest.models);

/** Reads an address the way the page does. @param {string} search */
function open(search) {
  const asked = parseUrl(search, specs);
  return { ...fitToModel(asked, models, specs), autoplay: asked.autoplay };
}

test('an address sets everything', () => {
  const { settings, autoplay, problems } = open(
    '?model=toy&class=animal&style=2&method=ilvr,classifier,conditional&scale=2.5&sampler=ddpm&steps=10,15' +
      '&eta=0.5&seed=7&down-n=8&range-t=3&kernel=lanczos3&reference-level=code&backend=cpu&autoplay=1' +
      '&scale-from=0.2&negative=3&palette=ffcc00&auto-weight=1.5&start=sdedit&strength=0.4',
  );
  assert.deepEqual(problems, []);
  assert.ok(autoplay);
  assert.deepEqual(settings, {
    model: 'toy',
    class: 'animal',
    style: 'fluent',
    method: 'conditional,classifier,ilvr',
    negative: 'animal',
    scale: 2.5,
    'scale-from': 0.2,
    'scale-to': 1,
    'auto-weight': 1.5,
    keep: 'border',
    palette: 'ffcc00',
    start: 'sdedit',
    strength: 0.4,
    sampler: 'ddpm',
    steps: '10,15',
    eta: 0.5,
    without: '',
    seed: 7,
    'down-n': 8,
    'range-t': 3,
    kernel: 'lanczos3',
    'reference-level': 'code',
    backend: 'cpu',
  });
});

test('what is written is read back the same', () => {
  const { settings } = open(
    '?class=heart&method=classifier,ilvr&seed=9007199254740991&steps=ddim25&eta=1&down-n=16&backend=webgpu',
  );
  const again = open(formatUrl(settings, catalogue, specs));
  assert.deepEqual([again.settings, again.autoplay, again.problems], [settings, false, []]);
  assert.equal(
    formatUrl(settings, catalogue, specs, { autoplay: true }),
    '?model=toy&class=heart&style=none&method=classifier,ilvr&scale=4&down-n=16&range-t=0' +
      '&kernel=cubic&reference-level=paper&sampler=ddim&steps=ddim25&eta=1&seed=9007199254740991&backend=webgpu&autoplay=1',
  );
});

test('what no method or sampler in use reads is left out of the address', () => {
  const { settings } = open('?method=none&sampler=ddpm&scale=9&eta=1');
  assert.equal(
    formatUrl(settings, catalogue, specs),
    '?model=toy&class=face&style=none&method=none&sampler=ddpm&steps=25&seed=0&backend=auto',
  );
});

test('what most people leave alone is in the address once it is not as it always was', () => {
  const search = (/** @type {string} */ text, model = models[0]) =>
    formatUrl(open(text).settings, catalogue, specs, { model });
  assert.doesNotMatch(search('?method=classifier,conditional'), /scale-from|negative|start/);
  assert.match(search('?method=classifier&scale-from=0.3'), /&scale=4&scale-from=0\.3&/);
  assert.match(search('?start=sdedit'), /&start=sdedit&strength=0\.6&/);
  // Where the model's own default is another one, leaving it out would mean that one.
  const own = { ...models[0], defaults: { 'scale-from': 0.2 } };
  assert.match(search('?method=classifier&scale-from=0', own), /&scale-from=0&/);
});

test('a text may be empty, and is kept as it was typed', () => {
  for (const [text, value] of [
    ['', ''],
    ['ffcc00, 224488', 'ffcc00, 224488'],
  ]) {
    const { settings, problems } = open(`?method=palette&palette=${text}`);
    assert.deepEqual([settings.palette, problems], [value, []]);
    assert.equal(open(formatUrl(settings, catalogue, specs)).settings.palette, value);
  }
});

test('a class that a method reads is one of the model’s', () => {
  assert.equal(open('?negative=heart').settings.negative, 'heart');
  assert.equal(open('?negative=3').settings.negative, 'animal');
  assert.equal(open('').settings.negative, 'none');
});

test('a bare address names the first class, so that guidance has something to steer towards', () => {
  assert.equal(open('').settings.class, 'face');
  assert.equal(open('?class=none').settings.class, 'none');
});

test('a model’s own defaults apply where the address says nothing', () => {
  const own = [{ ...models[0], defaults: { scale: 2, steps: 50, class: 'sky', eta: 'none', nonsense: 1 } }, models[1]];
  const fitted = fitToModel(parseUrl('?scale=7', specs), own, specs).settings;
  assert.deepEqual(
    [fitted.scale, fitted.steps, fitted.class, fitted.eta, fitted.nonsense],
    [7, '50', 'sky', 0, undefined],
  );
});

test('a problem names the default that is really used: the model’s own', () => {
  const own = [{ ...models[0], defaults: { scale: 8, class: 'animal' } }, models[1]];
  const { settings, problems } = fitToModel(parseUrl('?scale=-3&class=unicorn', specs), own, specs);
  assert.deepEqual([settings.scale, settings.class], [8, 'animal']);
  assert.deepEqual(
    problems.map(({ key, got, used }) => [key, got, used]),
    [
      ['scale', '-3', 8],
      ['class', 'unicorn', 'animal'],
    ],
  );
});

for (const [search, used] of /** @type {[string, Record<string, unknown>][]} */ ([
  ['?scale=-1', { scale: 4 }],
  ['?scale=much', { scale: 4 }],
  ['?scale=', { scale: 4 }],
  ['?scale=Infinity', { scale: 4 }],
  ['?scale=NaN', { scale: 4 }],
  ['?steps=0', { steps: '25' }],
  ['?steps=1', { steps: '25' }],
  ['?steps=1001', { steps: '25' }],
  ['?steps=ddim70', { steps: '25' }],
  ['?steps=4.5', { steps: '25' }],
  ['?eta=2', { eta: 0 }],
  ['?scale=1e308', { scale: 4 }],
  ['?seed=-1', { seed: 0 }],
  ['?seed=1.5', { seed: 0 }],
  ['?seed=9007199254740992', { seed: 0 }],
  ['?sampler=euler', { sampler: 'ddim' }],
  ['?method=magic', { method: 'classifier' }],
  ['?method=', { method: 'classifier' }],
  ['?class=unicorn', { class: 'face' }],
  ['?class=12', { class: 'face' }],
  ['?style=crayon', { style: 'none' }],
  ['?model=nothing', { model: 'toy' }],
  ['?down-n=5', { 'down-n': 4 }],
  ['?down-n=64', { 'down-n': 4 }],
  ['?range-t=26', { 'range-t': 0 }],
  ['?kernel=gauss', { kernel: 'cubic' }],
  ['?backend=tpu', { backend: 'auto' }],
  ['?autoplay=yes', {}],
  ['?colour=red', {}],
  ['?scale=1001', { scale: 4 }],
  ['?negative=unicorn', { negative: 'none' }],
  ['?start=image', { start: 'noise' }],
  ['?start=sdedit&strength=1.1', { strength: 0.6 }],
])) {
  test(`${search} gives one sentence and the default`, () => {
    const { settings, problems } = open(search);
    assert.equal(problems.length, 1);
    for (const [key, value] of Object.entries(used)) assert.equal(settings[key], value);
    const sentence = strings.badParameter(problems[0]);
    assert.match(sentence, /^The address .+\.$/);
    assert.equal(sentence.match(/[.!?](\s|$)/g)?.length, 1, sentence);
  });
}

test('as many free steps as there are steps survive the address', () => {
  assert.equal(open('?steps=400&method=ilvr&range-t=200').settings['range-t'], 200);
});

test('fewer steps take the free ones with them', () => {
  const { settings } = open('?steps=50&method=ilvr&range-t=40');
  assert.equal(withSetting(settings, 'steps', '10')['range-t'], 10);
  assert.equal(withSetting(settings, 'steps', '60')['range-t'], 40);
});

test('a scale above the slider’s end is fine', () => assert.equal(open('?scale=100').settings.scale, 100));

test('so is what lies below its beginning', () => assert.equal(open('?strength=0').settings.strength, 0));

test('steps are counted as the sampler counts them', () => {
  const counts = {
    25: 25,
    2: 2,
    1000: 1000,
    '10,15': 25,
    '0,25': 25,
    ddim25: 25,
    ddim10: 10,
    ddim1000: 1000,
    uniform25: 25,
    uniform30: 31,
    quad5: 5,
    trailing30: 30,
    karras25: 25,
    karras1000: 1000,
    fast27: 27,
    'at0-120-400-999': 4,
    'at999-0': 2,
  };
  for (const [text, count] of Object.entries(counts)) assert.equal(countSteps(text), count, text);
  for (const text of [
    '',
    '1',
    '0',
    '1001',
    'ddim70',
    'ddim0',
    'ddim',
    'ddim1',
    '10,',
    ',10',
    '600,1',
    'quad1001',
    'karras1',
    'karras1001',
    'trailing',
    'trailing0',
    'uniform0',
    'fast26',
    'at',
    'at7',
    'at5-5',
    'at0-1000',
    'at0--9',
    'at0,9',
    'at0-1.5',
    '1e2',
    '-5',
    '２５',
  ]) {
    assert.equal(countSteps(text), undefined, text);
  }
});

test('a text that the engine refuses is the address’s as long as nobody changed it', () => {
  const { settings } = open('?palette=red');
  const message = 'palette: expected 1 to 16 colours such as ffcc00, got red';
  const problem = refusedText(message, settings, settings, specs);
  assert.equal(
    problem && strings.badParameter(problem),
    'The address asks for palette=red, expected 1 to 16 colours such as ffcc00, got red, so it is left empty.',
  );
  assert.equal(refusedText(message, settings, { ...settings, palette: 'blue' }, specs), undefined);
  assert.equal(refusedText(message, open('').settings, settings, specs), undefined);
  assert.equal(refusedText('scale: expected less, got more', settings, settings, specs), undefined);
  assert.equal(refusedText('the GPU was lost', settings, settings, specs), undefined);
});
