// Debian's Chromium, driven by playwright-core, and the few things every journey does with it.
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--font-render-hinting=none'];
const BINARIES = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 1, hasTouch: true, isMobile: true };
export const DESK = { viewport: { width: 1280, height: 900 }, deviceScaleFactor: 1 };

/** A browser of the machine's own; `more` is further flags. */
export async function launch(more = []) {
  const executablePath = BINARIES.find((path) => path && existsSync(path));
  if (!executablePath) throw new Error('no Chromium on this machine: apt-get install chromium');
  return chromium.launch({ executablePath, args: [...FLAGS, ...more], headless: true });
}

/** A context in a language; errors of its pages are kept in `context.faults`. */
export async function context(browser, lang, options = {}) {
  const made = await browser.newContext({ ...DESK, locale: lang === 'ar' ? 'ar-KW' : 'en-GB', timezoneId: 'Asia/Kuwait', ...options });
  // Ends early when the thing happens; a loaded machine may take its time.
  made.setDefaultTimeout(60_000);
  made.faults = [];
  made.on('page', (page) => {
    page.on('pageerror', (error) => made.faults.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error' && !/Failed to load resource|ERR_INTERNET_DISCONNECTED|WebSocket connection/.test(message.text())) made.faults.push(message.text());
    });
  });
  return made;
}

/** Signs in through the provider's own pages, and ends where the sign-in leads. */
export async function signIn(page, origin, account, path = '/admin') {
  await page.goto(`${origin}${path}`);
  await page.waitForURL(/id\.localhost/);
  await page.check(`input[name="username"][value="${account}"]`);
  await page.fill('input[name="password"]', 'demo');
  await Promise.all([page.waitForURL((url) => url.origin === origin && !url.pathname.startsWith('/auth/')).catch(() => {}), page.click('button[type="submit"]')]);
}

/** From the item's page to the thank-you page; answers its reference. */
export async function give(page, origin, { lang = 'ar', item, amount, quantity, name = 'نورة', phone = '3000 0001' }) {
  await page.goto(`${origin}/${lang}/items/${item}`);
  if (quantity) await page.fill('form.give [name="quantity"]', String(quantity));
  else await page.fill('form.give [name="other"]', amount);
  await page.click('form.give button[type="submit"]');
  await page.waitForURL(/\/checkout/);
  await fillCheckout(page, { name, phone });
  await page.click('form button[type="submit"]');
  await page.waitForURL(/\/o\//);
  return (await page.textContent('.reference')).trim();
}

/** The donor's part of the checkout. */
export async function fillCheckout(page, { name, phone }) {
  await page.fill('#donor-name', name);
  await page.fill('#donor-phone', phone);
  await page.check('input[name="method"][value="transfer"]');
}
