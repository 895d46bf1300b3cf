// @ts-check
/** The lesson, walked from its first step to its last by keyboard alone, in both languages, on the shipped engine and model. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { STEPS } from '../../www/lesson/steps.js';
import { findings } from './support/axe.js';
import { flawsOf } from './support/flaws.js';
import { tabTo } from './support/keyboard.js';
import { predict } from './support/lesson.js';
import { open, startBrowser, startSite } from './support/site.js';

/** @typedef {Awaited<ReturnType<typeof open>>} Visit */

/** @type {Awaited<ReturnType<typeof startSite>>} */
let site;
/** @type {import('playwright-core').Browser} */
let browser;

before(async () => {
  site = await startSite();
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await site?.close();
});

/** Short runs, on the path that is there everywhere. */
const SETTINGS = 'backend=cpu&steps=4';

const SCHEMES = /** @type {const} */ (['light', 'dark']);

/** @param {import('playwright-core').Page} page */
const kept = (page) => page.evaluate(() => JSON.parse(localStorage.getItem('guidelight.lesson') ?? '{}'));

/** What a key does to the control that has the focus; nothing outside of an experiment. @param {import('playwright-core').Page} page */
const keyFor = (page) =>
  page.evaluate(() => {
    const at = document.activeElement;
    if (!at?.closest('.experiment')) return undefined;
    if (at.matches('input[type=range], [role=slider]')) return 'ArrowRight';
    if (at.matches('input[type=radio], select')) return 'ArrowDown';
    return at.matches('button, [role=button]') ? 'Enter' : '';
  });

/**
 * Uses one control of an experiment after the other, in the order of Tab, until the step counts as tried.
 * @param {import('playwright-core').Page} page
 * @param {string} step
 */
async function tryOut(page, step) {
  await tabTo(page, '.experiment *');
  for (let key = await keyFor(page); key !== undefined; key = await keyFor(page)) {
    if (key) {
      await page.keyboard.press(key);
      // What was begun may take several runs.
      const tried = await page
        .waitForFunction(
          (id) => JSON.parse(localStorage.getItem('guidelight.lesson') ?? '{}').tried?.includes(id),
          step,
          { timeout: 8000 },
        )
        .catch(() => undefined);
      if (tried) return;
    }
    await page.keyboard.press('Tab');
  }
  assert.fail(`no control of ${step} tries it out`);
}

for (const lang of ['en', 'zh']) {
  test(`every step by keyboard, ${lang}`, async () => {
    const context = {
      viewport: { width: 1280, height: 900 },
      colorScheme: lang === 'en' ? SCHEMES[0] : SCHEMES[1],
    };
    const visit = await open(browser, `${site.url}lesson.html?${SETTINGS}&lang=${lang}`, { context });
    const { page } = visit;
    await visit.state('ready');
    for (const step of STEPS) {
      await page.waitForSelector(`article[data-step=${step}] .experiment > *`);
      await tabTo(page, `input[name=predict-${step}]`);
      await page.keyboard.press('ArrowDown');
      await tabTo(page, '[data-action=predict]');
      await page.keyboard.press('Enter');
      assert.ok((await page.locator('.reveal').innerText()).length > 20, `${step} explains nothing`);
      await tryOut(page, step);
      await tabTo(page, '.derivation:last-of-type > summary');
      await page.keyboard.press('Enter');
      assert.ok(await page.locator('.derivation .formula math').first().isVisible(), `${step} derives nothing`);
      assert.deepEqual(await findings(page), [], step);
      assert.deepEqual(await flawsOf(page), [], step);
      await visit.shot(`lesson-${step}-${lang}-1280`);
      if (step === STEPS.at(-1)) break;
      await tabTo(page, '.onward [rel=next]');
      await page.keyboard.press('Enter');
    }
    const { answers, tried } = await kept(page);
    assert.deepEqual(tried, STEPS);
    assert.deepEqual(Object.keys(answers), STEPS);
    assert.deepEqual(visit.trouble, []);
    await visit.context.close();
  });

  test(`every step and view on a phone, ${lang}`, async () => {
    const context = {
      viewport: { width: 390, height: 844 },
      colorScheme: lang === 'en' ? SCHEMES[1] : SCHEMES[0],
    };
    const visit = await open(browser, `${site.url}lesson.html?${SETTINGS}&lang=${lang}`, { context });
    const { page } = visit;
    await visit.state('ready');
    for (const place of [...STEPS, 'glossary', 'papers', 'tasks', 'teach']) {
      await page.evaluate((hash) => (location.hash = hash), place);
      await page.waitForSelector(
        STEPS.some((id) => id === place) ? `article[data-step=${place}] .experiment > *` : `gl-${place} h2`,
      );
      await page.waitForTimeout(300);
      assert.deepEqual(await flawsOf(page), [], place);
      assert.deepEqual(await findings(page), [], place);
      await visit.shot(`lesson-${place}-${lang}-390`);
    }
    await visit.context.close();
  });
}

test('a link shows some cards without some parts, and what was done is there on the next visit', async () => {
  const visit = await open(
    browser,
    `${site.url}lesson.html?${SETTINGS}&cards=ddim,noise&hide=derivation,contents,lab&lang=en`,
  );
  const { page } = visit;
  await visit.state('ready');
  await page.waitForSelector('article[data-step=noise] .experiment > *');
  assert.equal(await page.locator('.derivation').count(), 0);
  assert.equal(await page.locator('gl-contents nav').count(), 0);
  assert.equal(await page.locator('header .lab').isVisible(), false);
  await page.click('label:has(input[name=predict-noise]) >> nth=0');
  await page.click('[data-action=predict]');
  await page.click('.onward [rel=next]');
  await page.waitForSelector('article[data-step=ddim]');
  assert.equal(await page.locator('.onward [rel=next]').count(), 0);

  const again = await open(browser, `${site.url}lesson.html?${SETTINGS}&lang=en`, { shared: visit.context });
  await again.page.waitForSelector('article[data-step=ddim]');
  await again.page.click('gl-contents a[href="#noise"]');
  await again.page.waitForSelector('article[data-step=noise] .reveal');
  await visit.context.close();
});

test('the companion follows the step, and told a class its points end there', async () => {
  const visit = await open(browser, `${site.url}lesson.html?${SETTINGS}&lang=en#ddim`);
  const { page } = visit;
  await visit.state('ready');
  await page.click('details:has-text("two dimensions") > summary');
  const ends = (/** @type {RegExp} */ wanted) =>
    page.waitForFunction(
      (text) => new RegExp(text).test(document.querySelector('[data-readout=plane]')?.textContent ?? ''),
      wanted.source,
    );
  await ends(/A [1-9]\d*, B [1-9]\d*, C [1-9]/);
  await page.click('label:has(input[name=plane-class][value=B])');
  await ends(/A 0, B 64, C 0/);
  const drawn = () =>
    page.$eval('canvas[data-plane]', (canvas) => /** @type {HTMLCanvasElement} */ (canvas).toDataURL().length);
  await page.click('label:has(input[name=plane-arrows])');
  await page.waitForTimeout(500);
  const after = await drawn();
  await visit.slide('plane-at', 0);
  await page.waitForFunction(
    (before) =>
      /** @type {HTMLCanvasElement} */ (document.querySelector('canvas[data-plane]')).toDataURL().length !== before,
    after,
  );
  assert.deepEqual(visit.trouble, []);
  await visit.context.close();
});

test('a link that names what there is not says so', async () => {
  const visit = await open(browser, `${site.url}lesson.html?${SETTINGS}&cards=dance&lang=en`);
  await visit.page.waitForSelector('article[data-step=noise]');
  assert.match((await visit.alerts()).join(), /cards=dance.*noise, prediction/);
  await visit.page.goto(`${site.url}lesson.html?${SETTINGS}&model=fashion32&lang=en#ddpm`);
  await visit.state('ready');
  assert.match((await visit.alerts()).join(), /no use for the model fashion32; it goes on with emoji32-nano/);
  await visit.context.close();
});

test('every link within the lesson leads somewhere', async () => {
  const visit = await open(browser, `${site.url}lesson.html?${SETTINGS}&lang=en`);
  const { page } = visit;
  /** @type {Set<string>} */
  const hashes = new Set();
  const ids = new Set(/** @type {string[]} */ ([]));
  for (const place of [...STEPS, 'glossary', 'papers', 'tasks', 'teach']) {
    await page.evaluate((hash) => (location.hash = hash), place);
    await page.waitForSelector(STEPS.some((id) => id === place) ? `article[data-step=${place}]` : `gl-${place} h2`);
    for (const href of await page
      .locator('main a[href^="#"]')
      .evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? '')))
      hashes.add(href.slice(1));
    for (const id of await page.locator('main [id*="/"]').evaluateAll((entries) => entries.map(({ id }) => id)))
      ids.add(id);
  }
  const known = new Set([...STEPS, 'glossary', 'papers', 'tasks', 'teach', ...ids]);
  assert.deepEqual(
    [...hashes].filter((hash) => !known.has(hash)),
    [],
  );
  await visit.context.close();
});

test('what answers a question is seen after it, or by whoever would rather look', async () => {
  const visit = await open(browser, `${site.url}lesson.html?${SETTINGS}&cards=scale&lang=en#scale`);
  const { page } = visit;
  await visit.state('ready');
  const shown = () => page.locator('.charts').isVisible();
  await page.waitForSelector('[data-action=look]');
  assert.equal(await shown(), false);
  await tabTo(page, '[data-action=look]');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.charts');
  assert.ok(await page.evaluate(() => document.activeElement?.matches('.result')), 'the keyboard stays where it was');

  await page.reload();
  await page.waitForSelector('[data-action=look]');
  await predict(page);
  assert.ok(await shown());
  await page.reload();
  await page.waitForSelector('.charts');
  await page.click('[data-action=predict-again]');
  await page.waitForSelector('[data-action=look]');
  assert.equal(await shown(), false);

  const without = await open(browser, `${site.url}lesson.html?${SETTINGS}&hide=question&lang=en#scale`);
  await without.page.waitForSelector('.charts');
  assert.deepEqual([...visit.trouble, ...without.trouble], []);
  await without.context.close();
  await visit.context.close();
});
