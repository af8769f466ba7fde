// Pictures: an administrator with a phone illustrates a project and publishes it; visitors see it, the neighbours do not.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PHONE, signIn } from '../browser.js';
import { fresh, onStage, stage } from './stage.js';

onStage();
const nakhla = () => stage.server.origin('nakhla');
const sidra = () => stage.server.origin('sidra');

/** A picture as the browser itself draws it, so that the test needs no file. */
async function drawn(page, colour, width = 1200, height = 800) {
  const bytes = await page.evaluate(async ([fill, w, h]) => {
    const canvas = new OffscreenCanvas(w, h);
    const pen = canvas.getContext('2d');
    pen.fillStyle = fill;
    pen.fillRect(0, 0, w, h);
    pen.fillStyle = 'white';
    pen.fillRect(w / 4, h / 4, w / 2, h / 2);
    return [...new Uint8Array(await (await canvas.convertToBlob({ type: 'image/png' })).arrayBuffer())];
  }, [colour, width, height]);
  return { name: `${colour}.png`, mimeType: 'image/png', buffer: Buffer.from(bytes) };
}

/** Presses a button that leads to the page again. */
const press = (page, button) => Promise.all([page.waitForEvent('load'), button.click()]);

test('an administrator creates, illustrates and publishes a project on a phone', async () => {
  const admin = await fresh('en', PHONE);
  await signIn(admin, nakhla(), 'admin@nakhla', '/admin/items/new?lang=en');
  for (const [name, text] of [
    ['title.ar', 'مكتبة القرية'], ['title.en', 'Village library'], ['summary.ar', 'كتب لأطفال القرية'], ['summary.en', 'Books for the children of the village'],
    ['story.ar', 'غرفة واحدة وألف كتاب.'], ['target', '900'],
  ]) await admin.fill(`[name="${name}"]`, text);
  await admin.click('.editor-save button[type="submit"]');
  await admin.waitForURL(/done=created/);

  // Several at once; one of them is no picture, and says so.
  const files = [await drawn(admin, 'green'), { name: 'notes.png', mimeType: 'image/png', buffer: Buffer.from('<svg onload="alert(1)"/>') }, await drawn(admin, 'maroon')];
  await admin.setInputFiles('#pictures-file', files);
  await admin.waitForFunction(() => document.querySelectorAll('[data-picture]').length === 3 && !document.querySelector('[data-queue] li'), null, { timeout: 60_000 });
  assert.equal(await admin.locator('[data-picture] .error').count(), 1);
  assert.match(await admin.textContent('[data-picture] .error'), /JPEG, PNG or WebP/);
  await press(admin, admin.locator('[data-picture]:has(.error) button[value="remove"]'));
  assert.match(admin.url(), /removed=/);
  assert.equal(await admin.locator('[data-picture]').count(), 2);
  assert.ok(await admin.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), 'it fits the phone');

  // What is missing leads to its field.
  await admin.click('.editor-missing a[href="#e-media[1].alt.en"]');
  for (const n of [1, 2]) {
    const picture = admin.locator('[data-picture]').nth(n - 1);
    await picture.locator('[name="alt.ar"]').fill(`رفوف المكتبة ${n}`);
    await picture.locator('[name="alt.en"]').fill(`Shelves of the library ${n}`);
    await press(admin, picture.locator('button[value="save"]'));
  }
  await press(admin, admin.locator('[data-picture]').nth(1).locator('button[value="up"]'));
  assert.equal(await admin.locator('[data-picture] [name="alt.en"]').first().inputValue(), 'Shelves of the library 2');
  await admin.click('form[action$="/publish"] button');
  await admin.waitForURL(/done=publish/);

  const visitor = await fresh('en', PHONE);
  await visitor.waitForTimeout(300);
  await visitor.goto(`${nakhla()}/en/items/village-library`);
  const lead = visitor.locator('.item-photo picture img');
  assert.equal(await lead.getAttribute('alt'), 'Shelves of the library 2');
  await visitor.waitForFunction(() => [...document.querySelectorAll('.item-photo img')].every((img) => img.complete && img.naturalWidth > 0));
  // The blur that stands in for it lies behind it.
  assert.ok(await lead.evaluate((img) => {
    const { x, y, width, height } = img.getBoundingClientRect();
    return document.elementFromPoint(x + width / 2, y + height / 2) === img;
  }), 'the picture itself is seen');
  assert.equal(await visitor.locator('.gallery img[alt="Shelves of the library 1"]').count(), 1);
  const path = new URL(await lead.getAttribute('src'), nakhla()).pathname;
  await visitor.goto(`${nakhla()}/en/items`);
  assert.equal(await visitor.locator('.tile img[alt="Shelves of the library 2"]').count(), 1);

  // The neighbours see none of it.
  assert.equal((await visitor.goto(`${sidra()}/en/items/village-library`)).status(), 404);
  assert.equal((await visitor.goto(`${sidra()}${path}`)).status(), 404);
  assert.deepEqual([...admin.faults(), ...visitor.faults()], []);
});

test('without scripts a picture is sent by an ordinary form', async () => {
  const plain = await fresh('en', { ...PHONE, javaScriptEnabled: false });
  await signIn(plain, nakhla(), 'admin@nakhla', '/admin/items?lang=en');
  await plain.locator('.items-list a').first().click();
  const before = await plain.locator('[data-picture]').count();
  const painter = await fresh('en');
  await painter.goto(`${nakhla()}/en/`);
  await plain.setInputFiles('#pictures-plain', await drawn(painter, 'navy'));
  await press(plain, plain.locator('.pics-plain button'));
  assert.match(plain.url(), /#pictures$/);
  assert.equal(await plain.locator('[data-picture]').count(), before + 1);
  const last = plain.locator('[data-picture]').last();
  for (let tries = 0; tries < 60 && await last.locator('img').count() === 0; tries += 1) {
    await plain.waitForTimeout(500);
    await plain.reload();
  }
  assert.equal(await last.locator('img').count(), 1);
  await plain.setInputFiles('#pictures-plain', { name: 'notes.png', mimeType: 'image/png', buffer: Buffer.from('<svg/>') });
  await press(plain, plain.locator('.pics-plain button'));
  assert.match(await plain.locator('.notice-warning').textContent(), /JPEG, PNG or WebP/);
});
