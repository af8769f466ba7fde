// The funding page as it moves: each item from the live feed, the sums of money on top from the items. Closed while the page is
// hidden; the first message after it opens again is the present state.

import { digits, figure, withUnit } from './money.js';

const { words } = JSON.parse(document.getElementById('facts').textContent);
const board = document.querySelector('[data-board]');
const rows = new Map([...board.querySelectorAll('[data-item]')].map((row) => [row.dataset.item, row]));
const still = matchMedia('(prefers-reduced-motion: reduce)');
const clockOf = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: document.documentElement.dataset.tz || undefined });
const ICONS = { live: 'live', catching: 'again', offline: 'offline' };
const SUMS = ['raised', 'in_flight', 'awaiting', 'donors'];
let source = null;
let since = null;

function linked(state) {
  const line = board.querySelector('[data-link]');
  line.dataset.link = state;
  line.querySelector('use').setAttribute('href', `#i-${ICONS[state]}`);
  if (state === 'offline') since ??= new Date();
  else since = null;
  line.querySelector('[data-link-word]').textContent = state === 'offline' ? words.offline.replace('{x}', digits(clockOf.format(since))) : words[state];
  line.querySelector('[data-time]').hidden = state === 'offline';
}

/** Counts the figure in `holder` to `to` over 400 ms. */
function count(holder, from, to, write) {
  const target = holder.querySelector('bdi') ?? holder;
  if (still.matches || from === to) {
    target.textContent = write(to);
    return;
  }
  const start = performance.now();
  const frame = (now) => {
    const share = Math.min((now - start) / 400, 1);
    target.textContent = write(Math.round(from + (to - from) * (1 - (1 - share) ** 3)));
    if (share < 1) requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

const people = board.querySelector('[data-sum="donors"]');
let gave = Number(people.dataset.value);
let asking = false;

/** Who gave to two projects is one: only the server can count them. */
async function recount() {
  if (asking) return;
  asking = true;
  await new Promise((done) => { setTimeout(done, 400); });
  asking = false;
  try {
    const answer = await fetch('/api/v1/admin/funding', { headers: { accept: 'application/json' } });
    if (!answer.ok) return;
    const { donors } = await answer.json();
    count(people, gave, donors, digits);
    gave = donors;
  } catch {
    // The next gift asks again.
  }
}

const total = (name) => [...rows.values()].reduce((sum, row) => sum + Number(row.dataset[name]), 0);
const writer = (name) => (name === 'donors' ? (n) => digits(n) : (n) => figure(n));

function bar(row, next) {
  const target = Number(row.dataset.target);
  let left = 1000;
  let x = 0;
  for (const name of ['raised', 'in_flight', 'awaiting']) {
    const part = row.querySelector(`[data-bar="${name}"]`);
    if (!part) return;
    const width = Math.min(left, Math.floor((Math.max(next[name], 0) * 1000) / target));
    part.setAttribute('x', String(x));
    part.setAttribute('width', String(width));
    x += width;
    left -= width;
  }
}

function show(funding) {
  const row = rows.get(funding.item);
  if (!row || Number(row.dataset.version) > funding.version) return;
  const next = { raised: funding.raised.amount, in_flight: funding.in_flight.amount, awaiting: funding.awaiting_transfer.amount, donors: funding.donors };
  const before = Object.fromEntries(SUMS.map((name) => [name, total(name)]));
  const gained = next.raised - Number(row.dataset.raised);
  row.dataset.version = String(funding.version);
  let moved = false;
  for (const name of SUMS) {
    const old = Number(row.dataset[name]);
    if (old === next[name]) continue;
    moved = true;
    row.dataset[name] = String(next[name]);
    const cell = row.querySelector(`[data-cell="${name}"]`);
    cell.toggleAttribute('data-zero', next[name] === 0);
    count(cell, old, next[name], writer(name));
    if (name === 'donors') recount();
    else count(board.querySelector(`[data-sum="${name}"]`), before[name], total(name), writer(name));
  }
  board.querySelector('[data-time]').textContent = digits(clockOf.format(new Date()));
  if (!moved) return;
  const percent = row.querySelector('[data-cell="percent"]');
  if (percent && funding.percent !== null) percent.textContent = `${digits(funding.percent)}%`;
  bar(row, next);
  row.classList.remove('is-moved');
  void row.offsetWidth;
  row.classList.add('is-moved');
  if (gained > 0) board.querySelector('p[data-say]').textContent = words.moved.replace('{x}', `${row.querySelector('th a').textContent} – ${withUnit(gained)}`);
}

function open() {
  if (source || document.hidden) return;
  linked('catching');
  source = new EventSource('/api/v1/live');
  source.addEventListener('open', () => linked('live'));
  source.addEventListener('error', () => linked('offline'));
  source.addEventListener('funding', (event) => show(JSON.parse(event.data)));
}

function close() {
  source?.close();
  source = null;
}

document.addEventListener('visibilitychange', () => (document.hidden ? close() : open()));
addEventListener('offline', () => { close(); linked('offline'); });
addEventListener('online', open);
addEventListener('pagehide', close);
addEventListener('pageshow', open);
open();
