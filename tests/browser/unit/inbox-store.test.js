import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './load.js';

const { InboxStore } = await load('inbox-store.js');

const kwd = (amount) => ({ amount, currency: 'KWD' });
const id = (n) => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const subject = (n) => `order:${id(n)}`;

function row(n, version, more = {}) {
  return {
    subject: subject(n),
    order: {
      id: id(n), reference: `NKH-${n}`, kind: 'donation', status: 'awaiting_transfer', total: kwd(5000), paid: kwd(0),
      payment_method: 'transfer', lang: 'ar', items: [], expires_at: null, created_at: '2026-11-24T10:00:00Z', updated_at: '2026-11-24T10:00:00Z',
      ...more.order,
    },
    owner: more.owner ?? null,
    resolved_at: null,
    version,
  };
}
const page = (rows, as_of_seq, next_cursor = null) => ({ data: rows, next_cursor, as_of_seq });
const placed = (seq, n) => ({
  seq, type: 'order.placed', at: '2026-11-24T10:00:00Z', subject: subject(n),
  data: { reference: `NKH-${n}`, kind: 'donation', status: 'awaiting_transfer', total: kwd(5000), items: [{ item: 'x', slug: 'well', title: { ar: 'بئر', en: 'Well' }, amount: kwd(5000) }], payment_method: 'transfer', lang: 'ar' },
});
const paid = (seq, n) => ({ seq, type: 'order.paid', at: '2026-11-24T10:01:00Z', subject: subject(n), data: { reference: `NKH-${n}`, status: 'paid', paid: kwd(5000), total: kwd(5000) } });
const claimed = (seq, n, owner) => ({ seq, type: 'subject.claimed', at: '2026-11-24T10:01:00Z', subject: subject(n), data: { by: owner, owner } });
const welcome = (seq, epoch = 'e1') => ({ type: 'welcome', seq, epoch, user: { id: 'me', name: 'Noura' }, heartbeat_s: 20 });

function loaded(rows = [row(1, 3), row(2, 5)], seq = 5) {
  const store = new InboxStore();
  store.welcome(welcome(seq));
  store.page('all', page(rows, seq), true);
  return store;
}
const shown = (store, view = 'all') => store.list(view).map((r) => r.order.reference);

test('a first hello begins at the head, a later one where we stood', () => {
  const store = new InboxStore();
  assert.deepEqual(store.hello(), { type: 'hello', after_seq: null, epoch: null });
  assert.equal(store.welcome(welcome(5)), true, 'the list must be loaded');
  store.page('all', page([row(1, 3)], 7), true);
  assert.deepEqual(store.hello(), { type: 'hello', after_seq: 7, epoch: 'e1' });
  assert.equal(store.welcome(welcome(9)), false, 'the stream goes on, nothing to load');
});

test('events that come before the list are applied after it, and only those it does not know', () => {
  const store = new InboxStore();
  store.welcome(welcome(5));
  store.events([placed(6, 6), placed(7, 7)]);
  assert.deepEqual(shown(store), []);
  // The list was read after 6 and knows it, with a later state than the event's.
  const change = store.page('all', page([row(6, 6, { order: { status: 'paid' } }), row(1, 3)], 6), true);
  assert.deepEqual(shown(store), ['NKH-7', 'NKH-6', 'NKH-1']);
  assert.equal(store.rows.get(subject(6)).order.status, 'paid');
  assert.ok(change.added.has(subject(7)));
  assert.equal(store.seq, 7);
});

test('duplicates are dropped, a gap stops the stream', () => {
  const store = loaded();
  store.events([placed(6, 6)]);
  const again = store.events([placed(6, 6), placed(7, 7)]);
  assert.deepEqual([...again.added], [subject(7)]);
  const gap = store.events([placed(9, 9)]);
  assert.equal(gap.gap, true);
  assert.equal(store.seq, 7);
  assert.deepEqual(store.hello().after_seq, 7);
  assert.deepEqual(shown(store), ['NKH-7', 'NKH-6', 'NKH-2', 'NKH-1']);
});

test('older versions never overwrite newer ones', () => {
  const store = loaded();
  store.events([paid(6, 1)]);
  // A page that was read before the payment arrives late.
  store.page('all', page([row(1, 3)], 5), true);
  assert.equal(store.rows.get(subject(1)).order.status, 'paid');
  // A page that was read after it, and then an event the page knew already.
  store.page('all', page([row(2, 8, { order: { status: 'cancelled' } })], 8), true);
  store.events([paid(7, 2)]);
  assert.equal(store.rows.get(subject(2)).order.status, 'cancelled');
});

test('a late page of rows we did not know is brought up to date with what happened since', () => {
  const store = new InboxStore();
  store.welcome(welcome(5));
  store.page('all', page([row(9, 5)], 5, 'more'), true);
  const unknown = store.events([paid(6, 4)]);
  assert.deepEqual([...unknown.wanted], ['NKH-4']);
  store.page('all', page([row(4, 2)], 5), false);
  assert.equal(store.rows.get(subject(4)).order.status, 'paid');
  assert.equal(store.rows.get(subject(4)).version, 6);
});

test('views show what the server would, without holes', () => {
  const store = new InboxStore();
  store.welcome(welcome(20));
  store.page('all', page([row(9, 9), row(8, 8, { order: { status: 'paid' } })], 20, 'c'), true);
  assert.deepEqual(shown(store, 'paid'), ['NKH-8']);
  store.page('paid', page([row(8, 8, { order: { status: 'paid' } }), row(5, 5, { order: { status: 'paid' } })], 20, 'p'), true);
  // 5 is known to the view of the paid; between it and 8 the list of all has a hole, so it is not shown there.
  assert.deepEqual(shown(store), ['NKH-9', 'NKH-8']);
  assert.deepEqual(shown(store, 'paid'), ['NKH-8', 'NKH-5']);
  assert.equal(store.cursor('all'), 'c');
  store.events([paid(21, 9)]);
  assert.deepEqual(shown(store, 'paid'), ['NKH-9', 'NKH-8', 'NKH-5']);
  assert.deepEqual(shown(store, 'transfers'), []);
});

test('a reset or another epoch forgets everything, numbers included', () => {
  const store = loaded();
  store.reset();
  assert.deepEqual(store.hello(), { type: 'hello', after_seq: null, epoch: null });
  store.page('all', page([row(3, 2)], 2), true);
  assert.equal(store.seq, 2, 'a restored stream may begin below');
  assert.equal(store.welcome(welcome(2, 'e2')), true);
  assert.deepEqual(shown(store), []);
});

test('a claim shows at once, and the loser learns who has it', () => {
  const store = loaded([row(1, 3, { owner: { id: 'u2', name: 'Salem' } }), row(2, 5)], 5);
  assert.equal(store.claim(subject(1)), false, 'it is taken');
  assert.equal(store.claim(subject(2)), true);
  assert.equal(store.rows.get(subject(2)).owner.name, 'Noura');
  assert.deepEqual(store.claimed(subject(2), 'u2'), { id: 'u2', name: 'Salem' });
  assert.equal(store.rows.get(subject(2)).owner.name, 'Salem');
});

test('a claim that failed is undone, unless an event has said otherwise', () => {
  const store = loaded();
  store.claim(subject(1));
  store.unclaim(subject(1));
  assert.equal(store.rows.get(subject(1)).owner, null);
  store.claim(subject(1));
  const change = store.events([claimed(6, 1, 'u9')]);
  assert.deepEqual([...change.wanted], ['NKH-1'], 'the name of u9 is asked for');
  store.unclaim(subject(1));
  assert.equal(store.rows.get(subject(1)).owner.id, 'u9');
  store.row(row(1, 6, { owner: { id: 'u9', name: 'Hessa' } }));
  assert.equal(store.rows.get(subject(1)).owner.name, 'Hessa');
});

test('whatever is cut, repeated or delayed, each event counts once and in order', () => {
  // A small generator of our own, so that a failure can be repeated.
  let state = 7;
  const random = (n) => (state = (state * 1103515245 + 12345) % 2147483648) % n;
  for (let round = 0; round < 200; round += 1) {
    const stream = Array.from({ length: 60 }, (_, i) => (i % 3 === 2 ? paid(i + 1, i) : placed(i + 1, i + 1)));
    const store = new InboxStore();
    const rowsAt = (seq) => {
      const truth = new InboxStore();
      truth.welcome(welcome(0));
      truth.page('all', page([], 0), true);
      truth.events(stream.slice(0, seq));
      return truth;
    };
    let known = random(20);
    store.welcome(welcome(known));
    let sent = known;
    while (sent < stream.length || !store.loaded) {
      const step = random(6);
      const until = Math.min(stream.length, sent + step);
      const repeated = Math.max(known, sent - random(4));
      store.events(stream.slice(repeated, until));
      sent = until;
      if (!store.loaded && (random(3) === 0 || sent === stream.length)) {
        const at = known + random(sent - known + 1);
        store.page('all', page(rowsAt(at).list('all').map((r) => structuredClone(r)), at), true);
      }
      if (random(8) === 0 && store.loaded) {
        // The line breaks: the server sends again from where hello says.
        sent = store.hello().after_seq;
        known = Math.min(known, sent);
      }
    }
    store.events(stream.slice(store.seq));
    assert.equal(store.seq, stream.length);
    const view = (s) => s.list('all').map((r) => [r.subject, r.order.status, r.version]);
    assert.deepEqual(view(store), view(rowsAt(stream.length)), `round ${round}`);
  }
});
