// Starts `sadu dev` for the tests: its own port, its own state, ended by its process id.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const BINARY = process.env.SADU_BIN ?? join(root, 'target/debug/sadu');

/** A port nobody listens on. */
export async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

/** Node does not resolve `*.localhost`: the server is asked at its address, under the host's name. */
export function request(port, host, path, { method = 'GET', headers = {}, body } = {}) {
  return new Promise((done, fail) => {
    const asked = http.request({ host: '127.0.0.1', port, path, method, headers: { host: `${host}:${port}`, ...headers } }, (answer) => {
      const chunks = [];
      answer.on('data', (chunk) => chunks.push(chunk));
      answer.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        done({ status: answer.statusCode, headers: answer.headers, text, json: () => JSON.parse(text) });
      });
    });
    asked.on('error', fail);
    asked.end(body);
  });
}

/**
 * The platform, running. `origin('nakhla')` is a tenant's address; `stop()` ends it and removes its state. `more` is further
 * environment.
 */
export async function start(more = {}) {
  if (!existsSync(BINARY)) throw new Error(`${BINARY} is not there: build it with cargo build --workspace --all-features`);
  const port = Number(more.PORT ?? await freePort());
  const state = await mkdtemp(join(tmpdir(), 'sadu-browser-'));
  // Without the demo's pictures nothing changes by itself while a journey looks at it.
  const env = { ...process.env, SADU_DEMO_PICTURES: 'no', PORT: String(port), OPS_PORT: String(await freePort()), SADU_STATE_DIR: state };
  for (const name of ['DATABASE_URL', 'REDIS_URL', 'S3_ENDPOINT', 'OPENAI_BASE_URL', 'OPENAI_API_KEY', 'OIDC_ISSUER']) delete env[name];
  Object.assign(env, more);
  const child = spawn(BINARY, ['dev'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  const keep = (chunk) => { log = (log + chunk).slice(-20_000); };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const ended = new Promise((done) => child.on('exit', (code) => done(code ?? 'signal')));
  const stop = async () => {
    if (child.exitCode === null) child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), 15_000);
    await ended;
    clearTimeout(late);
    await rm(state, { recursive: true, force: true });
  };
  const until = Date.now() + 120_000;
  for (;;) {
    const up = await request(port, '127.0.0.1', '/healthz').catch(() => null);
    if (up?.status === 200) break;
    const dead = await Promise.race([ended, new Promise((done) => setTimeout(() => done(null), 150))]);
    if (dead !== null || Date.now() > until) {
      await stop();
      throw new Error(`sadu dev did not come up (${dead}):\n${log}`);
    }
  }
  return { port, origin: (slug) => `http://${slug}.localhost:${port}`, log: () => log, stop, request: (slug, path, init) => request(port, `${slug}.localhost`, path, init) };
}

/** The same, once every picture of the demo is on its page. */
export async function illustrated(more = {}) {
  const server = await start({ SADU_DEMO_PICTURES: 'yes', ...more });
  const shown = async (slug) => (await server.request(slug, '/api/v1/items?limit=100')).json().data.flatMap(({ media }) => media).length;
  const signed = async () => (await server.request('sidra', '/api/v1/site')).json().logo !== null;
  for (let tries = 0; tries < 360; tries += 1) {
    const [, all] = server.log().match(/pictures were drawn.*number=(\d+)/) ?? [];
    const counts = all ? await Promise.all(['nakhla', 'sidra', 'masar'].map(shown)) : [];
    if (all && counts.reduce((sum, count) => sum + count, 0) === Number(all) && await signed()) return server;
    await new Promise((done) => { setTimeout(done, 250); });
  }
  await server.stop();
  throw new Error(`the demo's pictures did not come:\n${server.log()}`);
}
