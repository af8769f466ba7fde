// Lighthouse as on a middling phone: what everybody must be able to use, good practice and search are held; speed is printed.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import lighthouse from 'lighthouse';
import { launch } from '../browser.js';
import { freePort, illustrated } from '../server.js';

/** Runs a page; the median of them counts. */
const RUNS = process.env.SADU_SCALE === 'full' ? 3 : 1;
/** What a page has to reach. */
const HELD = { accessibility: 95, 'best-practices': 95, seo: 95 };
const PAGES = [
  { name: 'home', path: '/ar/' },
  { name: 'item', path: '/ar/items/well' },
  // A form of one visitor's is not for search engines, and says so.
  { name: 'checkout', path: '/ar/checkout?item=well&amount=5.000', skipAudits: ['is-crawlable'] },
];

let server = null;
let browser = null;
let port = 0;
before(async () => {
  port = await freePort();
  [server, browser] = await Promise.all([illustrated(), launch([`--remote-debugging-port=${port}`])]);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const median = (all) => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)];

for (const { name, path, skipAudits } of PAGES) {
  test(`Lighthouse, ${name}`, async (t) => {
    const scores = {};
    let last = null;
    for (let run = 0; run < RUNS; run += 1) {
      // Nothing of an earlier page is kept: the first visit counts.
      const answer = await lighthouse(server.origin('nakhla') + path, { port, logLevel: 'error', output: 'json', onlyCategories: ['performance', ...Object.keys(HELD)], skipAudits });
      last = answer.lhr;
      assert.equal(last.runtimeError, undefined, last.runtimeError?.message);
      for (const [category, { score }] of Object.entries(last.categories)) (scores[category] ??= []).push(Math.round(score * 100));
    }
    const shown = Object.entries(scores).map(([category, all]) => `${category} ${median(all)}`).join(', ');
    const { audits } = last;
    const bytes = Math.round(audits['total-byte-weight'].numericValue / 1024);
    t.diagnostic(`${name}: ${shown}; largest paint ${audits['largest-contentful-paint'].displayValue}, shift ${audits['cumulative-layout-shift'].displayValue}, ${bytes} KiB in all`);
    for (const [category, least] of Object.entries(HELD)) {
      const refs = last.categories[category].auditRefs.filter(({ id, weight }) => weight > 0 && audits[id].score !== null && audits[id].score < 1);
      const amiss = refs.map(({ id }) => `${id}: ${audits[id].title} ${(audits[id].details?.items ?? []).map((item) => item.node?.snippet ?? item.description ?? item.url ?? '').join(' ')}`);
      assert.ok(median(scores[category]) >= least, `${name}: ${category} ${median(scores[category])} is below ${least}\n${amiss.join('\n')}`);
    }
  });
}
