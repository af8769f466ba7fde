// Staff and administrators: who gets in where, the keyboard, the line that breaks, two people at one row.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DESK, PHONE, signIn } from '../browser.js';
import { byHand, fresh, inbox, mark, onStage, placed, stage, untouched } from './stage.js';

onStage();
const nakhla = () => stage.server.origin('nakhla');
const rowOf = (page, reference) => page.locator('.row', { hasText: reference });
const references = (page) => page.locator('.row [data-f="reference"]').allTextContents();

test('each is led to where they belong, and signing out ends it', async () => {
  const without = await fresh('en');
  await signIn(without, nakhla(), 'nomfa@nakhla');
  await without.waitForLoadState();
  assert.match(await without.textContent('body'), /second step|second factor|two-step|verification/i);
  assert.equal(await without.locator('.rows, [data-board]').count(), 0);

  const staff = await fresh('ar');
  await signIn(staff, nakhla(), 'staff@nakhla', '/admin');
  await staff.waitForURL(/\/admin\/inbox$/);
  assert.equal(await staff.locator('.side a[href="/admin"]').count(), 0, 'no way to a page that is not theirs');
  await staff.waitForSelector('[data-link="live"]');
  const other = await staff.context().newPage();
  await other.goto(`${nakhla()}/admin/inbox`);
  await other.locator('.side form button').click();
  await other.waitForURL(/signed-out|\/(ar|en)\/$/);
  await staff.locator('[data-signed-out]').waitFor({ state: 'visible' });
  assert.equal(await staff.getAttribute('.list-head [data-link]', 'data-link'), 'signed_out');
  await other.goto(`${nakhla()}/admin/inbox`);
  assert.match(other.url(), /id\.localhost|\/auth\/login/);
});

test('the funding page moves as gifts come in, and is right without JavaScript', async () => {
  const admin = await fresh('en');
  await signIn(admin, nakhla(), 'admin@nakhla');
  await admin.waitForSelector('[data-link="live"]');
  await mark(admin);
  const sum = async (name) => Number((await admin.locator(`[data-sum="${name}"] bdi`).textContent()).replace(/[^\d]/g, ''));
  const cell = (item, name) => admin.locator(`[data-item="${item}"] [data-cell="${name}"]`);
  const before = { awaiting: await sum('awaiting'), raised: await sum('raised') };
  const order = await placed({ item: 'general', amount: 40_000 });
  const settled = (name, value) => admin.waitForFunction(([key, wanted]) => Number(document.querySelector(`[data-sum="${key}"] bdi`).textContent.replace(/[^\d]/g, '')) === wanted, [name, value]);
  await settled('awaiting', before.awaiting + 40_000);

  const staff = await inbox();
  await rowOf(staff, order.reference).locator('a').click();
  await staff.locator('.detail [name="bank_reference"]').fill('FT-FUND');
  await staff.locator('.detail [data-transfer] button[type="submit"]').click();
  await settled('raised', before.raised + 40_000);
  await settled('awaiting', before.awaiting);
  assert.match(await admin.locator('p[data-say]').textContent(), /40\.000/);
  assert.equal(await untouched(admin), true);
  assert.deepEqual(admin.faults(), []);

  const state = await admin.context().storageState();
  const plain = await fresh('en', { ...DESK, javaScriptEnabled: false, storageState: state });
  await plain.goto(`${nakhla()}/admin`);
  assert.equal(await plain.locator('[data-item="general"] [data-cell="raised"]').textContent(), await cell('general', 'raised').textContent());
  await plain.locator('[data-lang]').click();
  assert.equal(await plain.getAttribute('html', 'dir'), 'rtl');
  await plain.goto(`${nakhla()}/admin/inbox`);
  assert.equal(await plain.getAttribute('html', 'lang'), 'ar', 'the choice is remembered');
});

test('what was missed while the line was cut comes in order, once', async () => {
  const staff = await inbox();
  await mark(staff);
  await placed({ amount: 1000 });
  await staff.context().setOffline(true);
  await staff.waitForSelector('[data-link="offline"]');
  assert.match(await staff.textContent('[data-link-word]'), /غير متصل منذ \d\d:\d\d/);
  const missed = [];
  for (let n = 1; n <= 12; n += 1) missed.push((await placed({ amount: 1000 + n * 250 })).reference);
  assert.equal(await rowOf(staff, missed[0]).count(), 0);
  await staff.context().setOffline(false);
  await staff.waitForSelector('[data-link="live"]');
  await rowOf(staff, missed.at(-1)).waitFor();
  const shown = await references(staff);
  assert.deepEqual(shown.slice(0, 12), missed.toReversed());
  assert.equal(new Set(shown).size, shown.length, 'each once');
  assert.equal(await untouched(staff), true);
  assert.deepEqual(staff.faults(), []);
});

test('rows that come in do not move what is being read', async () => {
  for (let n = 0; n < 14; n += 1) await placed({ amount: 2000 + n });
  const staff = await inbox();
  await staff.locator('[data-scroller]').evaluate((box) => { box.scrollTop = 400; });
  await staff.waitForFunction(() => document.querySelector('[data-scroller]').scrollTop === 400);
  const first = () => staff.evaluate(() => {
    const box = document.querySelector('[data-scroller]').getBoundingClientRect();
    const row = [...document.querySelectorAll('.row')].find((one) => one.getBoundingClientRect().bottom > box.top + 1);
    return [row.dataset.subject, Math.round(row.getBoundingClientRect().top)];
  });
  const before = await first();
  const order = await placed({ amount: 9999 });
  await staff.locator('[data-pill]').waitFor({ state: 'visible' });
  assert.match(await staff.textContent('[data-pill-word]'), /عنصر جديد/);
  assert.deepEqual(await first(), before);
  await staff.locator('[data-pill]').click();
  await rowOf(staff, order.reference).waitFor({ state: 'visible' });
  await staff.locator('[data-pill]').waitFor({ state: 'hidden' });
});

test('keys by their place: move, open, take, confirm, finish, leave', async () => {
  await placed({ amount: 3000 });
  const order = await placed({ amount: 3100 });
  const staff = await inbox('staff@nakhla', 'en');
  await staff.keyboard.press('Shift+Slash');
  await staff.locator('[data-sheet]').waitFor({ state: 'visible' });
  await staff.keyboard.press('Escape');
  await staff.locator('[data-sheet]').waitFor({ state: 'hidden' });
  // As an Arabic layout sends it: the key says ت, the place says J.
  const arabic = (code, key) => staff.evaluate(([c, k]) => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { code: c, key: k, bubbles: true, cancelable: true })), [code, key]);
  await arabic('KeyJ', 'ت');
  assert.equal(await staff.evaluate(() => document.activeElement.closest('.row').querySelector('[data-f="reference"]').textContent), order.reference);
  await staff.keyboard.press('Enter');
  await staff.locator('.open [data-f="reference"]', { hasText: order.reference }).waitFor();
  await staff.locator('[data-act="claim"]').waitFor({ state: 'visible' });
  await staff.keyboard.press('i');
  await staff.locator('.open [data-f="owner"]', { hasText: 'You' }).waitFor();
  await staff.keyboard.press('r');
  assert.equal(await staff.evaluate(() => document.activeElement.name), 'bank_reference');
  await staff.keyboard.type('FT-KEYS');
  await staff.keyboard.press('Enter');
  await staff.locator('.open-head .badge-success').waitFor();
  await staff.keyboard.press('e');
  await rowOf(staff, order.reference).locator('[data-f="done"]').waitFor({ state: 'visible' });
  await staff.keyboard.press('Escape');
  await staff.locator('.open').waitFor({ state: 'detached' });
  assert.match(staff.url(), /\/admin\/inbox\?view=all$/);
  await staff.keyboard.press('3');
  await staff.waitForFunction(() => [...document.querySelectorAll('.row .badge')].every((badge) => badge.classList.contains('badge-success')));
  assert.deepEqual(staff.faults(), []);
});

test('two take one row: the second is told who has it', async () => {
  const order = await placed({ amount: 6000 });
  const [one, two] = await Promise.all([inbox('staff@nakhla', 'en'), inbox('admin@nakhla', 'en')]);
  for (const page of [one, two]) await rowOf(page, order.reference).locator('a').click();
  await two.locator('[data-act="claim"]').waitFor({ state: 'visible' });
  // The second has not heard of the first yet: their line is slow.
  await two.context().setOffline(true);
  await two.waitForSelector('[data-link="offline"]');
  await one.locator('[data-act="claim"] button').click();
  await one.locator('.open [data-f="owner"]', { hasText: 'You' }).waitFor();
  await two.route('**/api/v1/admin/inbox?view=**', (route) => route.continue());
  await two.evaluate(() => { window.WebSocket = class { close() {} }; });
  await two.context().setOffline(false);
  await two.locator('[data-act="claim"] button').click();
  await two.locator('.toast', { hasText: 'has it already' }).waitFor();
  assert.doesNotMatch(await two.locator('.open [data-f="owner"]').textContent(), /You|Nobody/);
});

test('a part and then the rest are confirmed in one form, though the first answer comes after its event', async () => {
  const order = await placed({ amount: 9000 });
  const staff = await inbox('staff@nakhla', 'en');
  const donor = await fresh('ar', PHONE);
  await donor.goto(order.track_url);
  await rowOf(staff, order.reference).locator('a').click();
  const form = staff.locator('.detail [data-transfer]');
  const send = () => form.locator('button[type="submit"]').click();
  await staff.waitForFunction(() => document.querySelector('.detail [name="amount"]')?.value === '9.000');
  await form.locator('[name="amount"]').fill('4');
  await form.locator('[name="bank_reference"]').fill('FT-PART');
  await staff.route('**/confirm-transfer', async (route) => {
    const answer = await byHand(route.request());
    await staff.locator('.open-head [data-f="state"]', { hasText: 'Part paid' }).waitFor();
    await route.fulfill({ status: answer.status, headers: answer.headers, body: answer.text });
  });
  await send();
  await staff.locator('.toast', { hasText: '4.000 confirmed' }).waitFor();
  await staff.waitForFunction(() => document.querySelector('.detail [name="amount"]').value === '5.000');
  // The donor's open page asks for the rest.
  await donor.locator('.copy-rows dd', { hasText: '5.000' }).first().waitFor();
  await staff.unroute('**/confirm-transfer');
  await form.locator('[name="amount"]').fill('6');
  await form.locator('[name="bank_reference"]').fill('FT-REST');
  await send();
  await staff.locator('.open-head .badge-success').waitFor();
  await staff.locator('[data-payments] div', { hasText: 'More than was due' }).waitFor();
  assert.match(await staff.locator('[data-payments]').textContent(), /4\.000.*6\.000.*1\.000/s);
  await donor.locator('.state-received').waitFor({ state: 'visible' });
  assert.deepEqual([...staff.faults(), ...donor.faults()], []);
});

test('who confirms a moment too late is told, though the form has gone', async () => {
  const order = await placed({ amount: 6100 });
  const [one, two] = await Promise.all([inbox('staff@nakhla', 'en'), inbox('admin@nakhla', 'en')]);
  for (const page of [one, two]) {
    await rowOf(page, order.reference).locator('a').click();
    await page.waitForFunction(() => document.querySelector('.detail [name="amount"]')?.value === '6.100');
  }
  await one.locator('.detail [name="bank_reference"]').fill('FT-FIRST');
  await two.locator('.detail [name="bank_reference"]').fill('FT-SECOND');
  // The second's request is held until the first has been posted and the form is gone.
  await two.route('**/confirm-transfer', async (route) => {
    await one.locator('.detail [data-transfer] button[type="submit"]').click();
    await two.locator('.detail [data-transfer]').waitFor({ state: 'hidden' });
    await route.continue();
  });
  await two.locator('.detail [data-transfer] button[type="submit"]').click();
  await two.locator('.toast', { hasText: 'not waiting for a payment' }).waitFor();
  assert.equal(await two.locator('[data-payments] dd').count(), 1, 'posted once');
});

test('on a phone an order is a page of its own, and back is back', async () => {
  const order = await placed({ amount: 8000 });
  const staff = await inbox('staff@nakhla', 'ar', PHONE);
  await rowOf(staff, order.reference).locator('a').click();
  await staff.locator('.open').waitFor();
  assert.equal(await staff.locator('.rows').isVisible(), false);
  assert.equal(await staff.locator('.list-head [data-link]').isVisible(), true, 'whether it is live can still be seen');
  assert.match(staff.url(), /\/admin\/inbox\/[0-9a-f-]{36}$/);
  await staff.goBack();
  await staff.locator('.rows').waitFor({ state: 'visible' });
  assert.equal(await staff.locator('.open').count(), 0);
  const wider = await staff.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  assert.equal(wider, false, 'nothing runs off the side');
});
