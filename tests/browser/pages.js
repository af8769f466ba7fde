// Every page there is, for the accessibility journey and the gallery. `name` is also the picture's file name; `screen`
// shows one screen of it, where something stays in place while the rest scrolls.
import { signIn } from './browser.js';

/** An order to look at, made by the JSON route. */
export async function order(server, slug, item, more) {
  const body = JSON.stringify({
    kind: more.quantity ? 'order' : 'donation', items: [{ item, ...more }], payment_method: 'transfer', lang: 'ar',
    donor: { name: 'نورة الكندري', phone: '+96530000005', anonymous: false, hide_amount: false },
  });
  const headers = { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() };
  const answer = await server.request(slug, '/api/v1/orders', { method: 'POST', headers, body });
  if (answer.status !== 201) throw new Error(`${answer.status} ${answer.text}`);
  return answer.json();
}

/** Fills the zakat calculator and sends it. */
export async function countZakat(tab, fields) {
  for (const [name, value] of Object.entries(fields)) await tab.fill(`[name="${name}"]`, value);
  await Promise.all([tab.waitForEvent('load'), tab.click('main form button[type="submit"]')]);
}

/** Pages of the public; `made` is a waiting order of nakhla. */
export function publicPages(made) {
  const token = new URL(made.track_url).searchParams.get('token');
  const page = (name, slug, path, more = {}) => ({ name, slug, path: (lang) => `/${lang}/${path}`, ...more });
  return [
    page('home', 'nakhla', ''),
    page('items', 'nakhla', 'items'),
    page('items-none', 'nakhla', 'items?q=zzzz'),
    page('item', 'nakhla', 'items/well', { screen: true }),
    page('item-fund', 'nakhla', 'items/zakat', { screen: true }),
    page('item-closed', 'nakhla', 'items/dialysis'),
    page('checkout', 'nakhla', 'checkout?item=well&amount=5.000'),
    page('checkout-errors', 'nakhla', 'checkout?item=well&amount=5.000', { act: (tab) => Promise.all([tab.waitForLoadState('load'), tab.locator('form[method="post"]').evaluate((form) => form.submit())]).then(() => tab.locator('#errors, .summary').first().waitFor()) }),
    page('thanks', 'nakhla', `o/${made.reference}?token=${token}`),
    page('track', 'nakhla', 'track'),
    page('track-known', 'nakhla', `o/${made.reference}`),
    page('zakat', 'nakhla', 'zakat'),
    page('zakat-due', 'nakhla', 'zakat', { act: (tab) => countZakat(tab, { gram: '41.250', cash: '6500', gold21: '86.4', debts: '350' }) }),
    page('zakat-amiss', 'nakhla', 'zakat', { act: (tab) => countZakat(tab, { cash: '1,500', gold18: '12,5' }) }),
    page('transparency', 'nakhla', 'transparency'),
    page('faq', 'nakhla', 'faq'),
    page('policies', 'nakhla', 'policies'),
    page('about', 'nakhla', 'about'),
    page('privacy', 'nakhla', 'privacy'),
    page('contact', 'nakhla', 'contact'),
    page('missing', 'nakhla', 'items/no-such-item'),
    page('shop-home', 'sidra', ''),
    page('shop-item', 'sidra', 'items/sc', { screen: true }),
    page('shop-checkout', 'sidra', 'checkout?item=gb&quantity=1'),
    page('masar-home', 'masar', ''),
  ];
}

/** A record's value is another one each time; a picture of it must not be. */
const still = (tab, selector) => tab.locator(selector).evaluateAll((all) => all.forEach((one) => { one.textContent = one.textContent.replace(/[\w-]{16,}/g, (code) => '•'.repeat(code.length)); }));

/** Bytes of the demo's pictures differ a little from one drawing to the next; a picture of them must not. */
const stored = (tab) => tab.locator('.use b').evaluateAll((all) => all.forEach((one) => { one.textContent = one.textContent.replace(/\d+(\.\d)? (MB|ميغابايت)/, '2.6 $2'); }));

/** A logo as somebody might have it, `width` by `height`: a palm in a ring, with lines for a name where there is room. */
export async function sign(tab, width = 480, height = 160) {
  const drawn = await tab.evaluate(([w, h]) => {
    const canvas = Object.assign(document.createElement('canvas'), { width: w, height: h });
    const pen = canvas.getContext('2d');
    const side = Math.min(w, h);
    pen.strokeStyle = pen.fillStyle = '#0F6B4F';
    pen.lineWidth = side / 16;
    pen.lineCap = 'round';
    pen.beginPath();
    pen.arc(side / 2, side / 2, side * 0.44, 0, 7);
    pen.moveTo(side / 2, side * 0.85);
    pen.lineTo(side / 2, side * 0.42);
    for (const turn of [-2.9, -2.3, -1.57, -0.84, -0.24]) {
      pen.moveTo(side / 2, side * 0.42);
      pen.lineTo(side * (0.5 + 0.27 * Math.cos(turn)), side * (0.42 + 0.22 * Math.sin(turn) + 0.04));
    }
    pen.stroke();
    if (w > h) for (const [n, part] of [1, 0.7].entries()) pen.fillRect(h * 1.15, h * (0.26 + n * 0.3), (w - h * 1.25) * part, h * 0.16);
    else if (h > w) for (const [n, part] of [1, 0.7].entries()) pen.fillRect(w * (1 - part) / 2, w * (1.25 + n * 0.5), w * part, w * 0.26);
    return canvas.toDataURL('image/png').split(',')[1];
  }, [width, height]);
  return { name: 'logo.png', mimeType: 'image/png', buffer: Buffer.from(drawn, 'base64') };
}

const live = (tab) => tab.waitForSelector('[data-link="live"]');

/** Waits until the list of mails is there. */
async function mailed(tab) {
  for (let tries = 0; tries < 50 && await tab.locator('.mails').count() === 0; tries += 1) {
    await tab.waitForTimeout(200);
    await tab.reload({ waitUntil: 'load' });
  }
  await tab.locator('.mails time').evaluateAll((times) => times.forEach((time) => { time.textContent = '2026-12-01 09:00:00 UTC'; }));
}

/** Pages of staff, for a tab that is signed in as an administrator; `id` is the order that is opened. */
export function staffPages(id) {
  const page = (name, path, more = {}) => ({ name, slug: 'nakhla', path: (lang) => `${path}${path.includes('?') ? '&' : '?'}lang=${lang}`, act: live, ...more });
  return [
    page('inbox', '/admin/inbox', { screen: true }),
    page('inbox-order', `/admin/inbox/${id}`),
    page('inbox-short', `/admin/inbox/${id}`, {
      act: async (tab) => {
        await live(tab);
        await tab.waitForFunction(() => document.querySelector('.detail [data-settles="exact"]'));
        await tab.fill('.detail [name="amount"]', '20');
        await tab.click('.detail [data-transfer] button[type="submit"]');
        await tab.locator('.detail [data-error="bank_reference"]').waitFor();
      },
    }),
    page('inbox-paid', '/admin/inbox?view=paid', { screen: true }),
    page('inbox-keys', '/admin/inbox', { screen: true, act: async (tab) => { await live(tab); await tab.keyboard.press('Shift+Slash'); await tab.locator('[data-sheet]').waitFor(); } }),
    page('inbox-found', `/admin/inbox/${id}/donor`, { act: (tab) => tab.locator('.found-rows').waitFor() }),
    page('inbox-found-none', '/admin/inbox', {
      act: async (tab) => {
        await live(tab);
        await tab.fill('form[action="/admin/inbox/find"] [name="q"]', '+96539999999');
        await tab.locator('form[action="/admin/inbox/find"]').evaluate((form) => form.submit());
        await tab.locator('.found .empty').waitFor();
      },
    }),
    page('reveal', `/admin/inbox/${id}`, { act: async (tab) => { await live(tab); await openReveal(tab); } }),
    page('reveal-amiss', `/admin/inbox/${id}`, { act: async (tab) => { await live(tab); await reveal(tab, 'شكوى'); await tab.locator('#r-reason-error').scrollIntoViewIfNeeded(); } }),
    page('reveal-shown', `/admin/inbox/${id}`, { act: async (tab) => { await live(tab); await reveal(tab, 'اتصلت المتبرعة تسأل عن إيصالها'); await tab.locator('.reveal-shown').scrollIntoViewIfNeeded(); } }),
    page('funding', '/admin'),
    page('catalog', '/admin/items', { act: async (tab) => { await tab.locator('.items-list').waitFor(); } }),
    page('catalog-new', '/admin/items/new', { act: async (tab) => { await tab.locator('.editor-form').waitFor(); } }),
    page('catalog-item', '/admin/items', { screen: true, act: async (tab) => { await tab.locator('.items-list a').first().click(); await tab.locator('.editor-steps').waitFor(); await tab.locator('[data-preview]').waitFor(); } }),
    page('catalog-pictures', '/admin/items', {
      screen: true,
      act: async (tab) => {
        await tab.locator('.items-list a').first().click();
        await tab.locator('.pic-shot img').first().waitFor();
        await tab.locator('#pictures').evaluate((part) => part.scrollIntoView());
      },
    }),
    page('audit', '/admin/audit', { screen: true, act: async (tab) => { await tab.waitForLoadState('load'); } }),
    page('audit-none', '/admin/audit?action=audit.export&from=2020-01-01&to=2020-01-02', { screen: true, act: async (tab) => { await tab.locator('.trail .empty').waitFor(); } }),
    page('settings', '/admin/settings', { act: (tab) => tab.locator('.settings-well').nth(1).waitFor() }),
    page('settings-refused', '/admin/settings', {
      act: async (tab) => {
        await tab.locator('.settings-well').nth(1).waitFor();
        await tab.fill('#e-primary', '#2FA37C');
        await tab.click('.editor-save button[type="submit"]');
        await tab.locator('#errors').waitFor();
      },
    }),
    page('settings-bank', '/admin/settings/bank', { act: (tab) => tab.locator('.bank-card').first().waitFor() }),
    page('settings-bank-refused', '/admin/settings/bank', {
      act: async (tab) => {
        await tab.fill('#e-iban', 'KW81 CBKU 0000 0000 0000 1234 5601 02');
        await tab.click('.editor-save button[type="submit"]');
        await tab.locator('#errors').waitFor();
      },
    }),
    page('settings-logo', '/admin/settings/logo', { act: async (tab) => { await tab.setInputFiles('#e-file', await sign(tab)); await tab.locator('[data-chosen]').waitFor(); } }),
    page('settings-logo-refused', '/admin/settings/logo', {
      act: async (tab) => {
        await tab.setInputFiles('#e-file', { name: 'logo.png', mimeType: 'image/png', buffer: Buffer.from('%PDF-1.7') });
        await tab.click('.editor-form button[type="submit"]');
        await tab.locator('#errors').waitFor();
      },
    }),
    page('settings-terms', '/admin/settings/terms', { act: (tab) => tab.locator('.terms-question').first().waitFor() }),
    page('settings-plan', '/admin/settings/plan', { act: stored }),
    page('site-pages', '/admin/pages', { act: (tab) => tab.locator('.items-list').waitFor() }),
    page('site-page', '/admin/pages/privacy', { act: (tab) => tab.locator('[data-shown="ar"] h2').first().waitFor() }),
    page('people', '/admin/users', { act: (tab) => tab.locator('details.manage > summary').first().click() }),
    page('people-invited', '/admin/users', {
      act: async (tab) => {
        // Invited once; after that she gets another link.
        const her = tab.locator('.person', { hasText: 'n.alharbi@nakhla.example' });
        if (await her.count() === 0) {
          await tab.fill('#email', 'n.alharbi@nakhla.example');
          await tab.fill('#name', 'نورة الحربي');
          await tab.click('.invite button[type="submit"]');
        } else {
          await her.locator('summary').first().click();
          await her.locator('form[action$="/invite"] button').click();
        }
        await tab.locator('#link').waitFor();
        // Another link each time would make another picture each time.
        await tab.locator('#link').evaluate((link) => { link.value = `https://nakhla.example/auth/invitation?code=${'•'.repeat(43)}`; });
      },
    }),
    page('account', '/admin/me', { act: undefined }),
    page('domains', '/admin/domains', {
      act: async (tab) => {
        if (await tab.locator('.own-name code').count() === 0) {
          await tab.fill('#host', 'give.nakhla.org');
          await tab.click('form[action="/admin/domains"] button');
          await tab.locator('.own-name code').first().waitFor();
        }
        await still(tab, '.record code');
      },
    }),
    page('domains-amiss', '/admin/domains', { act: async (tab) => { await tab.fill('#host', 'nakhla'); await tab.click('form[action="/admin/domains"] button'); await tab.locator('#host-error').waitFor(); await still(tab, '.record code'); } }),
    // The mail that the invitation above brought; times would make another picture each time.
    { name: 'mail', slug: 'mail', path: () => '/', act: mailed },
    {
      name: 'mail-letter',
      slug: 'mail',
      path: () => '/',
      act: async (tab) => { await mailed(tab); await tab.locator('.mails a').first().click(); await tab.locator('main > div a').first().waitFor(); },
    },
  ];
}

async function openReveal(tab) {
  await tab.click('.detail .reveal summary');
  await tab.locator('#r-reason').scrollIntoViewIfNeeded();
}

/** Sends the form by hand: what is too short is the server's to refuse as well as the browser's. */
async function reveal(tab, reason) {
  await openReveal(tab);
  await tab.fill('#r-reason', reason);
  await Promise.all([tab.waitForEvent('load'), tab.locator('[data-reveal]').evaluate((form) => form.submit())]);
  await live(tab);
}

/** Pages of the platform's console, for a tab that is signed in as one who runs it. */
export function platformPages() {
  const page = (name, path, more = {}) => ({ name, slug: 'platform', path: (lang) => `${path}${path.includes('?') ? '&' : '?'}lang=${lang}`, ...more });
  return [
    page('platform', '/', { act: stored }),
    page('platform-none', '/?q=zzzz'),
    page('platform-look-in', '/', { act: async (tab) => { await stored(tab); await tab.click('#t-nakhla details:has(form[action$="/act-as"]) > summary'); } }),
    page('platform-amiss', '/', {
      act: async (tab) => {
        await tab.click('#t-sidra details:has(form[action$="/suspend"]) > summary');
        await Promise.all([tab.waitForEvent('load'), tab.locator('#t-sidra form[action$="/suspend"]').evaluate((form) => form.submit())]);
        await stored(tab);
        await tab.locator('#t-sidra .error').first().scrollIntoViewIfNeeded();
      },
    }),
    page('platform-log', '/audit'),
    page('platform-jobs', '/jobs', { act: (tab) => tab.locator('.log bdi').evaluateAll((all) => all.forEach((one) => { one.textContent = one.textContent.replace(/\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?/, '2026-12-01 09:00'); })) }),
  ];
}

/** What somebody of the platform sees inside a tenant, for a tab that was let in. */
export const ACTING_PAGES = ['/admin/inbox', '/admin'].map((path, n) => ({ name: ['acting', 'acting-funding'][n], slug: 'nakhla', path: (lang) => `${path}?lang=${lang}`, screen: true, act: (tab) => tab.locator('[data-acting]').waitFor() }));

/** Signs a tab's context in at the platform's own host. */
export async function asPlatform(tab, server) {
  await signIn(tab, server.origin('platform'), 'root@platform', '/');
  await tab.locator('.tenants').waitFor();
}

/** From the console into a tenant, looking only. */
export async function lookIn(tab, server) {
  await tab.goto(server.origin('platform'));
  await tab.click('#t-nakhla details:has(form[action$="/act-as"]) > summary');
  await tab.fill('#r-nakhla', 'الجهة تسأل عن تحويل لا يظهر لها');
  await tab.fill('#k-nakhla', 'SUP-2041');
  await tab.click('#t-nakhla form[action$="/act-as"] button');
  await tab.waitForURL((url) => url.origin === server.origin('nakhla') && url.pathname.startsWith('/admin'));
}

/** Pages of the console that open tenants and set their plans, for a tab that is signed in at the platform. */
export const OPENING_PAGES = [
  ['tenants-plans', '/plans'],
  ['tenants-new', '/tenants/new'],
  ['tenants-new-errors', '/tenants/new', async (tab) => { await tab.click('.opening button[type="submit"]'); await tab.locator('#errors').waitFor(); }],
  ['tenants-ready', '/tenants/new', async (tab) => {
    const slug = `waha-${crypto.randomUUID().slice(0, 4)}`;
    for (const [field, value] of Object.entries({ name_ar: 'جمعية الواحة', name_en: 'Waha Society', slug, licence: 'K-7/2026', admin_email: 'noura@waha.example' })) await tab.fill(`#${field}`, value);
    await tab.click('.opening button[type="submit"]');
    // Another address and another link each time would make another picture each time.
    await tab.locator('#link').evaluate((link) => { link.value = `https://waha.example/auth/invitation?code=${'•'.repeat(43)}`; });
    await tab.evaluate((made) => { for (const bdi of document.querySelectorAll('main bdi')) bdi.textContent = bdi.textContent.replace(/^http.*/, 'https://waha.example/').replace(made, 'waha').replace(/\d{4}-\d\d-\d\d \d\d:\d\d/, '2026-12-08 10:00'); }, slug);
  }],
].map(([name, path, act]) => ({ name, slug: 'platform', path: (lang) => `${path}?lang=${lang}`, act }));


/** What is left of a tenant that may take no money, and of one that is closed: masar and sidra, once `switchOff` has been there. */
export const SWITCHED_PAGES = [
  { name: 'suspended', slug: 'masar', path: (lang) => `/${lang}/`, act: (tab) => until(tab, () => tab.locator('.suspended').count()) },
  { name: 'suspended-item', slug: 'masar', path: (lang) => `/${lang}/items/fees`, act: (tab) => until(tab, () => tab.locator('.suspended').count()) },
  { name: 'closed', slug: 'sidra', path: (lang) => `/${lang}/`, act: (tab) => until(tab, async () => await tab.locator('header').count() === 0) },
];

/** What the platform changes is seen within moments. */
async function until(tab, seen) {
  for (let tries = 0; tries < 50 && !await seen(); tries += 1) {
    await tab.waitForTimeout(100);
    await tab.reload({ waitUntil: 'load' });
  }
}

/** Switches masar's collection off and closes sidra, unless that was done; for a tab that is signed in at the platform. */
export async function switchOff(tab, server) {
  const send = async (form, fill) => {
    await tab.goto(server.origin('platform'));
    const found = tab.locator(form);
    if (await found.count() === 0) return;
    await fill(found);
    await Promise.all([tab.waitForURL(/done=1/), found.evaluate((sent) => sent.submit())]);
  };
  await send('#t-masar form[action$="/suspend"]', (form) => form.locator('[name="reason"]').evaluate((field) => { field.value = 'انتهى ترخيص جمع التبرعات'; }));
  await send('#t-sidra form[action$="/close"]', (form) => form.evaluate((sent) => {
    sent.elements.namedItem('reason').value = 'انتهى نشاط المتجر';
    sent.elements.namedItem('confirm_slug').value = 'sidra';
  }));
}

/** Where a plan is used up or nearly so, once `tighten` has been there: in the console, and for nakhla's own administrator. */
export const TIGHT_CONSOLE = [{ name: 'platform-limits', slug: 'platform', path: (lang) => `/?q=nakhla&lang=${lang}`, act: async (tab) => { await tab.locator('.use .badge').nth(1).waitFor(); await stored(tab); } }];
export const TIGHT_PAGES = [{ name: 'settings-plan-full', slug: 'nakhla', path: (lang) => `/admin/settings/plan?lang=${lang}`, act: async (tab) => { await tab.locator('.use .badge').nth(1).waitFor(); await stored(tab); } }];

/** Lowers the limits of nakhla's plan to what it uses: of people all, of items more than four fifths; for a tab that is signed in at the platform. */
export async function tighten(tab, server) {
  await tab.goto(`${server.origin('platform')}/?q=nakhla&lang=en`);
  const used = await tab.locator('#t-nakhla .use b').evaluateAll((all) => all.map((one) => Number.parseInt(one.textContent, 10)));
  await tab.goto(`${server.origin('platform')}/plans`);
  await tab.fill('#items-growth', String(Math.floor(used[0] * 1.2)));
  await tab.fill('#staff-growth', String(used[1]));
  await Promise.all([tab.waitForURL(/done=1/), tab.locator('#p-growth form').evaluate((form) => form.submit())]);
}

/** A charity that was just opened: nothing published, no account to pay to, no price of gold; and nakhla's price, grown old. */
export const UNREADY_PAGES = [
  { name: 'unready-home', slug: 'rawda', path: (lang) => `/${lang}/` },
  { name: 'unready-zakat', slug: 'rawda', path: (lang) => `/${lang}/zakat`, act: (tab) => countZakat(tab, { gram: '41.250', cash: '6500' }) },
  { name: 'zakat-old', slug: 'nakhla', path: (lang) => `/${lang}/zakat`, act: (tab) => countZakat(tab, { cash: '6500' }) },
];

/** Opens that charity, unless that was done; for a tab that is signed in at the platform. */
export async function openUnready(tab, server) {
  if ((await server.request('rawda', '/')).status < 400) return;
  await tab.goto(`${server.origin('platform')}/tenants/new?lang=ar`);
  for (const [field, value] of Object.entries({ name_ar: 'جمعية الروضة', name_en: 'Rawda Society', slug: 'rawda', licence: 'K-8/2026', admin_email: 'huda@rawda.example' })) await tab.fill(`#${field}`, value);
  await tab.click('.opening button[type="submit"]');
  await tab.locator('#link').waitFor();
}

/** Gives nakhla a price of gold of long ago; for a tab that is signed in as its administrator. */
export async function agePrice(tab, server) {
  await tab.goto(`${server.origin('nakhla')}/admin/settings/terms`);
  await tab.fill('[name="gold_price.gram"]', '38.900');
  await tab.fill('[name="gold_price.on"]', '2026-01-05');
  await Promise.all([tab.waitForEvent('load'), tab.click('.editor-save button[type="submit"]')]);
  await tab.goto(`${server.origin('nakhla')}/ar/zakat`);
  await until(tab, async () => await tab.inputValue('#gram') === '38.900');
}

/** Signs a tab's context in; the tab ends on the inbox. */
export async function asAdmin(tab, origin) {
  await signIn(tab, origin, 'admin@nakhla', '/admin/inbox');
  await live(tab);
}

/** Pages around signing in, each with the way there. */
export const SIGN_IN_PAGES = [
  { name: 'sign-in', open: async (tab, origin) => { await tab.goto(`${origin}/auth/login`); await tab.waitForURL(/id\.localhost/); } },
  { name: 'second-factor', open: (tab, origin) => signIn(tab, origin, 'nomfa@nakhla', '/admin/inbox') },
  {
    name: 'signed-out',
    open: async (tab, origin) => {
      // Without the provider's part, which leads on by itself.
      await tab.route(/id\.localhost/, (route) => route.fulfill({ status: 204 }));
      await tab.goto(`${origin}/auth/signed-out`, { waitUntil: 'domcontentloaded' });
    },
  },
];
