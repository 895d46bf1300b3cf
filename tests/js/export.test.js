// @ts-check
/** What leaves the page and comes back: PNG text, records, films, NumPy arrays, the command line, links. */
import assert from 'node:assert/strict';
import { crc32 } from 'node:zlib';
import { test } from 'node:test';
import { NO_RULES } from '../../www/classroom.js';
import { Exporter } from '../../www/exporter.js';
import { commandLine } from '../../www/export/command.js';
import { durations, enlarge, enlargement, still } from '../../www/export/film.js';
import { gif } from '../../www/export/gif.js';
import { npyHeader, text, uint8 } from '../../www/export/npy.js';
import { npz, trajectory } from '../../www/export/npz.js';
import { isPng, textOf, withText } from '../../www/export/png.js';
import { readRecord, writeRecord } from '../../www/export/record.js';
import { strings } from '../../www/i18n/en.js';
import { strings as chinese } from '../../www/i18n/zh.js';
import { Restorer } from '../../www/restore.js';
import { defaultSettings, runSettings } from '../../www/settings.js';
import { formatUrl, parseUrl } from '../../www/url.js';
import { manifest } from '../double/models.js';
import { halves, png } from '../e2e/support/pictures.js';
import { tool } from '../support/browser.js';
import { catalogue, page, specs, told, until } from './support/page.js';

const { unzipSync } = tool('fflate');

const work = () => ({ signal: new AbortController().signal, progress: () => {} });
const settings = { ...defaultSettings(specs), class: 'animal', seed: 7 };
const [model] = /** @type {import('../../www/settings.js').Model[]} */ (manifest.models);

/** Steps of a made-up run with pictures of 2 × 2. @param {number} count */
const frames = (count) =>
  Array.from({ length: count }, (_, k) => {
    const picture = (/** @type {number} */ value) =>
      new Uint8ClampedArray(16).map((_, i) => (i % 4 === 3 ? 255 : value));
    return /** @type {import('../../www/protocol.js').Frame} */ ({
      step: k + 1,
      total: count,
      t: 100 * (count - k),
      abar: k / count,
      xt: picture(10 * k),
      x0: picture(200 + k),
      eps: picture(3),
      gradient: k === 0 ? undefined : picture(90),
      gradientNorm: k === 0 ? undefined : 0.5,
      probabilities: Float32Array.of(0.25, 0.75),
      ms: { unet: 1, classifier: 1, total: 2 },
    });
  });

/** A chunk as another program writes it. @param {string} type @param {Buffer} data */
function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

test('a text goes into a PNG and comes out, and the rest of the file stays as it was', () => {
  const plain = png(halves());
  const carrying = withText(plain, 'guidelight', '{"a": "ε → x̂₀ 表情"}');
  assert.ok(isPng(carrying));
  assert.equal(textOf(carrying, 'guidelight'), '{"a": "ε → x̂₀ 表情"}');
  assert.equal(textOf(carrying, 'other'), undefined);
  assert.equal(textOf(plain, 'guidelight'), undefined);
  const IHDR_END = 8 + 25;
  const added = carrying.length - plain.length;
  assert.deepEqual(Buffer.from(carrying.subarray(0, IHDR_END)), plain.subarray(0, IHDR_END));
  assert.deepEqual(Buffer.from(carrying.subarray(IHDR_END + added)), plain.subarray(IHDR_END));
  // The checksum is the one that everybody else computes.
  assert.equal(
    Buffer.from(carrying).readUInt32BE(IHDR_END + added - 4),
    crc32(carrying.subarray(IHDR_END + 4, IHDR_END + added - 4)),
  );
});

test('the chunks of other programs: tEXt is read, a damaged or compressed one is refused, a cut file has none', () => {
  const plain = png(halves());
  const insert = (/** @type {Buffer} */ extra) => Buffer.concat([plain.subarray(0, 33), extra, plain.subarray(33)]);
  assert.equal(textOf(insert(chunk('tEXt', Buffer.from('guidelight\0caf\xe9', 'latin1'))), 'guidelight'), 'café');
  assert.throws(
    () => textOf(insert(chunk('iTXt', Buffer.from('guidelight\0\x01\0\0\0xx'))), 'guidelight'),
    /compressed/,
  );
  const damaged = Buffer.from(withText(plain, 'guidelight', '{}'));
  damaged[60] ^= 1;
  assert.throws(() => textOf(damaged, 'guidelight'), /checksum/);
  assert.equal(textOf(withText(plain, 'guidelight', 'long text').subarray(0, 50), 'guidelight'), undefined);
  assert.equal(isPng(Uint8Array.of(0xff, 0xd8)), false);
});

test('a record holds what the command line wants of it, and nothing more for a straight run', () => {
  const record = JSON.parse(writeRecord({ settings, model, version: '0.1.0' }, specs));
  assert.deepEqual(Object.keys(record), ['guidelight', 'settings', 'model', 'count', 'batch', 'labels']);
  assert.deepEqual(record.model, { file: `www/models/${model.file}`, sha256: model.sha256 });
  assert.deepEqual(record.labels, { class: ['animal'], style: [null] });
  assert.equal('backend' in record.settings, false);
  const steered = JSON.parse(writeRecord({ settings, model, version: '0.1.0', step: 3, forks: [2] }, specs));
  assert.deepEqual([steered.step, steered.forks], [3, [2]]);
});

test('a record comes back as it was; what is none here is named', () => {
  const round = readRecord(writeRecord({ settings, model, version: '0.1.0', forks: [2] }, specs), specs);
  assert.deepEqual(round, { version: '0.1.0', settings: runSettings(settings, specs), forked: true, problems: [] });

  // What `guidelight sample` writes: numbers as numbers or texts, and a label an image.
  const native = {
    guidelight: '0.1.0',
    settings: { class: 'none', seed: 3.0, steps: '10', scale: 2.5, backend: 'webgpu', nonsense: 1, eta: 'much' },
    model: { file: 'a', sha256: 'b' },
    labels: { class: ['food', null], style: [null, null] },
  };
  const found = readRecord(JSON.stringify(native), specs);
  assert.deepEqual(found.settings, { class: 'food', style: 'none', seed: 3, steps: '10', scale: 2.5 });
  assert.deepEqual(found.problems, [
    { key: 'nonsense', got: '1' },
    { key: 'eta', got: 'much' },
  ]);

  for (const foreign of ['', 'no json', '7', 'null', '{}', '{"guidelight": 1, "settings": {}}', '{"guidelight": "1"}'])
    assert.throws(() => readRecord(foreign, specs), /JSON|lacks/, foreign);
});

test('a film lasts as long as its steps allow, and shows one picture or two', () => {
  assert.deepEqual(durations(3), [200, 200, 1500]);
  assert.equal(durations(25)[0], 120);
  assert.equal(durations(1000)[0], 20);
  assert.deepEqual([enlargement(32), enlargement(64), enlargement(300)], [8, 4, 1]);
  const [frame] = frames(1);
  assert.deepEqual(still(frame, 'x0', 2), { rgba: frame.x0, width: 2, height: 2 });
  const both = still(frame, 'both', 2);
  assert.equal(both.width, 5);
  assert.deepEqual(
    [0, 1, 2, 3, 4].map((x) => both.rgba[(5 + x) * 4]),
    [0, 0, 255, 200, 200],
  );
  assert.deepEqual([...enlarge(Uint8Array.of(1, 2, 3, 4), 2, 2)], [1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4]);
});

test('a GIF has every step, and can be stopped on the way', async () => {
  const bytes = Buffer.from(await gif(frames(3), 'both', 2, work()));
  assert.equal(bytes.subarray(0, 6).toString(), 'GIF89a');
  assert.deepEqual([bytes.readUInt16LE(6), bytes.readUInt16LE(8)], [5 * 128, 2 * 128]);
  // One graphic control extension a picture, with its delay in hundredths of a second.
  const delays = [];
  for (let at = bytes.indexOf('21f904', 'hex'); at >= 0; at = bytes.indexOf('21f904', at + 1, 'hex'))
    delays.push(bytes.readUInt16LE(at + 4));
  assert.deepEqual(delays, [20, 20, 150]);

  const control = new AbortController();
  const shares = /** @type {number[]} */ ([]);
  const progress = (/** @type {number} */ share) => {
    shares.push(share);
    if (share > 0) control.abort();
  };
  await assert.rejects(gif(frames(4), 'xt', 2, { signal: control.signal, progress }), { name: 'AbortError' });
  assert.deepEqual(shares, [0, 0.25]);
});

test('arrays are as NumPy wants them', () => {
  const header = Buffer.from(npyHeader(uint8([3, 2], new Uint8Array(6))));
  assert.equal(header.length % 64, 0);
  assert.equal(header.readUInt16LE(8), header.length - 10);
  assert.match(header.toString('latin1', 10), /^\{'descr': '\|u1', 'fortran_order': False, 'shape': \(3, 2\), \} *\n$/);
  assert.match(Buffer.from(npyHeader(uint8([3], new Uint8Array(3)))).toString('latin1'), /'shape': \(3,\), /);
  assert.match(Buffer.from(npyHeader(text([], ['ab']))).toString('latin1'), /'<U2'.*'shape': \(\), /);
  const words = text([2], ['ab', '😀']);
  assert.deepEqual([words.dtype, ...new Uint32Array(words.bytes.buffer)], ['<U2', 97, 98, 0x1f600, 0]);
});

test('a trajectory has a row for each step, and the command line’s arrays', async () => {
  const about = { size: 2, classes: ['face', 'animal'], styles: ['flat'], settings, record: '{}' };
  const arrays = trajectory(frames(3), about);
  const blob = await npz(arrays, work());
  const files = unzipSync(new Uint8Array(await blob.arrayBuffer()));
  assert.deepEqual(
    Object.keys(files).map((name) => name.replace(/\.npy$/, '')),
    // No style was asked for, and nothing was low-passed.
    [
      'arr_0',
      'arr_1',
      'xt',
      'x0',
      'eps',
      'gradient',
      't',
      'abar',
      'gradient_norm',
      'probabilities',
      'classes',
      'settings',
    ],
  );
  assert.deepEqual(arrays.arr_0.shape, [1, 2, 2, 3]);
  assert.deepEqual([...arrays.arr_0.bytes], new Array(12).fill(20));
  assert.equal(new BigInt64Array(arrays.arr_1.bytes.buffer)[0], 1n);
  assert.deepEqual(arrays.xt.shape, [3, 2, 2, 4]);
  assert.deepEqual([arrays.xt.bytes[0], arrays.xt.bytes[16], arrays.xt.bytes[32]], [0, 10, 20]);
  // The first step was not guided.
  assert.deepEqual([...arrays.gradient.bytes.subarray(0, 17)], [...new Array(16).fill(0), 90]);
  assert.deepEqual([...new Float64Array(arrays.gradient_norm.bytes.buffer)], [NaN, 0.5, 0.5]);
  assert.deepEqual(arrays.probabilities.shape, [3, 2]);
  const { length } = files['xt.npy'];
  assert.deepEqual(Buffer.from(files['xt.npy'].subarray(length - 48)), Buffer.from(arrays.xt.bytes));
});

test('the command line names what the address names, and quotes what a shell would read', () => {
  const line = (/** @type {object} */ change, /** @type {object} */ more = {}) =>
    commandLine({ ...settings, ...change }, catalogue, specs, { model, ...more });
  const plain = line({});
  assert.match(plain, /^guidelight sample --model \S+ --class animal --style none --method classifier --scale \S+ /);
  assert.match(plain, / --seed 7 --count 1 --out samples\/animal-seed7$/);
  assert.doesNotMatch(plain, /backend|autoplay|reference/);
  assert.match(line({ method: 'ilvr' }, { reference: { name: "my cat's.png" } }), / --reference 'my cat'\\''s\.png' /);
  assert.match(line({ method: 'ilvr' }, { reference: { name: '' } }), / --reference reference\.png /);
  assert.match(line({ method: 'ilvr' }), / --reference reference\.png /);
  assert.match(line({ method: 'palette', palette: '' }), / --palette '' /);
});

test('a link can pause on the way', () => {
  const read = (/** @type {string} */ search) => parseUrl(search, specs);
  assert.equal(read('?pause=12').pause, 12);
  assert.equal(read('').pause, undefined);
  for (const wrong of ['0', '1.5', 'x', '']) {
    const { pause, problems } = read(`?pause=${wrong}`);
    // The end of every run.
    assert.equal(pause, 1000, wrong);
    assert.match(strings.badParameter(problems[0]), /pause=.*expected a whole number from 1 to 1000, so 1000 is used/);
  }
  assert.match(formatUrl(settings, catalogue, specs, { autoplay: true, pause: 3 }), /&autoplay=1&pause=3$/);
  assert.doesNotMatch(formatUrl(settings, catalogue, specs), /pause|autoplay/);
});

/** A page that has made three steps, and what its exporter hands out. @param {object} [clipboard] */
async function exporting(clipboard) {
  const made = page('?class=animal&seed=7&steps=3&backend=cpu');
  await made.boot.start();
  await made.run.play();
  /** @type {{ blob: Blob, name: string }[]} */
  const files = [];
  const exporter = new Exporter({
    store: made.store,
    catalogue,
    specs,
    strings,
    rules: NO_RULES,
    version: '0.1.0',
    page: 'https://site.test/a/',
    download: (blob, name) => files.push({ blob, name }),
    clipboard: /** @type {any} */ (clipboard),
  });
  return { ...made, exporter, files };
}

test('an export tells how far it is, hands out its file, and stops when asked', async () => {
  const { exporter, files, store } = await exporting();
  /** @type {(number | undefined)[]} */
  const shares = [];
  store.subscribe(({ saving }, before) => saving !== before.saving && shares.push(saving?.share));
  await exporter.film('gif', 'both');
  assert.deepEqual(
    shares.map((share) => share?.toFixed(2)),
    ['0.00', '0.00', '0.33', '0.67', undefined],
  );
  assert.equal(files[0].name, 'guidelight-animal-seed7.gif');
  assert.equal(store.get().saving?.say(strings), 'Saved guidelight-animal-seed7.gif.');

  const cancelled = exporter.trajectory();
  exporter.cancel();
  await cancelled;
  assert.equal(files.length, 1);
  assert.equal(store.get().saving?.say(strings), strings.save.cancelled);

  // The next one takes the place of the one before.
  const [first, second] = [exporter.film('gif', 'xt'), exporter.settings()];
  await Promise.all([first, second]);
  assert.deepEqual(files.map(({ name }) => name).slice(1), ['guidelight-animal-seed7.json']);
  assert.equal(store.get().saving?.say(strings), 'Saved guidelight-animal-seed7.json.');
});

test('copies a link to what is on show, or shows it where the clipboard refuses', async () => {
  /** @type {string[]} */
  const copied = [];
  const { exporter, store, run } = await exporting({
    writeText: async (/** @type {string} */ text) => copied.push(text),
  });
  await exporter.copyLink();
  assert.match(copied[0], /^https:\/\/site\.test\/a\/\?model=toy&class=animal.*&seed=7&backend=cpu&autoplay=1$/);
  await run.back();
  await exporter.copyLink();
  assert.match(copied[1], /&autoplay=1&pause=2$/);
  assert.equal(store.get().saving?.say(strings), 'The link is copied.');
  await exporter.copyCommand();
  assert.match(copied[2], /^guidelight sample /);

  const refusing = await exporting({ writeText: () => Promise.reject(new Error('denied')) });
  await refusing.exporter.copyCommand();
  assert.equal(refusing.store.get().saving?.say(strings), strings.save.refused);
  assert.match(String(refusing.store.get().saving?.copy), /^guidelight sample /);
});

test('a link to a steered run says that it is not the same', async () => {
  const { exporter, store, run, set } = await exporting({ writeText: async () => {} });
  await run.back();
  set({ scale: 9 });
  await run.step();
  await exporter.copyLink();
  assert.match(String(store.get().saving?.say(strings)), /straight run/);
});

test('a link says what stays behind, in whatever language is in use', async () => {
  const { exporter, store, set } = await exporting({ writeText: async () => {} });
  const said = (/** @type {import('../../www/i18n/index.js').Strings} */ { save }) => [
    save.linkCopied + save.pictureStays + save.maskStays,
    save.linkCopied,
  ];
  store.set({ mask: { rgba: new Uint8Array(4), size: 1 } });
  await exporter.copyLink();
  assert.equal(store.get().saving?.say(strings), said(strings)[1]);
  set({ method: 'repaint' });
  await exporter.copyLink();
  assert.equal(store.get().saving?.say(strings), said(strings)[0]);
  assert.equal(store.get().saving?.say(chinese), said(chinese)[0]);
});

/** A page and what it does with files. @param {string} search @param {import('../../www/classroom.js').Rules} [rules] */
async function restoring(search, rules = NO_RULES) {
  const made = page(search);
  /** @type {unknown[]} */
  const pictures = [];
  const restorer = new Restorer({
    store: made.store,
    catalogue,
    specs,
    given: made.given,
    rules,
    shelf: { open: async (_place, file) => void pictures.push(file), refit: () => {} },
    run: made.run,
    changeModel: () => made.boot.changeModel(),
  });
  await made.boot.start();
  return { ...made, restorer, pictures };
}

/** @param {Uint8Array} bytes @param {string} name @param {string} [type] */
const file = (bytes, name, type = 'image/png') =>
  new File([/** @type {Uint8Array<ArrayBuffer>} */ (bytes)], name, { type });

test('a PNG with settings brings them back, which can be undone or meant otherwise', async () => {
  const { restorer, pictures, store, run, given } = await restoring('?class=food&steps=3&seed=1&backend=cpu');
  await run.play();
  const before = store.get();
  const record = writeRecord(
    { settings: { ...settings, model: 'toy', steps: '4', scale: 6 }, model, version: '0.1.0' },
    specs,
  );
  const carrying = file(withText(png(halves()), 'guidelight', record), 'bear.png');
  await restorer.open(carrying, 'reference');
  await until(store, ({ cursor }) => cursor === 0);
  const now = store.get().settings;
  assert.deepEqual([now.class, now.seed, now.steps, now.scale, now.backend], ['animal', 7, '4', 6, 'cpu']);
  assert.ok(given.has('scale'));
  const [notice] = store.get().notices;
  assert.match(
    told(store)[0].text,
    /^bear\.png brought its settings: model toy, class animal, .*seed 7\. Play makes the run again\.$/,
  );
  assert.deepEqual(notice.answers, ['undoRestore', 'useAsPicture']);
  assert.deepEqual(pictures, []);

  restorer.undo();
  await until(store, ({ cursor }) => cursor === before.cursor);
  assert.equal(store.get().settings, before.settings);
  assert.equal(store.get().frames, before.frames);
  assert.equal(given.has('scale'), false);

  await restorer.open(carrying, 'reference');
  await restorer.useAsPicture();
  assert.deepEqual(pictures, [carrying]);
  assert.equal(store.get().settings, before.settings);
});

test('settings that are none here are named, and the others are used', async () => {
  const { restorer, store } = await restoring('?class=food&backend=cpu');
  const record = { guidelight: '9.0.0', settings: { class: 'dragon', seed: 5, warp: 9 }, forks: [2] };
  await restorer.open(file(Buffer.from(JSON.stringify(record)), 'settings.json', 'application/json'), 'reference');
  const { settings: now, notices } = store.get();
  assert.equal(now.seed, 5);
  assert.equal(now.class, 'face');
  assert.match(
    told(store)[0].text,
    /steered on the way; .*Not used, because it is not known here: warp=9, class=dragon\./,
  );
  assert.deepEqual(notices[0].answers, ['undoRestore']);
});

test('other files are pictures, and damaged settings are one sentence', async () => {
  const { restorer, pictures, store } = await restoring('?class=food&backend=cpu');
  const { settings: before } = store.get();
  const plain = file(png(halves()), 'plain.png');
  await restorer.open(plain, 'reference');
  await restorer.open(undefined, 'reference');
  assert.deepEqual(pictures, [plain, undefined]);
  assert.deepEqual(store.get().notices, []);

  const foreign = file(withText(png(halves()), 'guidelight', 'hello'), 'foreign.png');
  await restorer.open(foreign, 'reference');
  assert.equal(pictures[2], foreign);
  assert.equal(told(store)[0].text, 'The settings in foreign.png are damaged, so it was taken as your picture alone.');
  await restorer.open(file(Buffer.from('[]'), 'other.json', 'application/json'), 'reference');
  assert.equal(pictures.length, 3);
  assert.equal(
    told(store)[0].text,
    'other.json is not a settings file of this page: open one that was saved here under “Settings”.',
  );
  assert.equal(store.get().settings, before);
  await restorer.open(plain, 'reference');
  assert.deepEqual(store.get().notices, []);
});

test('what a lesson’s link holds stays as it is when a file comes, and that is said', async () => {
  const rules = { hide: ['reference'], lock: ['steps', 'seed'] };
  const { restorer, pictures, store } = await restoring('?class=food&steps=3&seed=7&scale=2&backend=cpu', rules);
  const record = writeRecord(
    { settings: { ...settings, model: 'toy', seed: 7, steps: '4', scale: 6 }, model, version: '0.1.0' },
    specs,
  );
  await restorer.open(file(withText(png(halves()), 'guidelight', record), 'bear.png'), 'reference');
  const { settings: now, notices } = store.get();
  assert.deepEqual([now.class, now.seed, now.steps, now.scale], ['animal', 7, '3', 6]);
  const [notice] = notices;
  // The seed is the same anyhow.
  assert.match(String(told(store)[0].text), /This link holds these, so they stay as they were: steps\./);
  assert.doesNotMatch(String(told(store)[0].text), /steps 4|steps 3/);
  assert.deepEqual(notice?.answers, ['undoRestore']);

  await restorer.open(file(png(halves()), 'plain.png'), 'reference');
  assert.deepEqual(pictures, []);
  assert.match(String(told(store).at(-1)?.text), /^This link holds “Your picture”/);
});
