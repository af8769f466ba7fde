// From the donor's phone to the staff's desk and back, with nobody reloading anything.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DESK, fillCheckout, give, PHONE } from '../browser.js';
import { byHand, fresh, inbox, mark, onStage, placed, stage, untouched } from './stage.js';

onStage();
const nakhla = () => stage.server.origin('nakhla');
const rowOf = (page, reference) => page.locator('.row', { hasText: reference });

test('a gift by transfer reaches the open inbox, and its confirmation the donor and the public', async () => {
  const staff = await inbox();
  const donor = await fresh('ar', PHONE);
  const visitor = await fresh('en', PHONE);
  await visitor.goto(`${nakhla()}/en/items/well`);
  await visitor.waitForSelector('.is-live');
  await Promise.all([staff, visitor].map(mark));
  const raised = () => visitor.locator('[data-funding]').first().evaluate((box) => Number(box.dataset.raised));
  const bar = () => visitor.locator('[data-live="bar"]').first().evaluate((one) => one.value);
  const before = { raised: await raised(), bar: await bar() };

  const reference = await give(donor, nakhla(), { item: 'well', amount: '٢٥٫٥' });
  await mark(donor);
  assert.match(reference, /^NKH-2\d\d-\d{4}-\d{3}$/);
  assert.equal(await donor.getAttribute('html', 'dir'), 'rtl');

  const row = rowOf(staff, reference);
  await row.waitFor();
  assert.match(await row.textContent(), /25\.500/);
  assert.match(await staff.locator('p[data-say]').textContent(), /وصل الآن/);
  assert.equal(await untouched(staff), true);

  // Too little first: said before it is sent. Then what is due.
  await row.locator('a').click();
  const form = staff.locator('.detail [data-transfer]');
  await staff.waitForFunction(() => document.querySelector('.detail [name="amount"]')?.value === '25.500');
  await form.locator('[name="amount"]').fill('20');
  assert.match(await form.locator('[data-settles]').textContent(), /أقل بـ 5\.500/);
  await form.locator('[name="amount"]').fill('25.500');
  assert.equal(await form.locator('[data-settles]').getAttribute('data-settles'), 'exact');
  await form.locator('button[type="submit"]').click();
  assert.match(await form.locator('[data-error="bank_reference"]').textContent(), /مرجع البنك/);
  await form.locator('[name="bank_reference"]').fill('FT26328 0001');
  await form.locator('button[type="submit"]').click();
  await row.locator('.badge-success').waitFor();
  await staff.locator('.open-head .badge-success').waitFor();
  await staff.locator('[data-payments] dd').waitFor();
  assert.equal(await form.isVisible(), false);

  // The donor's open page and the public item moved by themselves.
  await donor.locator('.state-received').waitFor({ state: 'visible' });
  await visitor.waitForFunction((sum) => Number(document.querySelector('[data-funding]').dataset.raised) === sum, before.raised + 25_500);
  assert.ok(await bar() > before.bar, 'the bar moved');
  for (const page of [staff, donor, visitor]) assert.equal(await untouched(page), true);
  assert.deepEqual([...staff.faults(), ...donor.faults(), ...visitor.faults()], []);
});

test('an answer that is lost is asked for again under the same key, and posted once', async () => {
  const staff = await inbox('staff@nakhla', 'en');
  const order = await placed({ amount: 7000 });
  await rowOf(staff, order.reference).locator('a').click();
  const form = staff.locator('.detail [data-transfer]');
  await form.locator('[name="bank_reference"]').fill('FT-RETRY');
  const keys = [];
  let posted = null;
  await staff.route('**/confirm-transfer', async (route) => {
    const asked = route.request();
    keys.push(asked.headers()['idempotency-key']);
    if (keys.length > 1) return route.continue();
    // The first answer is lost on its way back; the server has posted it.
    posted = await byHand(asked);
    return route.abort();
  });
  await form.locator('button[type="submit"]').click();
  await staff.waitForFunction(() => !document.querySelector('.detail [data-transfer]').classList.contains('is-busy'));
  assert.equal(posted.status, 200, posted.text);
  // The stream may have brought the payment already; sent again by hand it is the same payment under the same key.
  await form.evaluate((one) => one.requestSubmit());
  await staff.locator('.toast', { hasText: '7.000 confirmed' }).waitFor();
  await staff.locator('.open-head .badge-success').waitFor();
  assert.equal(keys.length, 2);
  assert.equal(keys[0], keys[1]);
  assert.equal(await staff.locator('[data-payments] dd').count(), 1, 'posted once');
});

test('without JavaScript: a double click makes one order, and staff confirm it by a plain form', async () => {
  const plain = { javaScriptEnabled: false };
  const donor = await fresh('ar', { ...PHONE, ...plain });
  await donor.goto(`${nakhla()}/ar/items/zakat`);
  await donor.fill('form.give [name="other"]', '3.250');
  await donor.click('form.give button[type="submit"]');
  await fillCheckout(donor, { name: 'سالم', phone: '٣٠٠٠ ٠٠٠٣' });
  const sent = [];
  donor.on('request', (request) => { if (request.method() === 'POST') sent.push(request.url()); });
  await donor.locator('form button[type="submit"]').dblclick();
  await donor.waitForURL(/\/o\//);
  const reference = (await donor.textContent('.reference')).trim();
  assert.ok(sent.length >= 1);

  const staff = await fresh('ar', { ...DESK, ...plain });
  await (await import('../browser.js')).signIn(staff, nakhla(), 'staff@nakhla', '/admin/inbox');
  const rows = staff.locator('.row', { hasText: '3.250' });
  assert.equal(await rows.count(), 1, 'one order');
  await rows.locator('a').click();
  assert.match(await staff.textContent('#open-title'), new RegExp(reference));
  await staff.fill('[name="amount"]', '3,250');
  await staff.fill('[name="bank_reference"]', '');
  await staff.click('[data-transfer] button');
  // A comma has two readings: both are shown, beside the field.
  assert.match(await staff.textContent('#t-amount-error'), /3\.250/);
  await staff.locator('#t-bank_reference-error').waitFor({ state: 'visible' });
  await staff.fill('[name="amount"]', '٣٫٢٥٠');
  await staff.fill('[name="bank_reference"]', 'FT-PLAIN');
  await staff.click('[data-transfer] button');
  await staff.locator('.open-head .badge-success').waitFor();
  assert.match(staff.url(), /\/admin\/inbox\/[0-9a-f-]{36}$/);
  await donor.reload();
  await donor.locator('.state-received').waitFor({ state: 'visible' });
});

test('the checkout is done by keyboard alone', async () => {
  const page = await fresh('en', DESK);
  await page.goto(`${nakhla()}/en/items/general`);
  const reach = async (wanted) => {
    for (let presses = 0; presses < 60; presses += 1) {
      await page.keyboard.press('Tab');
      const found = await page.evaluate((selector) => {
        const active = document.activeElement;
        const shown = active.getBoundingClientRect();
        return active.matches(selector) && shown.height > 0;
      }, wanted);
      if (found) return;
    }
    throw new Error(`Tab never reaches ${wanted}`);
  };
  await reach('form.give [name="other"]');
  await page.keyboard.type('4.500');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/checkout/);
  await reach('#donor-name');
  await page.keyboard.type('Noura');
  await reach('#donor-phone');
  await page.keyboard.type('30000004');
  await reach('input[name="method"]');
  await page.keyboard.press('Space');
  await reach('form[method="post"] button[type="submit"]');
  const ring = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  assert.notEqual(ring, 'none', 'focus can be seen');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/o\//);
  assert.match(await page.textContent('.reference'), /NKH-/);
});

test('an order at the door: the missing choice is asked for, nobody waits for money, and back finds the form', async () => {
  const buyer = await fresh('en', PHONE);
  await buyer.goto(`${stage.server.origin('sidra')}/en/checkout?item=d1&quantity=2`);
  assert.match(await buyer.textContent('form[method="post"]'), /Delivery inside Kuwait is KWD 1\.500/, 'what delivery costs stands before the button');
  await buyer.fill('#donor-name', 'Sara');
  await buyer.fill('#donor-phone', '30000009');
  const send = () => buyer.click('form[method="post"] button[type="submit"]');
  await send();
  await buyer.locator('#payment_method-error', { hasText: 'choose how you will pay' }).waitFor();
  assert.equal(await buyer.inputValue('#donor-name'), 'Sara', 'nothing typed is lost');
  await buyer.check('input[name="method"][value="cash_on_delivery"]');
  await send();
  await buyer.waitForURL(/\/o\/SDR-/);
  const placed = await buyer.textContent('main');
  assert.match(placed, /You pay on delivery/);
  assert.match(placed, /ready in cash/);
  assert.doesNotMatch(placed, /wait for the money|WhatsApp to arrange payment/i);
  const reference = await buyer.textContent('.reference');
  await buyer.goBack();
  assert.equal(await buyer.inputValue('#donor-name'), 'Sara');
  await send();
  await buyer.waitForURL(/\/o\/SDR-/);
  assert.equal(await buyer.textContent('.reference'), reference, 'sent again it is the same order');
  assert.deepEqual(buyer.faults(), []);
});

test('an amount that is not taken is told beside its field, before anything else is asked', async () => {
  const donor = await fresh('en', PHONE);
  await donor.goto(`${nakhla()}/en/items/well`);
  const echo = donor.locator('form.give [data-echo]');
  const typed = { 0: /above zero/, '-5': /above zero/, '0.5': /smallest amount here is KWD 1\.000/, '1e9': /in digits/, '25.1234': /three decimals/, 99999999: /largest amount here/, '1,250': /Do you mean/ };
  for (const [amount, said] of Object.entries(typed)) {
    await donor.fill('form.give [name="other"]', amount);
    await donor.click('form.give button[type="submit"]');
    assert.match(await echo.textContent(), said, amount);
    assert.match(donor.url(), /\/items\/well$/, amount);
  }
  // What is typed on the way to an amount is not held against anybody.
  await donor.fill('form.give [name="other"]', '');
  await donor.locator('form.give [name="other"]').pressSequentially('0');
  assert.equal(await echo.textContent(), '');
  await donor.locator('form.give [name="other"]').pressSequentially('.');
  assert.equal(await echo.textContent(), '');
  await donor.locator('form.give [name="other"]').pressSequentially('5');
  await donor.locator('form.give [name="other"]').blur();
  assert.match(await echo.textContent(), /smallest amount/);
  assert.deepEqual(donor.faults(), []);

  // Without scripts the server says it, on a first step that asks for nothing but the amount.
  const plain = await fresh('en', { ...PHONE, javaScriptEnabled: false });
  await plain.goto(`${nakhla()}/en/checkout?item=well&other=-5`);
  assert.match(await plain.textContent('#line-well-error'), /above zero/);
  assert.equal(await plain.locator('#donor-name').count(), 0);
  await plain.fill('#line-well', '٥');
  await plain.click('form[data-checkout] button[type="submit"]');
  await plain.locator('#donor-name').waitFor();
  assert.match(await plain.textContent('.total'), /5\.000/);
});

test('a long word and a deep quotation stay on a phone', async () => {
  const page = await fresh('en', PHONE);
  await page.goto(`${nakhla()}/en/about`);
  await page.evaluate(() => {
    const long = 'x'.repeat(200);
    for (const one of document.querySelectorAll('h1, .brand-name, .foot p')) one.textContent = long;
    let inner = document.querySelector('.prose');
    inner.replaceChildren();
    for (let depth = 0; depth < 12; depth += 1) for (const name of ['blockquote', 'ul', 'li']) inner = inner.appendChild(document.createElement(name));
    inner.textContent = long;
  });
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(over <= 0, `${over} pixels too wide`);
});
