// axe finds nothing to mend: every page, both languages, phone and desk, and the staff pages also in the dark.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { DESK, PHONE } from '../browser.js';
import { ACTING_PAGES, agePrice, asAdmin, asPlatform, lookIn, openUnready, OPENING_PAGES, order, platformPages, publicPages, SIGN_IN_PAGES, staffPages, SWITCHED_PAGES, switchOff, TIGHT_CONSOLE, TIGHT_PAGES, tighten, UNREADY_PAGES } from '../pages.js';
import { illustrated } from '../server.js';
import { fresh, onStage, stage } from './stage.js';

onStage(illustrated);
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What axe finds on the page of a tab, one line each. */
async function findings(tab, name) {
  await tab.evaluate(axe);
  const found = await tab.evaluate((tags) => window.axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] }), RULES);
  // Not against innerWidth: on a phone a page that is too wide widens that too.
  const sideways = await tab.evaluate((width) => document.documentElement.scrollWidth > width + 1, tab.viewportSize().width);
  const lines = found.violations.flatMap((rule) => rule.nodes.map((node) => `${name}: ${rule.id} ${node.target.join(' ')} – ${node.failureSummary?.split('\n')[1]?.trim() ?? rule.help}`));
  return sideways ? [...lines, `${name}: runs off the side`] : lines;
}

async function look(tab, pages, lang, label) {
  const found = [];
  for (const page of pages) {
    await tab.goto(stage.server.origin(page.slug) + page.path(lang), { waitUntil: 'load' });
    await page.act?.(tab);
    found.push(...await findings(tab, `${label}/${page.name}`));
  }
  return found;
}

for (const [lang, size, options] of [['ar', 'phone', PHONE], ['en', 'desk', DESK]]) {
  test(`public pages, ${lang}, ${size}`, async () => {
    const made = await order(stage.server, 'nakhla', 'zakat', { amount: 5000 });
    const tab = await fresh(lang, options);
    const found = await look(tab, publicPages(made), lang, `${lang}-${size}`);
    assert.deepEqual(found, []);
    assert.deepEqual(tab.faults(), []);
  });
}

for (const [lang, options, label] of [['ar', DESK, 'desk'], ['en', PHONE, 'phone'], ['ar', { ...PHONE, colorScheme: 'dark' }, 'phone-dark'], ['en', { ...DESK, colorScheme: 'dark' }, 'desk-dark']]) {
  test(`staff pages, ${lang}, ${label}`, async () => {
    const made = await order(stage.server, 'nakhla', 'zakat', { amount: 25_500 });
    const tab = await fresh(lang, { ...options, reducedMotion: 'reduce' });
    await asAdmin(tab, stage.server.origin('nakhla'));
    const found = await look(tab, staffPages(made.id), lang, `${lang}-${label}`);
    assert.deepEqual(found, []);
    assert.deepEqual(tab.faults(), []);
  });
}

for (const [lang, size, options] of [['ar', 'phone', PHONE], ['en', 'desk', DESK]]) {
  test(`the platform's console, and inside a tenant, ${lang}, ${size}`, async () => {
    const tab = await fresh(lang, { ...options, reducedMotion: 'reduce' });
    await asPlatform(tab, stage.server);
    const found = await look(tab, platformPages(), lang, `${lang}-${size}`);
    await lookIn(tab, stage.server);
    found.push(...await look(tab, ACTING_PAGES, lang, `${lang}-${size}`));
    assert.deepEqual(found, []);
    assert.deepEqual(tab.faults(), []);
  });
}

for (const [lang, options, label] of [['ar', PHONE, 'phone'], ['en', DESK, 'desk'], ['ar', { ...DESK, colorScheme: 'dark' }, 'desk-dark']]) {
  test(`pages that open tenants, ${lang}, ${label}`, async () => {
    const tab = await fresh(lang, { ...options, reducedMotion: 'reduce' });
    await asPlatform(tab, stage.server);
    assert.deepEqual(await look(tab, OPENING_PAGES, lang, `${lang}-${label}`), []);
    assert.deepEqual(tab.faults(), []);
  });
}

test('pages around signing in', async () => {
  const found = [];
  for (const [lang, options] of [['ar', PHONE], ['en', DESK]]) {
    for (const page of SIGN_IN_PAGES) {
      const tab = await fresh(lang, options);
      await page.open(tab, stage.server.origin('nakhla'));
      found.push(...await findings(tab, `${lang}/${page.name}`));
      await tab.context().close();
    }
  }
  assert.deepEqual(found, []);
});

// From here on nothing is taken back.
test('a plan that is used up, a tenant that is not ready, a price that is old', async () => {
  const root = await fresh('ar', DESK);
  await asPlatform(root, stage.server);
  await openUnready(root, stage.server);
  await tighten(root, stage.server);
  await asAdmin(root, stage.server.origin('nakhla'));
  await agePrice(root, stage.server);
  for (const [lang, options] of [['ar', PHONE], ['en', { ...DESK, colorScheme: 'dark' }]]) {
    const tab = await fresh(lang, { ...options, reducedMotion: 'reduce' });
    const found = await look(tab, UNREADY_PAGES, lang, lang);
    await asAdmin(tab, stage.server.origin('nakhla'));
    found.push(...await look(tab, TIGHT_PAGES, lang, lang));
    await asPlatform(tab, stage.server);
    found.push(...await look(tab, TIGHT_CONSOLE, lang, lang));
    assert.deepEqual(found, []);
    assert.deepEqual(tab.faults(), []);
  }
});

test('what is left of a tenant that was switched off', async () => {
  const root = await fresh('ar', DESK);
  await asPlatform(root, stage.server);
  await switchOff(root, stage.server);
  for (const [lang, options] of [['ar', PHONE], ['en', DESK]]) {
    const tab = await fresh(lang, options);
    assert.deepEqual(await look(tab, SWITCHED_PAGES, lang, lang), []);
    assert.deepEqual(tab.faults(), []);
  }
});
