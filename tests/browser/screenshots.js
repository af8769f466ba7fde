// The gallery: every page in both languages, on a phone and at a desk, into docs/gallery. Takes names of pages as
// arguments to take only those.
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { context, DESK, launch, PHONE } from './browser.js';
import { ACTING_PAGES, agePrice, asAdmin, asPlatform, lookIn, openUnready, OPENING_PAGES, order, platformPages, publicPages, SIGN_IN_PAGES, staffPages, SWITCHED_PAGES, switchOff, TIGHT_CONSOLE, TIGHT_PAGES, tighten, UNREADY_PAGES } from './pages.js';
import { smaller } from './png.js';
import { illustrated } from './server.js';

/** Largest picture, in bytes. */
const LARGEST = 250 * 1024;
const only = new Set(process.argv.slice(2));
const folder = process.env.GALLERY ?? fileURLToPath(new URL('../../docs/gallery', import.meta.url));
const sizes = [['390', PHONE], ['1280', DESK]];
const wanted = (page) => only.size === 0 || only.has(page.name);

async function picture(tab, name, screen) {
  const path = `${folder}/${name}.png`;
  // Pictures further down would be fetched only when they are scrolled to.
  await tab.evaluate(async () => {
    for (const image of document.images) image.loading = 'eager';
    await Promise.all([document.fonts.ready, ...[...document.images].map((image) => image.decode().catch(() => {}))]);
  });
  await tab.waitForTimeout(350);
  // Quiet figures: no caret, no animation caught half way.
  const options = { animations: 'disabled', caret: 'hide' };
  // The staff pages scroll inside themselves; the public ones are shown whole, up to some screens.
  const tall = await tab.evaluate(() => document.documentElement.scrollHeight);
  const { width, height } = tab.viewportSize();
  const taken = await tab.screenshot(!screen && tall > height ? { ...options, fullPage: true, clip: { x: 0, y: 0, width, height: Math.min(tall, height * 3) } } : options);
  const small = smaller(taken);
  if (small.length > LARGEST) throw new Error(`${name}.png has ${small.length} bytes`);
  await writeFile(path, small);
  process.stdout.write(`${name}.png ${Math.round(small.length / 1024)} KiB\n`);
}

async function take(browser, server, pages, prepare, more = {}) {
  if (!pages.some(wanted)) return;
  for (const lang of ['ar', 'en']) {
    for (const [size, options] of sizes) {
      const made = await context(browser, lang, { ...options, reducedMotion: 'reduce', ...more });
      const tab = await made.newPage();
      await prepare?.(tab);
      for (const page of pages.filter(wanted)) {
        if (page.open) await page.open(tab, server.origin('nakhla'));
        else await tab.goto(server.origin(page.slug) + page.path(lang), { waitUntil: 'load' });
        await page.act?.(tab);
        await picture(tab, `${page.name}${more.colorScheme ? '-dark' : ''}-${lang}-${size}`, page.screen);
        if (page.open) await made.clearCookies();
      }
      await made.close();
    }
  }
}

await mkdir(folder, { recursive: true });
const [server, browser] = await Promise.all([illustrated(), launch()]);
try {
  const made = await order(server, 'nakhla', 'well', { amount: 25_500 });
  await order(server, 'nakhla', 'zakat', { amount: 10_000 });
  const desk = staffPages(made.id);
  const signedIn = (tab) => asAdmin(tab, server.origin('nakhla'));
  await take(browser, server, publicPages(made));
  await take(browser, server, SIGN_IN_PAGES);
  await take(browser, server, desk, signedIn);
  await take(browser, server, desk.filter((page) => ['inbox-order', 'funding'].includes(page.name)), signedIn, { colorScheme: 'dark' });
  await take(browser, server, platformPages(), (tab) => asPlatform(tab, server));
  await take(browser, server, ACTING_PAGES, (tab) => asPlatform(tab, server).then(() => lookIn(tab, server)));
  await take(browser, server, OPENING_PAGES, (tab) => asPlatform(tab, server));
  // Last, as nothing of this is taken back.
  if ([...UNREADY_PAGES, ...TIGHT_CONSOLE, ...TIGHT_PAGES].some(wanted)) {
    const tab = await (await context(browser, 'ar')).newPage();
    await asPlatform(tab, server);
    await openUnready(tab, server);
    await tighten(tab, server);
    await signedIn(tab);
    await agePrice(tab, server);
    await take(browser, server, UNREADY_PAGES);
    await take(browser, server, TIGHT_PAGES, signedIn);
    await take(browser, server, TIGHT_CONSOLE, (own) => asPlatform(own, server));
  }
  if (SWITCHED_PAGES.some(wanted)) {
    const tab = await (await context(browser, 'ar')).newPage();
    await asPlatform(tab, server);
    await switchOff(tab, server);
    await take(browser, server, SWITCHED_PAGES);
  }
} finally {
  await browser.close();
  await server.stop();
}
