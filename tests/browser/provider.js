// An OpenID provider that is not ours: `oidc-provider`, with people who sign in on its own page. It keeps to the letter: addresses
// are told at userinfo alone, `auth_time` only when it is asked for, and PKCE is demanded.
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

/** Who may sign in, what is known of them, and whether they use a second factor. */
export const PEOPLE = {
  admin: { email: 'admin@nakhla.example', email_verified: true, second: true },
  staff: { email: 'staff@nakhla.example', email_verified: true, second: false },
  claims: { email: 'staff@nakhla.example', email_verified: false, second: true },
  guest: { email: 'guest@elsewhere.example', email_verified: true, second: true },
};

const SECRET = 'a-secret-of-the-independent-provider';

/** Lets whoever signed in have what was asked for, without a question. */
async function grantAll(context) {
  const { client, session, params, provider } = context.oidc;
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope(params.scope);
  await grant.save();
  return grant;
}

const page = (uid) => `<!doctype html><title>Independent provider</title><form method="post" action="/interaction/${uid}">
${Object.keys(PEOPLE).map((name) => `<button name="who" value="${name}">${name}</button>`).join('')}</form>`;

async function read(request) {
  let body = '';
  for await (const chunk of request) body += chunk;
  return new URLSearchParams(body);
}

/** Starts it for a platform whose auth host is `auth`; `issuer` is its address, `env` what the platform is told of it. */
export async function independent(auth) {
  const server = createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{
      client_id: 'sadu-here', client_secret: SECRET, grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'],
      redirect_uris: [`${auth}/auth/callback`], post_logout_redirect_uris: [`${auth}/auth/signed-out`],
    }],
    claims: { openid: ['sub', 'amr'], email: ['email', 'email_verified'], profile: ['name'], acr: null, auth_time: null, iss: null, sid: null },
    cookies: { keys: ['one', 'two'] },
    features: { devInteractions: { enabled: false } },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, name: id, email: PEOPLE[id].email, email_verified: PEOPLE[id].email_verified }) }),
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    loadExistingGrant: grantAll,
    pkce: { required: () => true },
  });
  const asked = provider.callback();
  server.on('request', async (request, response) => {
    const [, uid] = request.url.match(/^\/interaction\/([\w-]+)/) ?? [];
    if (!uid) return asked(request, response);
    if (request.method !== 'POST') return response.setHeader('content-type', 'text/html').end(page(uid));
    const accountId = (await read(request)).get('who');
    const login = { accountId, amr: PEOPLE[accountId].second ? ['pwd', 'mfa'] : ['pwd'] };
    return provider.interactionFinished(request, response, { login }, { mergeWithLastSubmission: false });
  });
  const env = {
    OIDC_ISSUER: issuer, OIDC_CLIENT_ID: 'sadu-here', OIDC_CLIENT_SECRET: SECRET, OIDC_AUDIENCE: 'https://api.sadu.example',
  };
  return { issuer, env, stop: () => new Promise((done) => { server.closeAllConnections(); server.close(done); }) };
}
