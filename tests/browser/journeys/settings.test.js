// The settings on a phone: colours and headline change, and a visitor elsewhere sees them without a restart; a colour that cannot be read
// is refused beside its field; another tenant stays as it is. And a page of the tenant's own, with its preview.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DESK, PHONE, signIn } from '../browser.js';
import { sign } from '../pages.js';
import { fresh, onStage, stage } from './stage.js';

onStage();
const nakhla = () => stage.server.origin('nakhla');
const sidra = () => stage.server.origin('sidra');

async function admin(path, lang, options) {
  const page = await fresh(lang, options);
  await signIn(page, nakhla(), 'admin@nakhla', `${path}?lang=${lang}`);
  await page.waitForURL((url) => url.pathname === path);
  return page;
}

const save = (page) => page.click('.editor-save .btn-primary');
const colour = (page, selector) => page.evaluate((of) => getComputedStyle(document.querySelector(of)).backgroundColor, selector);

test('an administrator changes colours and headline on a phone, and visitors see it', async () => {
  const visitor = await fresh('ar', PHONE);
  const neighbour = await fresh('ar', PHONE);
  await visitor.goto(`${nakhla()}/ar/`);
  await neighbour.goto(`${sidra()}/ar/`);
  const [green, sand] = [await colour(visitor, '.btn-primary'), await colour(neighbour, '.btn-primary')];
  const page = await admin('/admin/settings', 'ar', PHONE);
  await page.fill('#e-primary', '#1E4E8C');
  await page.waitForFunction(() => getComputedStyle(document.querySelector('.p-button')).backgroundColor === 'rgb(30, 78, 140)');
  await page.locator('[id="e-hero.ar"]').fill('قطرة تصنع حياة');
  assert.equal(await page.textContent('.p-hero'), 'قطرة تصنع حياة');
  assert.equal(await colour(visitor, '.btn-primary'), green, 'not saved yet');
  await save(page);
  await page.waitForURL(/done=saved/);
  assert.match(await page.textContent('.notice-success'), /#0F6B4F\s+#1E4E8C/);
  await visitor.waitForTimeout(300);
  await visitor.goto(`${nakhla()}/ar/`);
  assert.equal(await visitor.textContent('h1'), 'قطرة تصنع حياة');
  assert.equal(await colour(visitor, '.btn-primary'), 'rgb(30, 78, 140)');
  await neighbour.goto(`${sidra()}/ar/`);
  assert.equal(await colour(neighbour, '.btn-primary'), sand);
  assert.deepEqual([...page.faults(), ...visitor.faults(), ...neighbour.faults()], []);
});

test('a colour that cannot be read is refused beside its field, and nothing typed is lost', async () => {
  const page = await admin('/admin/settings', 'en', PHONE);
  await page.locator('[id="e-tagline.en"]').fill('Typed before the refusal');
  await page.fill('#e-primary', '#2FA37C');
  await save(page);
  const error = await page.locator('#e-primary-error').textContent();
  assert.match(error, /links on the .* 4\.5/);
  assert.equal(await page.inputValue('#e-primary'), '#2FA37C');
  assert.equal(await page.locator('[id="e-tagline.en"]').inputValue(), 'Typed before the refusal');
  assert.equal(await page.getAttribute('#e-primary', 'aria-describedby'), 'e-primary-error');
  const nearest = error.match(/#[0-9A-F]{6}/)[0];
  await page.fill('#e-primary', nearest);
  await save(page);
  await page.waitForURL(/done=saved/);
  assert.deepEqual(page.faults().filter((fault) => !/422/.test(fault)), []);
});

test('settings and pages work without JavaScript', async () => {
  const signed = await admin('/admin/settings', 'en', DESK);
  const plain = await fresh('en', { ...DESK, javaScriptEnabled: false, storageState: await signed.context().storageState() });
  await plain.goto(`${nakhla()}/admin/settings?lang=en`);
  await plain.fill('#e-accent', '#7A1F5C');
  await plain.click('[data-preview-now]');
  await plain.waitForLoadState('load');
  assert.equal(await plain.inputValue('#e-accent'), '#7A1F5C');
  assert.equal(await colour(plain, '.p-label'), 'rgb(122, 31, 92)');
  await plain.goto(`${nakhla()}/admin/pages/contact?lang=en`);
  await plain.locator('[id="e-body.en"]').fill('Ring the **bell** twice.');
  await save(plain);
  await plain.waitForURL(/done=saved/);
  const visitor = await fresh('en', DESK);
  await visitor.waitForTimeout(300);
  await visitor.goto(`${nakhla()}/en/contact`);
  assert.equal(await visitor.textContent('.prose strong'), 'bell');
});

test('a page follows the typing, and shows markup as text', async () => {
  const page = await admin('/admin/pages/policies', 'ar', DESK);
  await page.locator('[id="e-body.ar"]').fill('## الاسترداد\n\n- خلال **30** يوماً\n- <script>alert(1)</script>');
  await page.locator('[data-shown="ar"] li').nth(1).waitFor();
  assert.equal(await page.textContent('[data-shown="ar"] strong'), '30');
  assert.equal((await page.textContent('[data-shown="ar"] li:nth-child(2)')).trim(), '<script>alert(1)</script>');
  await save(page);
  await page.waitForURL(/done=saved/);
  const visitor = await fresh('ar', PHONE);
  await visitor.waitForTimeout(300);
  await visitor.goto(`${nakhla()}/ar/policies`);
  assert.equal(await visitor.textContent('.prose h2'), 'الاسترداد');
  assert.deepEqual([...page.faults(), ...visitor.faults()], []);
});

test('a logo is seen before it is sent, stands at the head of every page once it is drawn, and goes again', async () => {
  const page = await admin('/admin/settings/logo', 'en', DESK);
  const head = page.locator('[data-logo]').first();
  const woven = await head.getAttribute('src');
  await page.setInputFiles('#e-file', await sign(page));
  await page.locator('[data-chosen]').waitFor();
  assert.match(await head.getAttribute('src'), /^data:image\/png/);
  await page.setInputFiles('#e-file', []);
  await page.locator('[data-chosen]').waitFor({ state: 'hidden' });
  assert.equal(await head.getAttribute('src'), woven);
  await page.setInputFiles('#e-file', await sign(page));
  await page.click('.editor-form button[type="submit"]');
  // It is being drawn; the page finds out by itself.
  await page.locator('[data-logo][src^="/logo.jpg"]').first().waitFor();
  const visitor = await fresh('ar', PHONE);
  await visitor.goto(`${nakhla()}/ar/`);
  const logo = visitor.locator('.brand img');
  assert.match(await logo.getAttribute('alt'), /النخلة/);
  assert.ok(await logo.evaluate((image) => image.decode().then(() => image.naturalWidth)) > 0);
  assert.match(await visitor.textContent('script[type="application/ld+json"]'), /"logo":"http[^"]*\/logo\.jpg\?v=/);
  await page.click('form[action$="/remove"] button');
  await page.waitForURL(/done=saved/);
  await visitor.waitForTimeout(300);
  await visitor.goto(`${nakhla()}/ar/`);
  assert.match(await logo.getAttribute('src'), /mark\.svg/);
  assert.deepEqual([...page.faults(), ...visitor.faults()], []);
});
