// What the inbox asks of the server. Answers come in the language of the page; a failure is a `Refused` with the
// server's own words, or `null` status when it could not be reached at all.

import { facts } from './inbox-view.js';

export class Refused extends Error {
  constructor(status, problem) {
    super(problem?.detail ?? 'not reached');
    this.status = status;
    this.problem = problem;
  }
}

async function ask(address, init = {}) {
  const headers = { accept: 'application/json', 'accept-language': document.documentElement.lang, ...init.headers };
  if (init.method) headers['x-csrf-token'] = facts.csrf;
  let answer;
  try {
    answer = await fetch(address, { ...init, headers, cache: 'no-store' });
  } catch {
    throw new Refused(null, null);
  }
  if (answer.status === 204) return null;
  const body = await answer.json().catch(() => null);
  if (!answer.ok) throw new Refused(answer.status, body);
  return body;
}

const admin = '/api/v1/admin';

/** A page of rows of a view. */
export const page = (view, cursor = null) => ask(`${admin}/inbox?view=${view}&limit=50${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`);

/** The row of a reference, if there is one. */
export const rowOf = async (reference) => (await ask(`${admin}/inbox?q=${encodeURIComponent(reference)}`)).data[0] ?? null;

/** An order with its ledger. */
export const order = (id) => ask(`${admin}/orders/${id}`);

/** Takes a row: `{owner, yours}`. */
export const claim = (subject) => ask(`${admin}/inbox/${subject}/claim`, { method: 'POST' });

/** Marks a row done. */
export const resolve = (subject) => ask(`${admin}/inbox/${subject}/resolve`, { method: 'POST' });

/** Confirms a transfer. The same key and body is the same confirmation, however often it is sent. */
export const confirmTransfer = (id, key, transfer) => ask(`${admin}/orders/${id}/confirm-transfer`, {
  method: 'POST',
  headers: { 'content-type': 'application/json', 'idempotency-key': key },
  body: JSON.stringify(transfer),
});

/** Whether we are still signed in, for a socket that was refused without a reason. */
export async function probe() {
  try {
    await ask('/api/v1/me');
    return 'ok';
  } catch (refused) {
    return refused.status === 401 || refused.status === 403 ? 'signed_out' : 'down';
  }
}
