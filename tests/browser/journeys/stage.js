// One platform and one browser for the journeys of a file, and what they share.
import { after, before } from 'node:test';
import { context, DESK, launch, signIn } from '../browser.js';
import { start } from '../server.js';

/** Set up before the tests of a file, ended after them. */
export const stage = { server: null, browser: null };

/** Call once at the top of a file of journeys. */
export function onStage(begin = start) {
  before(async () => {
    [stage.server, stage.browser] = await Promise.all([begin(), launch()]);
  });
  after(async () => {
    await stage.browser?.close();
    await stage.server?.stop();
  });
}

/** A page of a fresh context; `page.faults()` are the errors it met. */
export async function fresh(lang, options = DESK) {
  const made = await context(stage.browser, lang, options);
  const page = await made.newPage();
  page.faults = () => made.faults;
  return page;
}

/** A page of somebody signed in, on the inbox once it is live. */
export async function inbox(account = 'staff@nakhla', lang = 'ar', options = DESK) {
  const page = await fresh(lang, options);
  const origin = stage.server.origin(account.split('@')[1]);
  await signIn(page, origin, account, '/admin/inbox');
  await page.waitForSelector('[data-link="live"]').catch(async (late) => {
    const shown = (await page.textContent('body')).replace(/\s+/g, ' ').slice(0, 400);
    throw new Error(`${late.message}\n${account} stands at ${page.url()}: ${shown}\n${page.faults().join('\n')}`);
  });
  return page;
}

/** Marks the page, so that a reload can be told from a change. */
export async function mark(page) {
  await page.evaluate(() => { window.untouched = true; });
}

/** Whether the page is the one that was marked. */
export const untouched = (page) => page.evaluate(() => window.untouched === true);

/** A gift by the JSON route, for journeys that are about something else; answers the order. */
export async function placed({ slug = 'nakhla', item = 'well', amount = 5000, key = crypto.randomUUID() } = {}) {
  const body = JSON.stringify({
    kind: 'donation', items: [{ item, amount }], donor: { name: 'نورة', phone: '+96530000002', anonymous: false, hide_amount: false },
    payment_method: 'transfer', lang: 'ar',
  });
  const answer = await stage.server.request(slug, '/api/v1/orders', { method: 'POST', headers: { 'content-type': 'application/json', 'idempotency-key': key }, body });
  if (answer.status !== 201) throw new Error(`${answer.status} ${answer.text}`);
  return answer.json();
}

/** Sends a browser's POST for it and answers what the server said; `route.fetch` cannot, as Node does not resolve `*.localhost`. */
export async function byHand(asked) {
  const kept = Object.entries(await asked.allHeaders()).filter(([name]) => !name.startsWith(':') && !['host', 'accept-encoding'].includes(name));
  const { hostname, pathname } = new URL(asked.url());
  return stage.server.request(hostname.split('.')[0], pathname, { method: 'POST', headers: Object.fromEntries(kept), body: asked.postData() });
}
