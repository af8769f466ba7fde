// Somebody of the platform opens a shop; its first administrator comes by the link, adds the account on a phone, publishes a draft, and it
// is on sale, to be paid to that account. One minute.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DESK, PHONE, signIn } from '../browser.js';
import { fresh, onStage, stage } from './stage.js';

onStage();

/** Adds the account: a slip is told beside its field and costs nothing that was typed; what people who pay will see follows the typing. */
async function account(page) {
  const field = (name) => page.locator(`[id="e-${name}"]`);
  await field('beneficiary.ar').fill('متجر الواحة للتمور');
  await field('beneficiary.en').fill('Waha Dates');
  await field('bank.ar').fill('البنك التجاري الكويتي');
  await field('bank.en').fill('Commercial Bank of Kuwait');
  await field('iban').fill('KW81 CBKU ٠٠٠٠ ٠٠٠٠ ٠٠٠٠ ١٢٣٤ ٥٦٠١ ٠٢');
  await page.locator('[data-shown="ar"]', { hasText: 'KW81 CBKU 0000 0000 0000 1234 5601 02' }).waitFor();
  await page.click('.editor-save .btn-primary');
  assert.match(await page.textContent('#e-iban-error'), /رقمي التحقق/);
  assert.equal(await field('bank.ar').inputValue(), 'البنك التجاري الكويتي');
  await field('iban').fill('KW81 CBKU ٠٠٠٠ ٠٠٠٠ ٠٠٠٠ ١٢٣٤ ٥٦٠١ ٠١');
  await page.click('.editor-save .btn-primary');
  await page.waitForURL(/done=saved/);
  assert.equal(await field('iban').inputValue(), 'KW81 CBKU 0000 0000 0000 1234 5601 01');
}

test('a tenant is opened, entered and on sale within a minute', async () => {
  const root = await fresh('ar', DESK);
  const origin = stage.server.origin('platform');
  await signIn(root, origin, 'root@platform', '/');
  const begun = Date.now();
  await root.click('a[href="/tenants/new"]');
  // Sent as it is, it names what is missing and keeps what was chosen.
  await root.check('input[name="kind"][value="shop"]');
  await root.click('.opening button[type="submit"]');
  await root.locator('#errors').waitFor();
  assert.ok(await root.isChecked('input[name="kind"][value="shop"]'));
  assert.equal(await root.locator('#slug-error').count(), 1);
  await root.fill('#name_ar', 'متجر الواحة');
  await root.fill('#name_en', 'Waha Shop');
  await root.fill('#slug', 'waha');
  await root.fill('#admin_email', 'staff@masar.example');
  await root.click('.opening button[type="submit"]');
  const link = await root.inputValue('#link');
  assert.ok(link.startsWith(`${stage.server.origin('waha')}/auth/invitation?code=`), link);

  const admin = await fresh('ar', PHONE);
  await admin.goto(link);
  await admin.click('main a.button');
  await admin.waitForURL(/id\.localhost/);
  await admin.check('input[name="username"][value="staff@masar"]');
  await admin.fill('input[name="password"]', 'demo');
  await Promise.all([admin.waitForURL(/waha\.localhost.*\/admin/), admin.click('button[type="submit"]')]);
  await admin.goto(`${stage.server.origin('waha')}/admin/settings/bank`);
  await account(admin);
  await admin.goto(`${stage.server.origin('waha')}/admin/items`);
  assert.equal(await admin.locator('.items-list li').count(), 2);
  await admin.locator('.items-list a').first().click();
  await admin.click('form[action$="/publish"] button');
  await admin.waitForURL(/done=/);

  const visitor = await fresh('ar', PHONE);
  await visitor.goto(`${stage.server.origin('waha')}/ar/items/dates-1kg`);
  await visitor.locator('form.give').waitFor();
  await visitor.click('form.give button[type="submit"]');
  await visitor.fill('#donor-name', 'سارة');
  await visitor.fill('#donor-phone', '30000007');
  await visitor.check('input[name="method"][value="transfer"]');
  await visitor.click('form[data-checkout] .btn-wide');
  await visitor.locator('.reference').waitFor();
  assert.match(await visitor.textContent('.copy-rows'), /متجر الواحة للتمور.*البنك التجاري الكويتي.*KW81 CBKU 0000 0000 0000 1234 5601 01/s);
  const took = Date.now() - begun;
  process.stdout.write(`opened, entered and on sale in ${(took / 1000).toFixed(1)} s\n`);
  assert.ok(took < 60_000, `${took} ms`);
  for (const tab of [root, admin, visitor]) assert.deepEqual(tab.faults().filter((fault) => !/422/.test(fault)), []);
});

test('a tenant that may take no money says so and keeps its pages', async () => {
  const root = await fresh('en', DESK);
  await signIn(root, stage.server.origin('platform'), 'root@platform', '/');
  const card = root.locator('#t-masar');
  await card.locator('summary', { hasText: 'Switch off' }).click();
  await card.locator('form[action$="/suspend"] textarea').fill('The collection permit ended');
  await card.locator('form[action$="/suspend"] button').click();
  await root.waitForURL(/done=1/);
  for (const [lang, options] of [['ar', PHONE], ['en', DESK]]) {
    const visitor = await fresh(lang, options);
    const at = (path) => `${stage.server.origin('masar')}/${lang}/${path}`;
    // What the platform changes is seen within moments.
    do await visitor.goto(at('items/library'));
    while (await visitor.locator('.suspended').count() === 0);
    // Proofs stay to be read, and an order to be found.
    await visitor.locator('.proofs li').first().waitFor();
    await visitor.goto(at('items/fees'));
    assert.equal(await visitor.locator('form.give').count(), 0);
    assert.equal((await visitor.goto(at('track'))).status(), 200);
    await visitor.locator('form[action$="/track"]').waitFor();
    assert.equal((await visitor.goto(at('transparency'))).status(), 200);
    assert.deepEqual(visitor.faults(), []);
  }
  await root.goto(`${stage.server.origin('platform')}/`);
  await card.locator('summary', { hasText: 'Switch on' }).click();
  await card.locator('form[action$="/activate"] textarea').fill('Permit renewed');
  await card.locator('form[action$="/activate"] button').click();
  await root.waitForURL(/done=1/);
});

test('a tenant is closed for good and its archive taken', async () => {
  const root = await fresh('ar', DESK);
  await signIn(root, stage.server.origin('platform'), 'root@platform', '/');
  const card = root.locator('#t-sidra');
  await card.locator('summary', { hasText: 'الإغلاق النهائي' }).click();
  await card.locator('form[action$="/close"] textarea').fill('انتهى نشاط المتجر');
  await card.locator('[name="confirm_slug"]').fill('sidraa');
  await card.locator('form[action$="/close"] button').click();
  // Another address does not close it, and what was typed is still there.
  assert.equal(await card.locator('form[action$="/close"] .error').count(), 1);
  assert.equal(await card.locator('form[action$="/close"] textarea').inputValue(), 'انتهى نشاط المتجر');
  await card.locator('[name="confirm_slug"]').fill('sidra');
  await card.locator('form[action$="/close"] button').click();
  await root.waitForURL(/done=1/);
  const [download] = await Promise.all([root.waitForEvent('download'), card.locator('form[action$="/export"] button').click()]);
  assert.match(download.suggestedFilename(), /^sadu-sidra-.*\.tar$/);
  assert.equal(await download.failure(), null);
  const visitor = await fresh('ar', PHONE);
  let answer;
  do answer = await visitor.goto(`${stage.server.origin('sidra')}/ar/`);
  while (answer.status() === 200);
  assert.equal(answer.status(), 410);
  assert.match(await visitor.textContent('h1'), /أُغلق هذا الموقع نهائياً/);
  for (const tab of [root, visitor]) assert.deepEqual(tab.faults(), []);
});
