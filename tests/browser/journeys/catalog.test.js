// The catalog: written and published on a phone, found by a misspelt word, and two people at one item.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DESK, PHONE, signIn } from '../browser.js';
import { fresh, onStage, stage } from './stage.js';

onStage();
const nakhla = () => stage.server.origin('nakhla');
const sidra = () => stage.server.origin('sidra');

async function editor(account, lang, options) {
  const page = await fresh(lang, options);
  await signIn(page, nakhla(), account, `/admin/items?lang=${lang}`);
  await page.waitForURL(/\/admin\/items/);
  return page;
}

const save = (page) => page.click('.editor-save button[type="submit"]');

test('a project is written and published on a phone, and visitors find it by a misspelt word', async () => {
  const admin = await editor('admin@nakhla', 'ar', PHONE);
  await admin.click('a[href="/admin/items/new"]');
  await admin.fill('[name="title.ar"]', 'ترميم مستوصف الفنطاس');
  await admin.fill('[name="title.en"]', 'Fintas clinic repair');
  await admin.fill('[name="target"]', '٢٬٤٠٠');
  await save(admin);
  await admin.waitForURL(/done=created/);
  assert.equal(await admin.inputValue('[name="target"]'), '2400.000');
  assert.equal(await admin.inputValue('[name="slug"]'), 'fintas-clinic-repair');

  // What is missing leads to its field; publishing now is refused and says so.
  assert.equal(await admin.locator('.editor-missing li').count(), 3);
  await admin.click('form[action$="/publish"] button');
  await admin.locator('.notice[role="alert"]').waitFor();
  const visitor = await fresh('ar', PHONE);
  assert.equal((await visitor.goto(`${nakhla()}/ar/items/fintas-clinic-repair`)).status(), 404);

  await admin.click('.editor-missing a[href="#e-summary.ar"]');
  await admin.fill('[name="summary.ar"]', 'سقف جديد وغرفتا فحص');
  await admin.fill('[name="summary.en"]', 'A new roof and two examination rooms');
  await admin.fill('[name="story.ar"]', 'بُني المستوصف قبل أربعين سنة.\n\nالسقف يسرّب الماء كل شتاء.');
  await save(admin);
  await admin.waitForURL(/done=saved/);
  await admin.locator('.editor-ready').waitFor();
  await admin.click('form[action$="/publish"] button');
  await admin.waitForURL(/done=publish/);

  await visitor.waitForTimeout(300);
  await visitor.goto(`${nakhla()}/ar/items?q=${encodeURIComponent('مستوسف الفنطاص')}`);
  await visitor.click('.cards a[href$="/items/fintas-clinic-repair"]');
  await visitor.waitForURL(/\/ar\/items\/fintas-clinic-repair$/);
  assert.match(await visitor.textContent('h1'), /الفنطاس/);
  assert.equal((await visitor.goto(`${nakhla()}/en/items/fintas-clinic-repair`)).status(), 200);
  assert.equal((await visitor.goto(`${sidra()}/ar/items/fintas-clinic-repair`)).status(), 404);
  assert.deepEqual([...admin.faults(), ...visitor.faults()], []);
});

test('who saves second sees what the first one changed and loses nothing', async () => {
  const [one, two] = await Promise.all([editor('admin@nakhla', 'en', DESK), editor('staff@nakhla', 'en', DESK)]);
  for (const page of [one, two]) {
    await page.click('.items-list a:has-text("Artesian well")');
    await page.waitForURL(/\/admin\/items\/[0-9a-f-]{36}/);
  }
  await one.fill('[name="title.en"]', 'Artesian well in Rahma');
  await save(one);
  await one.waitForURL(/done=saved/);
  await two.fill('[name="summary.en"]', 'Water for nine hundred people');
  await save(two);
  await two.locator('#stale').waitFor();
  assert.match(await two.textContent('#stale'), /Artesian well in Rahma/);
  assert.equal(await two.inputValue('[name="summary.en"]'), 'Water for nine hundred people');
  await two.fill('[name="title.en"]', 'Artesian well in Rahma');
  await save(two);
  await two.waitForURL(/done=saved/);
  assert.equal(await two.inputValue('[name="summary.en"]'), 'Water for nine hundred people');
  assert.deepEqual([...one.faults(), ...two.faults()].filter((fault) => !/409/.test(fault)), []);
});

test('the editor works without JavaScript and keeps what was typed', async () => {
  const admin = await editor('staff@nakhla', 'en', DESK);
  const plain = await fresh('en', { ...DESK, javaScriptEnabled: false, storageState: await admin.context().storageState() });
  await plain.goto(`${nakhla()}/admin/items/new?kind=fund&lang=en`);
  await plain.fill('[name="title.ar"]', 'صندوق الشتاء');
  await plain.fill('[name="min"]', '1,5');
  await save(plain);
  await plain.locator('#errors').waitFor();
  assert.equal(await plain.inputValue('[name="title.ar"]'), 'صندوق الشتاء');
  assert.equal(await plain.inputValue('[name="min"]'), '1,5');
  await plain.fill('[name="min"]', '1.5');
  await save(plain);
  await plain.waitForURL(/done=created/);
  assert.equal(await plain.locator('form[action$="/publish"]').count(), 0, 'publishing is an administrator\'s');
  await plain.click('form[action$="/submit"] button');
  await plain.waitForURL(/done=submit/);
});
