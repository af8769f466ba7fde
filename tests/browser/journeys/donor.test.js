// Donors: a misspelt word, the other language, the keyboard alone, and zakat without JavaScript.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DESK, PHONE, fillCheckout } from '../browser.js';
import { countZakat } from '../pages.js';
import { fresh, onStage, stage } from './stage.js';

onStage();
const nakhla = () => stage.server.origin('nakhla');

test('a misspelt word finds the project, and the other language stays on the page', async () => {
  const donor = await fresh('ar', PHONE);
  await donor.goto(`${nakhla()}/ar/items`);
  // «بئر ارتوازي» as thumbs write it.
  await donor.fill('#q', 'بير ارتوازى');
  await donor.keyboard.press('Enter');
  await donor.waitForURL(/\?q=/);
  const wanted = new URL(donor.url()).searchParams.get('q');
  await donor.locator('.cards a[href="/ar/items/well"]').waitFor();

  await donor.click('.lang');
  await donor.waitForURL(/\/en\/items\?/);
  assert.equal(new URL(donor.url()).searchParams.get('q'), wanted, 'the search goes along');
  await donor.click('.cards a[href="/en/items/well"]');
  await donor.waitForURL(/\/en\/items\/well$/);
  await donor.click('.lang');
  await donor.waitForURL(/\/ar\/items\/well$/);
  assert.equal(await donor.getAttribute('html', 'dir'), 'rtl');

  // Every page the menu and the foot lead to has its twin.
  const paths = await donor.locator('.foot a[href^="/ar/"]').evaluateAll((all) => all.map((one) => one.getAttribute('href')));
  assert.ok(paths.length >= 6, paths.join());
  for (const path of new Set(paths)) {
    await donor.goto(nakhla() + path);
    await donor.click('.lang');
    await donor.waitForURL(nakhla() + path.replace('/ar/', '/en/'));
    assert.equal(await donor.getAttribute('html', 'lang'), 'en', path);
  }
  // The choice is kept for the bare address.
  await donor.goto(nakhla());
  assert.match(donor.url(), /\/en\/$/);
  assert.deepEqual(donor.faults(), []);
});

test('from the home page to a reference number by keyboard alone', async () => {
  const donor = await fresh('ar', DESK);
  await donor.goto(`${nakhla()}/ar/`);
  /** Presses Tab until `wanted` has the focus, which has to be seen each time. */
  const reach = async (wanted) => {
    for (let presses = 0; presses < 80; presses += 1) {
      await donor.keyboard.press('Tab');
      const at = await donor.evaluate((selector) => {
        const active = document.activeElement;
        // The ring of a chip is drawn around its words, that of a tile around all of it.
        const ringed = [active, active.nextElementSibling, active.closest('label'), active.closest('.tile')].filter(Boolean);
        return {
          is: active.matches(selector), what: active.outerHTML.slice(0, 120), body: active === document.body,
          seen: ringed.some((one) => getComputedStyle(one).outlineStyle !== 'none' && one.getBoundingClientRect().height > 0),
        };
      }, wanted);
      assert.ok(at.body || at.seen, `focus cannot be seen on ${at.what}`);
      if (at.is) return;
    }
    throw new Error(`Tab never reaches ${wanted}`);
  };
  await reach('.skip');
  await donor.keyboard.press('Enter');
  assert.equal(await donor.evaluate(() => document.activeElement.id), 'main', 'the skip link skips');
  await reach('.more[href="/ar/items"]');
  await donor.keyboard.press('Enter');
  await donor.waitForURL(/\/ar\/items$/);
  await reach('#q');
  await donor.keyboard.type('زكاه');
  await donor.keyboard.press('Enter');
  await donor.waitForURL(/\?q=/);
  await reach('.cards a[href="/ar/items/zakat"]');
  await donor.keyboard.press('Enter');
  await donor.waitForURL(/\/ar\/items\/zakat$/);
  await reach('form.give [name="amount"]');
  await donor.keyboard.press('Space');
  await reach('form.give button[type="submit"]');
  await donor.keyboard.press('Enter');
  await donor.waitForURL(/\/checkout/);
  await reach('#donor-name');
  await donor.keyboard.type('حصة');
  await reach('#donor-phone');
  await donor.keyboard.type('٣٠٠٠٠٠١١');
  await reach('input[name="method"]');
  await donor.keyboard.press('Space');
  await reach('form[method="post"] button[type="submit"]');
  await donor.keyboard.press('Enter');
  await donor.waitForURL(/\/o\//);
  assert.match(await donor.textContent('.reference'), /NKH-/);
  assert.deepEqual(donor.faults(), []);
});

test('zakat without JavaScript: Arabic digits, a sum to the fil, and on to what takes zakat', async () => {
  const donor = await fresh('ar', { ...PHONE, javaScriptEnabled: false });
  await donor.goto(`${nakhla()}/ar/`);
  await donor.click('.top nav a[href="/ar/zakat"]');
  await donor.waitForURL(/\/ar\/zakat$/);

  // No price is made up: without one it is asked for, and what was typed stays.
  assert.equal(await donor.inputValue('#gram'), '');
  await countZakat(donor, { cash: '٥٬٠٠٠' });
  assert.match(await donor.textContent('#gram-error'), /سعر الغرام/);
  assert.equal(await donor.inputValue('#cash'), '٥٬٠٠٠');

  // 5,000 in cash, 8 g of 21 karats (7 pure) at 40.020, 100 owed: 5,180.140, of which a fortieth is 129.503½ fils, upwards.
  await countZakat(donor, { gram: '٤٠٫٠٢', gold21: '٨', debts: '١٠٠' });
  assert.match(await donor.textContent('.zakat-due'), /129\.504/);
  assert.match(await donor.textContent('#result'), /3,401\.700/, 'the nisab, 85 g');
  assert.doesNotMatch(donor.url(), /[?&]/, 'nobody\'s wealth stands in an address');
  const led = await donor.locator('.zakat-to a.btn').evaluateAll((all) => all.map((one) => new URL(one.href).searchParams.get('item')));
  assert.equal(led[0], 'zakat', 'the zakat fund comes first');
  assert.ok(!led.includes('general'), 'nothing that may not take zakat');
  await donor.locator('.zakat-to a.btn').first().click();
  await donor.waitForURL(/\/checkout\?item=zakat/);
  assert.equal(await donor.inputValue('[name="amount.zakat"]'), '129.504');
  await fillCheckout(donor, { name: 'مريم', phone: '30000012' });
  await donor.click('form[method="post"] button[type="submit"]');
  await donor.waitForURL(/\/o\//);
  assert.match(await donor.textContent('.receipt-total'), /129\.504/);

  await donor.goto(`${nakhla()}/ar/zakat`);
  await countZakat(donor, { gram: '40', cash: '3399.999' });
  assert.match(await donor.textContent('#result'), /لم يبلغ مالك النصاب/);
  assert.equal(await donor.locator('.zakat-to').count(), 0);
  assert.equal((await donor.goto(`${stage.server.origin('sidra')}/ar/zakat`)).status(), 404);
});
