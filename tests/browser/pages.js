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
    page('transparency', 'nakhla', 'transparency'),
    page('faq', 'nakhla', 'faq'),
    page('policies', 'nakhla', 'policies'),
    page('contact', 'nakhla', 'contact'),
    page('missing', 'nakhla', 'items/no-such-item'),
    page('shop-home', 'sidra', ''),
    page('shop-item', 'sidra', 'items/sc', { screen: true }),
    page('shop-checkout', 'sidra', 'checkout?item=gb&quantity=1'),
    page('masar-home', 'masar', ''),
  ];
}

const live = (tab) => tab.waitForSelector('[data-link="live"]');

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
    page('funding', '/admin'),
    page('catalog', '/admin/items', { act: async (tab) => { await tab.locator('.items-list').waitFor(); } }),
    page('catalog-new', '/admin/items/new', { act: async (tab) => { await tab.locator('.editor-form').waitFor(); } }),
    page('catalog-item', '/admin/items', { act: async (tab) => { await tab.locator('.items-list a').first().click(); await tab.locator('.editor-steps').waitFor(); await tab.locator('[data-preview]').waitFor(); } }),
    page('audit', '/admin/audit', { screen: true, act: async (tab) => { await tab.waitForLoadState('load'); } }),
    page('audit-none', '/admin/audit?action=audit.export&from=2020-01-01&to=2020-01-02', { screen: true, act: async (tab) => { await tab.locator('.trail .empty').waitFor(); } }),
    page('people', '/admin/users', { act: (tab) => tab.locator('details.manage > summary').first().click() }),
    page('people-invited', '/admin/users', {
      act: async (tab) => {
        await tab.fill('#email', `n.${crypto.randomUUID().slice(0, 6)}@example.com`);
        await tab.fill('#name', 'نورة الحربي');
        await tab.click('.invite button[type="submit"]');
        // Another link each time would make another picture each time.
        await tab.locator('#link').evaluate((link) => { link.value = `https://nakhla.example/auth/invitation?code=${'•'.repeat(43)}`; });
      },
    }),
    page('account', '/admin/me', { act: undefined }),
  ];
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
