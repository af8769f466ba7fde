// Sign-in with a provider that is not ours, by the code flow, in a real browser.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch } from '../browser.js';
import { independent } from '../provider.js';
import { freePort, start } from '../server.js';
import { fresh, stage } from './stage.js';

let provider;

before(async () => {
  const port = await freePort();
  provider = await independent(`http://auth.localhost:${port}`);
  [stage.server, stage.browser] = await Promise.all([start({ PORT: String(port), ...provider.env }), launch()]);
});

after(async () => {
  await stage.browser?.close();
  await stage.server?.stop();
  await provider?.stop();
});

/** Goes to a page of staff, and signs in at the provider as `who` when it asks. */
async function signInAs(page, who, path = '/admin/inbox') {
  await page.goto(stage.server.origin('nakhla') + path);
  await page.waitForURL((url) => url.origin === provider.issuer);
  await page.click(`button[value="${who}"]`);
  await page.waitForURL((url) => url.origin !== provider.issuer);
  await page.waitForLoadState('load');
}

/** What the site says of whoever is signed in. */
const me = (page) => page.evaluate(() => fetch('/api/v1/me').then((answer) => answer.json()));

test('an administrator signs in, proves it again for what is weighty, and leaves', async () => {
  const page = await fresh('en');
  await signInAs(page, 'admin');
  assert.equal(new URL(page.url()).pathname, '/admin/inbox');
  const known = await me(page);
  assert.deepEqual([known.email, known.role, known.via, known.mfa], ['admin@nakhla.example', 'tenant_admin', 'session', true]);

  // This provider says when somebody proved who they are only where it is asked: so nothing weighty is open yet.
  await page.goto(`${stage.server.origin('nakhla')}/admin/users`);
  assert.equal(await page.locator('form[action="/admin/users"]').count(), 0);
  await page.click('.notice-warning a');
  await page.waitForURL((url) => url.origin === provider.issuer);
  await page.click('button[value="admin"]');
  await page.waitForURL(/\/admin\/users$/);
  assert.equal(await page.locator('form[action="/admin/users"]').count(), 1);

  await page.click('form[action="/auth/logout"] button');
  await page.waitForURL((url) => url.origin === provider.issuer && url.pathname.startsWith('/session/end'));
  await page.goto(`${stage.server.origin('nakhla')}/api/v1/me`);
  assert.match(await page.textContent('body'), /auth\.required/);
  assert.deepEqual(page.faults(), []);
});

test('without a second factor there is one page', async () => {
  const page = await fresh('en');
  await signInAs(page, 'staff');
  await page.getByText('One step left').waitFor();
  assert.equal((await me(page)).code, 'auth.mfa_required');
});

test('an address that the provider has not verified is nobody', async () => {
  for (const who of ['claims', 'guest']) {
    const page = await fresh('en');
    await signInAs(page, who);
    await page.getByText('You have no account here').waitFor();
    await page.goto(`${stage.server.origin('nakhla')}/api/v1/me`);
    assert.match(await page.textContent('body'), /auth\.required/, who);
  }
});
