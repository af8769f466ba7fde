import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './load.js';

const { InboxLink, backoff, reaction } = await load('inbox-link.js');
const { InboxStore } = await load('inbox-store.js');

/** A world with a clock and sockets of the test's own. */
function world({ pages = [] } = {}) {
  const made = {
    time: 0, timers: [], sockets: [], states: [], changes: [], loads: 0, up: true, answer: 'ok',
    now: () => made.time,
    setTimeout: (run, wait) => {
      const timer = { at: made.time + wait, run };
      made.timers.push(timer);
      return timer;
    },
    clearTimeout: (timer) => { made.timers = made.timers.filter((t) => t !== timer); },
    random: () => 0.5,
    online: () => made.up,
    probe: async () => made.answer,
    state: (name, since) => made.states.push(name === 'offline' ? [name, since] : name),
    change: (change) => made.changes.push(change),
    load: async () => {
      made.loads += 1;
      const page = pages.length > 1 ? pages.shift() : pages[0];
      if (page instanceof Error) throw page;
      return page ?? { data: [], next_cursor: null, as_of_seq: 0 };
    },
    open: () => {
      const socket = { readyState: 0, sent: [], send: (text) => socket.sent.push(JSON.parse(text)), close: () => { socket.readyState = 3; } };
      made.sockets.push(socket);
      return socket;
    },
    get socket() { return made.sockets.at(-1); },
    accept: () => { made.socket.readyState = 1; made.socket.onopen(); },
    say: (frame) => made.socket.onmessage({ data: JSON.stringify(frame) }),
    cut: (code = 1006, reason = '') => made.socket.onclose({ code, reason }),
    /** Lets promises settle, then moves the clock, running what falls due. */
    pass: async (ms = 0) => {
      await tick();
      const end = made.time + ms;
      for (;;) {
        const next = made.timers.filter((t) => t.at <= end).sort((a, b) => a.at - b.at)[0];
        if (!next) break;
        made.time = next.at;
        made.timers = made.timers.filter((t) => t !== next);
        next.run();
        await tick();
      }
      made.time = end;
    },
  };
  return made;
}
const tick = async () => { for (let i = 0; i < 5; i += 1) await Promise.resolve(); };
const welcome = (seq, epoch = 'e1') => ({ type: 'welcome', seq, epoch, heartbeat_s: 20, user: { id: 'me', name: 'Noura' } });
const event = (seq) => ({ seq, type: 'item.funded', at: '2026-11-24T10:00:00Z', subject: 'item:1', data: {} });
const events = (...seqs) => ({ type: 'events', events: seqs.map(event) });
const page = (as_of_seq) => ({ data: [], next_cursor: null, as_of_seq });

async function live(w) {
  const link = new InboxLink(new InboxStore(), w);
  link.start();
  w.accept();
  w.say(welcome(5));
  await w.pass();
  return link;
}

test('the socket opens first, then the list is read, then it is live', async () => {
  const w = world({ pages: [page(6)] });
  const link = new InboxLink(new InboxStore(), w);
  link.start();
  assert.equal(w.loads, 0);
  w.accept();
  assert.deepEqual(w.socket.sent, [{ type: 'hello', after_seq: null, epoch: null }]);
  w.say(welcome(5));
  w.say(events(6, 7));
  await w.pass();
  assert.equal(w.loads, 1);
  assert.deepEqual(w.states, ['catching', 'live']);
  assert.equal(link.store.seq, 7);
});

test('acks follow what is shown, at most every 200 ms', async () => {
  const w = world({ pages: [page(5)] });
  await live(w);
  const acks = () => w.socket.sent.filter((f) => f.type === 'ack').map((f) => f.seq);
  assert.deepEqual(acks(), [5]);
  for (let seq = 6; seq <= 30; seq += 1) {
    w.say(events(seq));
    await w.pass(20);
  }
  await w.pass(1000);
  assert.equal(acks().at(-1), 30);
  assert.ok(acks().length <= 5, `${acks()}`);
});

test('after a break it says where it stood and catches up before it is live', async () => {
  const w = world({ pages: [page(5)] });
  await live(w);
  w.time = 60_000;
  w.cut();
  await w.pass();
  assert.deepEqual(w.states.at(-1), ['offline', 60_000]);
  await w.pass(1000);
  w.accept();
  assert.deepEqual(w.socket.sent[0], { type: 'hello', after_seq: 5, epoch: 'e1' });
  w.say(welcome(8));
  assert.equal(w.states.at(-1), 'catching');
  w.say(events(6, 7, 8));
  assert.equal(w.states.at(-1), 'live');
  assert.equal(w.loads, 1, 'the list was not read again');
});

test('a reset reads the list again, and a page asked for before it is thrown away', async () => {
  const w = world({ pages: [page(5), page(40), page(50)] });
  const link = await live(w);
  w.say({ type: 'reset', seq: 40 });
  assert.equal(w.states.at(-1), 'catching');
  w.say({ type: 'reset', seq: 50 });
  await w.pass();
  assert.equal(w.loads, 3);
  assert.equal(link.store.seq, 50);
  assert.equal(w.states.at(-1), 'live');
});

test('a list that fails is asked for again', async () => {
  const w = world({ pages: [new Error('503'), page(5)] });
  await live(w);
  assert.deepEqual(w.states, ['catching']);
  await w.pass(2000);
  assert.equal(w.loads, 2);
  assert.equal(w.states.at(-1), 'live');
});

test('a gap in the stream begins the line anew from the last number shown', async () => {
  const w = world({ pages: [page(5)] });
  await live(w);
  w.say(events(6, 9));
  assert.equal(w.sockets.length, 2);
  w.accept();
  assert.equal(w.socket.sent[0].after_seq, 6);
});

test('close codes: 1008 ends, 1012 waits as told, 1013 goes on at once', async () => {
  const half = () => 0.5;
  assert.deepEqual(reaction(1008, '', 0, half), { stop: true });
  assert.deepEqual(reaction(1012, '{"retry_after_ms":1234}', 5, half), { after: 1234 });
  assert.deepEqual(reaction(1013, 'resume', 0, half), { after: 0 });
  assert.ok(reaction(1012, 'nonsense', 0, half).after >= 500);
  const w = world({ pages: [page(5)] });
  await live(w);
  w.cut(1012, '{"retry_after_ms":700}');
  await w.pass(699);
  assert.equal(w.sockets.length, 1);
  await w.pass(1);
  assert.equal(w.sockets.length, 2);
  w.accept();
  w.say(welcome(5));
  w.cut(1008, 'not allowed');
  await w.pass(60_000);
  assert.equal(w.states.at(-1), 'signed_out');
  assert.equal(w.sockets.length, 2);
});

test('a tab whose place a newer one took says so and does not come back by itself', async () => {
  const w = world({ pages: [page(5)] });
  await live(w);
  w.cut(1008, 'replaced');
  await w.pass(60_000);
  assert.equal(w.states.at(-1), 'replaced');
  assert.equal(w.sockets.length, 1);
});

test('the pause between tries has full jitter between 0.5 and 15 seconds', () => {
  for (let tries = 0; tries < 20; tries += 1) {
    for (const random of [0, 0.3, 0.999]) {
      const pause = backoff(tries, () => random);
      assert.ok(pause >= 500 && pause <= 15_000, `${tries} ${random}: ${pause}`);
    }
  }
  assert.ok(backoff(10, () => 0.999) > 14_900);
  assert.equal(backoff(10, () => 0), 500);
});

test('waking up or coming online does not wait; a lost network is believed at once', async () => {
  const w = world({ pages: [page(5)] });
  const link = await live(w);
  w.up = false;
  w.time = 5000;
  link.lost();
  assert.deepEqual(w.states.at(-1), ['offline', 5000]);
  await w.pass(60_000);
  assert.equal(w.sockets.length, 1, 'no tries without a network');
  w.up = true;
  link.wake();
  assert.equal(w.sockets.length, 2);
  link.wake();
  assert.equal(w.sockets.length, 2, 'one line at a time');
});

test('an upgrade that is refused asks whether the session is over', async () => {
  const w = world();
  w.answer = 'signed_out';
  const link = new InboxLink(new InboxStore(), w);
  link.start();
  w.cut(1006);
  await w.pass();
  assert.equal(w.states.at(-1), 'signed_out');
});

test('a line that went quiet is given up', async () => {
  const w = world({ pages: [page(5)] });
  await live(w);
  await w.pass(20_000);
  assert.equal(w.socket.sent.at(-1).type, 'ping');
  w.say({ type: 'pong' });
  await w.pass(60_000);
  assert.equal(w.sockets.length, 2);
});
