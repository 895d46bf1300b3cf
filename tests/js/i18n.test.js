// @ts-check
/** The two languages say the same things, all of them; and which one a visitor gets. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { strings as en } from '../../www/i18n/en.js';
import { chooseLanguage, LANGUAGES, languageOf } from '../../www/i18n/index.js';
import { strings as zh } from '../../www/i18n/zh.js';
import { formatUrl, parseUrl } from '../../www/url.js';
import * as double from '../double/engine.js';
import { root } from '../support/browser.js';
import { catalogue, specs } from './support/page.js';

/** The shipped catalogue where the package has been built, the double's elsewhere. */
async function shipped() {
  const pkg = join(root, 'pkg/cpu');
  if (!existsSync(pkg)) return double.catalogue();
  const bundle = await import(join(pkg, 'guidelight.js'));
  bundle.initSync({ module: readFileSync(join(pkg, 'guidelight_bg.wasm')) });
  return /** @type {import('guidelight/*').Catalogue} */ (bundle.catalogue());
}

/**
 * Every text or function of a language by its path.
 * @param {object} strings
 * @returns {Map<string, any>}
 */
function leaves(strings, path = '') {
  return new Map(
    Object.entries(strings).flatMap(([key, value]) => {
      const at = path ? `${path}.${key}` : key;
      return typeof value === 'object' ? [...leaves(value, at)] : [[at, value]];
    }),
  );
}

/** Stands for any argument: it is a text, a number, a list and an object at once. @type {any} */
const anything = new Proxy(() => {}, {
  get: (_, key) => {
    if (key === Symbol.toPrimitive) return (/** @type {string} */ hint) => (hint === 'number' ? 7 : '某');
    return anything;
  },
  apply: () => '某',
});

/** What a function that decides between sentences is told, so that it says each of them. @type {Record<string, any[][]>} */
const CASES = {
  backendReason: [
    'works',
    'asked',
    'no-webgpu',
    'no-adapter',
    'software-adapter',
    'no-timestamp-query',
    'self-test',
    'failed',
    'lost',
    'crashed',
  ].map((code) => ['cpu', '某', { code, detail: '某', difference: 1e-7 }]),
  badParameter: [
    [{ key: '某', got: '某' }],
    ...['choice', 'list', 'steps', 'name', 'text', 'integer', 'number'].map((kind) => [
      { key: '某', got: '某', used: 1, spec: { kind, min: 0, max: 9, choices: ['某'] } },
    ]),
    [{ key: '某', got: '某', used: 1, spec: { kind: 'number' } }],
    [{ key: '某', got: '某', used: '', spec: { kind: 'text' }, detail: 'expected 某, got 某' }],
  ],
  beforeStep: [[true], [false]],
  broke: ['lost', 'crashed'].flatMap((kind) =>
    [true, false].map((yes) => [{ kind, detail: '某', toCpu: yes, wasRunning: yes }]),
  ),
  'doctor.firstAndLast': [[7, 7000]],
  'doctor.once': [[7], [17], [7000]],
  'doctor.selfTestSays': [
    [1e-7, 1e-4],
    [1e-2, 1e-4],
  ],
  downloading: [
    [1e6, 2e6, ['某'], 1],
    [1e6, 2e6, ['某'], 2],
  ],
  brokenSettings: [true, false].flatMap((asPicture) => ['某', ''].map((name) => [name, asPicture])),
  galleryCell: [[{ style: 'noto-v1' }], [{ 'down-n': 8, seed: 7 }]],
  'lanes.badAddress': [
    ...['many', 'part', 'key', 'value'].map((code) => [{ code, lane: 1, got: '某', key: '某' }]),
    [{ code: 'value', lane: 1, got: '某', key: '某', spec: { kind: 'number', min: 0, max: 9 } }],
  ],
  'lanes.badValue': [['某', '某', { kind: 'choice', choices: ['某'] }]],
  'lanes.changes': [
    [[{ name: '某', value: '' }]],
    [
      [
        { name: '某', value: '某' },
        { name: '某', value: '7' },
      ],
    ],
  ],
  'lanes.count': [[0], [1], [2]],
  'lanes.presets.method': [['某']],
  'lanes.stopped': [
    { code: 'engine', message: '某' },
    { code: 'lacking', entry: { name: 'ilvr' } },
    { code: 'lacking', entry: { name: '某', label: '某' } },
    { code: 'model', name: '某' },
    { code: 'late' },
  ].map((problem) => [problem]),
  'lanes.sweepHelp': [[['某', '某']]],
  milliseconds: [[7], [7000]],
  refusedPicture: ['nothing', 'type', 'pixels', 'broken'].map((code) => [
    { code, got: '', type: '某', width: 1, height: 1 },
  ]),
  restored: [true, false].map((yes) => [
    {
      name: yes ? '某' : '',
      settings: [{ name: '某', value: '某' }],
      forked: yes,
      held: yes ? ['某'] : [],
      needsPicture: yes,
      problems: yes ? [{ key: '某', got: '某' }] : [],
    },
  ]),
  'save.commandCopied': [[undefined], ['某']],
  'camera.trouble': ['insecure', 'refused', 'framed', 'none', 'busy', 'unplugged', 'failed'].map((code) => [
    code,
    '某',
  ]),
  'classroom.badRule': [
    [{ code: 'unknown', verb: 'hide', got: '某' }],
    [{ code: 'unknown', verb: 'lock', got: '某' }],
    [{ code: 'unlockable', verb: 'lock', got: '某' }],
  ],
  'classroom.held': [[['某']], [['某', '某']]],
  changedLater: [[['某'], 3]],
  branchLength: [
    [0, 3, 9],
    [2, 3, 9],
  ],
  dropped: [[1], [2]],
  sentenceOf: [[['某'], ['某']]],
  showFork: [[0], [2]],
  'status.live': [true, false].map((recorded) => ['某', recorded]),
  timelineValue: [
    [0, 9, true, false],
    [0, 9, false, false],
    [1, 9, false, true],
  ],
};

/** Everything that a leaf can say. @param {string} path @param {any} leaf @returns {string[]} */
function said(path, leaf) {
  if (typeof leaf !== 'function') return [leaf];
  // What `entry` and `label` look up is held against the catalogue below.
  if (path === 'entry' || path === 'label') return [];
  return (CASES[path] ?? [Array.from({ length: leaf.length }, () => anything)]).map((args) => leaf(...args));
}

/** Names, symbols and units that are the same in every language. */
const INTERNATIONAL = new RegExp(
  [
    'guidelight-.*-seed.*|guidelight sample --settings',
    'HTTPS|embed=1',
    'ddim25|karras(?:25|15)|at0-400-999|timestamp-query|none',
    'xt、x0、earlier-x0、eps、gradient、steered、noise',
    'Fashion-MNIST|guidelight|Noto|Twemoji|Fluent|EmojiOne|FxEmojis|RePaint|SDEdit|ILVR|UniPC|Heun|Lanczos',
    'DDIM|DDPM|DPM\\+\\+|SDE|WebGPU|GPU|CPU|WebP|WebM|JPEG|PNG|GIF|NumPy|Shift|Delete|Page (?:Up|Down)|Karras|MB|Mi?B|[23]M',
    'x̂₀|x_t|\\b[pytxTRGNws]\\b',
  ].join('|'),
  'g',
);

test('both languages have the same texts, of the same kinds', () => {
  const [english, chinese] = [leaves(en), leaves(zh)];
  assert.deepEqual([...chinese.keys()].sort(), [...english.keys()].sort());
  for (const [path, leaf] of english) {
    assert.equal(typeof chinese.get(path), typeof leaf, path);
    if (typeof leaf === 'function') assert.equal(chinese.get(path).length, leaf.length, `parameters of ${path}`);
  }
});

for (const [language, strings] of Object.entries({ en, zh })) {
  test(`${language}: nothing is empty, and nothing is left undefined`, () => {
    for (const [path, leaf] of leaves(strings))
      for (const text of said(path, leaf)) assert.match(text, /^(?!.*\b(undefined|NaN|null)\b).*\S/s, path);
  });
}

test('no English is left in the Chinese texts', () => {
  for (const [path, leaf] of leaves(zh)) {
    for (const text of said(path, leaf))
      assert.doesNotMatch(text.replace(INTERNATIONAL, ''), /[a-z]/i, `${path}: ${text}`);
  }
});

test('Chinese texts use Chinese punctuation, and full sentences end like English ones', () => {
  const [english, chinese] = [leaves(en), leaves(zh)];
  for (const [path, leaf] of chinese) {
    const originals = said(path, english.get(path));
    said(path, leaf).forEach((text, i) => {
      if (path !== 'fileName')
        assert.doesNotMatch(text, /\p{Script=Han}[,;:?!.(]|[,;?!]\p{Script=Han}/u, `${path}: ${text}`);
      assert.equal(/[。！？]$/.test(text), /[.!?]$/.test(originals[i]), `${path}: ${text}`);
    });
  }
});

test('what parts of the page and the engine refuse is said in Chinese, whatever is around it', () => {
  const refusals = {
    'toy could not be downloaded: expected status 200, got 404.': '无法下载 toy：应为状态码 200，实际为 404',
    'toy could not be downloaded: the connection failed (Failed to fetch).':
      '无法下载 toy：连接失败（Failed to fetch）',
    'toy could not be downloaded: the server answered 503.': '无法下载 toy：服务器返回了 503',
    'toy broke off after 10 of 20 bytes (reset).': 'toy 的下载在第 10 字节处中断，共 20 字节（reset）',
    'toy is too large: expected 20 bytes, got more.': 'toy 过大：应为 20 字节，实际为更多',
    'toy is cut short: expected 20 bytes, got 10.': 'toy 不完整：应为 20 字节，实际为 10',
    'model file: expected SHA-256 ab, got cd': '模型文件：应为 SHA-256 ab，实际为 cd',
    'palette: expected 1 to 16 colours such as ffcc00, 224488, got red':
      'palette：应为 1 到 16 种颜色，例如 ffcc00, 224488，实际为 red',
    'scale-to: expected at least `scale-from`, 0.5, got 0.2': 'scale-to：应为不小于 `scale-from`, 0.5 的值，实际为 0.2',
    'reference: expected an image for ILVR, got none': '参考图：应为供 ILVR 使用的图片，实际为空',
    'compose: expected one of face, sign or none, got dog': 'compose：应为 face、sign、none 之一，实际为 dog',
    'without: expected a list of xt, noise, got z': 'without：应为由 xt、noise 组成的列表，实际为 z',
    'its checksum is wrong': '校验和不符',
    'The browser made no PNG of it.': '浏览器未能生成 PNG',
    'expected complete entries, got one with a field missing': '应为完整的条目，实际为缺少字段的条目',
    'something quite different.': 'something quite different',
  };
  for (const [english, chinese] of Object.entries(refusals))
    assert.equal(zh.cannotStart(english), `页面无法启动：${chinese}。`);
});

test('every entry, setting and choice of the catalogue has a text of its own in both languages', async () => {
  const { samplers, guidance, starts } = await shipped();
  for (const strings of [en, zh]) {
    for (const { name } of samplers) {
      assert.ok(strings.choices[name], name);
      assert.ok(strings.samplers[name], name);
    }
    for (const { name } of [...guidance, ...starts]) {
      const nobody = /** @type {any} */ ({ name, label: '', help: '' });
      assert.ok(strings.entry(nobody).name && strings.entry(nobody).line, name);
    }
    for (const param of [...samplers, ...guidance, ...starts].flatMap(({ params }) => params)) {
      // The double has settings that only it knows.
      if (param.key === 'negative') continue;
      assert.ok(strings.settings[param.key], param.key);
      for (const choice of param.kind === 'choice' ? param.choices : []) assert.ok(strings.choices[choice], choice);
    }
  }
});

test('every class and style of the models has a Chinese name', () => {
  const { models } = JSON.parse(readFileSync(join(root, 'www/models/manifest.json'), 'utf8'));
  const brands = /^(noto|twemoji|emojione|fxemoji)$/;
  for (const { classes, styles } of models) {
    for (const name of [...classes, ...styles]) {
      assert.notEqual(en.label(name), undefined);
      if (!brands.test(name)) assert.match(zh.label(name), /\p{Script=Han}/u, name);
    }
  }
  assert.equal(zh.label('unheard-of'), 'unheard-of');
});

test('the bare page says in English what its scripts would', () => {
  const page = readFileSync(join(root, 'www/index.html'), 'utf8').replace(/\s+/g, ' ');
  for (const [key, text] of Object.entries(en.page)) {
    const place =
      { title: `<title>${text}</title>`, description: `content="${text}"` }[key] ?? `data-text="${key}">${text}<`;
    assert.ok(page.includes(place), place);
  }
  assert.deepEqual(
    [...page.matchAll(/data-text="(\w+)"/g)].map(([, key]) => key).filter((key) => !(key in en.page)),
    [],
  );
});

test('the address comes before the remembered choice, and that before the browser', () => {
  assert.equal(chooseLanguage(['zh', 'en', 'en-US']), 'zh');
  assert.equal(chooseLanguage([undefined, 'zh', 'en-US']), 'zh');
  assert.equal(chooseLanguage([undefined, null, 'fr-FR', 'zh-TW', 'en']), 'zh');
  assert.equal(chooseLanguage([undefined, 'klingon', 'fr']), 'en');
  assert.equal(chooseLanguage([undefined, 'toString', 'constructor']), 'en');
  assert.deepEqual(['zh-CN', 'EN-gb', 'de', '', null].map(languageOf), ['zh', 'en', undefined, undefined, undefined]);
});

test('the address carries the language where it was chosen', () => {
  assert.equal(parseUrl('?lang=zh', specs).language, 'zh');
  assert.deepEqual(parseUrl('?lang=zh', specs).problems, []);
  assert.equal(parseUrl('', specs).language, undefined);
  // One that there is not leaves the visitor's own in force.
  const { settings, language, problems } = parseUrl('?lang=tlh', specs, 'zh');
  assert.equal(language, undefined);
  assert.match(en.badParameter(problems[0]), /lang=tlh, expected one of en, zh, so zh is used\.$/);
  assert.doesNotMatch(formatUrl(settings, catalogue, specs), /lang=/);
  assert.match(formatUrl(settings, catalogue, specs, { language: 'zh' }), /&lang=zh$/);
  const all = parseUrl('?lang=zh&pause=3&autoplay=1&lanes=seed:1', specs);
  assert.deepEqual([all.language, all.pause, all.autoplay, all.problems], ['zh', 3, true, []]);
  assert.deepEqual(Object.keys(LANGUAGES), ['en', 'zh']);
});
