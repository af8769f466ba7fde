// The inbox as staff see it move. The page stands without this; here rows come in by themselves, one order opens beside
// the list, and keys do what buttons do.

import { confirming } from './inbox-confirm.js';
import { keys } from './inbox-keys.js';
import { lineOf } from './inbox-line.js';
import * as server from './inbox-server.js';
import { InboxStore } from './inbox-store.js';
import { address, age, counted, fillOpen, fillRow, fillWork, money, say, titleOf, toast, words } from './inbox-view.js';

const at = (selector) => document.querySelector(selector);
const rowsBox = at('[data-rows]');
const scroller = at('[data-scroller]');
const detail = at('[data-detail]');
const pill = at('[data-pill]');
const wide = matchMedia('(min-width: 64rem)');
const still = matchMedia('(prefers-reduced-motion: reduce)');
const pageTitle = document.title;

const store = new InboxStore();
let view = rowsBox.dataset.view;
let openId = detail.querySelector('.open')?.dataset.order ?? null;
let unseen = 0;
let asked = new Set();

const openSubject = () => (openId ? `order:${openId}` : null);
const articleNow = () => detail.querySelector('.open');
const scrolled = () => (wide.matches ? scroller.scrollTop : scroller.getBoundingClientRect().top < -8 ? 100 : 0) > 24;

// ── The list ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Draws the rows of the present view; what is being read stays where it is. */
function paint(arrived = new Set()) {
  if (!store.loaded) return;
  const rows = store.list(view);
  const known = new Map([...rowsBox.children].map((item) => [item.dataset.subject, item]));
  const anchor = scrolled() ? [...rowsBox.children].find((item) => item.getBoundingClientRect().bottom > scroller.getBoundingClientRect().top + 1) : null;
  const before = anchor?.getBoundingClientRect().top;
  let fresh = 0;
  const items = rows.map((row) => {
    const item = known.get(row.subject) ?? at('[data-blank-row]').content.firstElementChild.cloneNode(true);
    fillRow(item, row, view, openSubject());
    if (arrived.has(row.subject) && !known.has(row.subject)) {
      fresh += 1;
      item.classList.add('is-new');
      if (!anchor && !still.matches) item.classList.add('slides');
    }
    return item;
  });
  items.forEach((item, index) => {
    if (rowsBox.children[index] !== item) rowsBox.insertBefore(item, rowsBox.children[index] ?? null);
  });
  while (rowsBox.children.length > items.length) rowsBox.lastElementChild.remove();
  if (anchor?.isConnected) {
    const moved = anchor.getBoundingClientRect().top - before;
    if (moved) (wide.matches ? scroller : document.scrollingElement).scrollTop += moved;
  }
  at('[data-empty]').hidden = rows.length > 0;
  at('[data-older]').hidden = store.cursor(view) === null;
  if (fresh && (anchor || document.hidden)) count(unseen + fresh);
}

function count(n) {
  unseen = n;
  pill.hidden = n === 0 || !scrolled();
  if (n > 0) at('[data-pill-word]').textContent = counted('new', n);
  document.title = n > 0 ? `(${n}) ${pageTitle}` : pageTitle;
}

function seen() {
  if (unseen && !scrolled() && !document.hidden) count(0);
}

function changed(change, loaded = false) {
  paint(loaded ? new Set() : change.arrived);
  for (const subject of change.arrived) announce(words.say_new, subject);
  for (const subject of change.paid) announce(words.say_paid, subject);
  const subject = openSubject();
  if (subject && (loaded || change.changed.has(subject) || change.added.has(subject))) refresh();
  change.wanted.forEach(want);
  if (loaded) below();
}

/** The rows of a filter reach further down than the list of all: they are read once, when the filter is first used. */
function below() {
  if (store.loaded && store.floors[view] === null) more(null);
}

function announce(sentence, subject) {
  const row = store.rows.get(subject);
  if (row) at('p[data-say]').textContent = say(sentence, { x: `${titleOf(row.order)} – ${money(row.order.total)}` });
}

/** Asks once for a row that an event spoke of and that is not here. */
async function want(reference) {
  if (asked.has(reference)) return;
  asked.add(reference);
  try {
    const row = await server.rowOf(reference);
    if (row) changed(store.row(row));
  } catch {
    // It comes with the next list.
  } finally {
    asked.delete(reference);
  }
}

function show(next, push = true) {
  view = next;
  rowsBox.dataset.view = view;
  for (const link of document.querySelectorAll('.filters [data-view]')) {
    if (link.dataset.view === view) link.setAttribute('aria-current', 'true');
    else link.removeAttribute('aria-current');
  }
  if (push) history.pushState(null, '', openId && wide.matches ? address({ id: openId }, view) : `/admin/inbox?view=${view}`);
  count(0);
  paint();
  scroller.scrollTop = 0;
  below();
}

async function more(cursor) {
  try {
    const page = await server.page(view, cursor);
    changed(store.page(view, page, cursor === null), true);
  } catch (refused) {
    if (refused.status === 401) signedOut();
    else toast(refused.problem?.detail ?? words.failed, 'alert');
  }
}

// ── One order ───────────────────────────────────────────────────────────────────────────────────────────────────────

async function open(id, { push = true, focus = true } = {}) {
  if (!wide.matches) scrollTo(0, 0);
  openId = id;
  document.body.classList.add('has-open');
  if (push) history.pushState(null, '', address({ id }, view));
  paint();
  if (articleNow()?.dataset.order !== id) {
    articleNow()?.remove();
    at('[data-pick]').hidden = true;
    at('[data-wait]').hidden = false;
    detail.scrollTop = 0;
  }
  await refresh();
  if (focus && openId === id && !wide.matches) detail.focus({ preventScroll: true });
}

/** Reads the open order again and draws it; what is typed in its form stays. */
async function refresh() {
  const id = openId;
  let order;
  try {
    order = await server.order(id);
  } catch (refused) {
    if (refused.status === 401) signedOut();
    else if (refused.status === 404) toast(words.gone, 'alert');
    else if (!articleNow()) toast(refused.problem?.detail ?? words.unread, 'alert');
    return;
  }
  if (openId !== id) return;
  let article = articleNow();
  if (!article || (article.dataset.order && article.dataset.order !== id)) {
    article?.remove();
    article = at('[data-blank-open]').content.firstElementChild.cloneNode(true);
    const form = article.querySelector('[data-transfer]');
    if (form) {
      form.elements.amount.value = '';
      form.elements.received_on.value = form.elements.received_on.max;
    }
    at('[data-wait]').hidden = true;
    detail.prepend(article);
  }
  fillOpen(article, order, store.rows.get(`order:${id}`));
  const back = article.querySelector('[data-back]');
  back.href = `/admin/inbox?view=${view}`;
  confirming(article, order, { done: confirmed, signedOut });
}

function confirmed(answer, text) {
  store.patch(`order:${answer.id}`, { status: answer.status, paid: answer.paid });
  paint();
  toast(text);
  refresh();
  articleNow()?.querySelector('[data-f="reference"]').closest('h2').focus();
}

function leave(push = true) {
  if (!openId) return;
  const subject = openSubject();
  openId = null;
  articleNow()?.remove();
  at('[data-pick]').hidden = false;
  at('[data-wait]').hidden = true;
  document.body.classList.remove('has-open');
  if (push) history.pushState(null, '', `/admin/inbox?view=${view}`);
  paint();
  linkOf(subject)?.focus();
}

const linkOf = (subject) => rowsBox.querySelector(`[data-subject="${subject}"] a`);

/** Whether this person has the button that a key stands for. */
const may = (act) => articleNow()?.querySelector(`[data-act="${act}"]`) !== null;

async function claim() {
  const subject = openSubject();
  if (!subject || !may('claim') || !store.claim(subject)) return;
  paint();
  fillWork(articleNow(), store.rows.get(subject));
  try {
    const answer = await server.claim(subject);
    let owner = store.claimed(subject, answer.owner);
    if (!answer.yours && owner.name === null) {
      const row = await server.rowOf(store.rows.get(subject).order.reference);
      if (row) store.row(row);
      owner = store.rows.get(subject).owner ?? owner;
    }
    toast(answer.yours ? words.claimed_yours : say(words.claimed_theirs, { x: owner.name ?? '…' }), answer.yours ? 'check' : 'alert');
  } catch (refused) {
    store.unclaim(subject);
    if (refused.status === 401) signedOut();
    else toast(refused.problem?.detail ?? words.failed, 'alert');
  }
  paint();
  if (openSubject() === subject && articleNow()) fillWork(articleNow(), store.rows.get(subject));
}

async function resolve() {
  const subject = openSubject();
  const row = store.rows.get(subject);
  if (!subject || !may('resolve') || row?.resolved_at) return;
  try {
    await server.resolve(subject);
    toast(words.resolved);
    store.patch(subject, {}, new Date().toISOString());
  } catch (refused) {
    if (refused.status === 401) signedOut();
    else toast(refused.problem?.detail ?? words.failed, 'alert');
  }
  paint();
  if (openSubject() === subject && articleNow()) fillWork(articleNow(), store.rows.get(subject));
}

// ── Keys and clicks ─────────────────────────────────────────────────────────────────────────────────────────────────

function step(by) {
  const links = [...rowsBox.querySelectorAll('a')];
  if (links.length === 0) return;
  const from = links.findIndex((link) => link === document.activeElement);
  const start = from >= 0 ? from : links.findIndex((link) => link.hasAttribute('aria-current'));
  const next = links[Math.min(Math.max(start + by, 0), links.length - 1)];
  next.focus();
  next.scrollIntoView({ block: 'nearest' });
  if (openId && wide.matches) open(next.closest('li').dataset.subject.slice(6), { focus: false });
}

/** What acts on an order acts on the one that is open, else on the row in focus. */
async function onRow(act) {
  const row = document.activeElement.closest?.('.row');
  if (!openId && row) await open(row.dataset.subject.slice(6));
  if (openId) act();
}

keys({
  next: () => step(1),
  previous: () => step(-1),
  claim: () => onRow(claim),
  resolve: () => onRow(resolve),
  confirm: () => onRow(() => {
    const field = articleNow()?.querySelector('[data-confirm]:not([hidden]) [name="bank_reference"]');
    field?.focus();
    field?.scrollIntoView({ block: 'center' });
  }),
  leave: () => leave(),
  view1: () => show('all'),
  view2: () => show('transfers'),
  view3: () => show('paid'),
  sheet: () => at('[data-sheet]').showModal(),
});

document.addEventListener('click', (event) => {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
  const row = event.target.closest('.row a');
  const filter = event.target.closest('.filters a');
  if (row) open(row.closest('li').dataset.subject.slice(6));
  else if (filter) show(filter.dataset.view);
  else if (event.target.closest('[data-back]')) leave();
  else if (event.target.closest('[data-older]') && store.cursor(view)) more(store.cursor(view));
  else return;
  event.preventDefault();
});
document.addEventListener('submit', (event) => {
  const act = event.target.dataset?.act;
  if (!act) return;
  event.preventDefault();
  if (act === 'claim') claim();
  else resolve();
});
at('[data-sheet-open]').hidden = false;
at('[data-sheet-open]').addEventListener('click', () => at('[data-sheet]').showModal());
pill.addEventListener('click', () => {
  count(0);
  const top = wide.matches ? scroller : at('.list');
  if (wide.matches) top.scrollTo({ top: 0, behavior: still.matches ? 'auto' : 'smooth' });
  else top.scrollIntoView({ behavior: still.matches ? 'auto' : 'smooth' });
  rowsBox.querySelector('a')?.focus({ preventScroll: true });
});
scroller.addEventListener('scroll', seen, { passive: true });
addEventListener('scroll', seen, { passive: true });
addEventListener('popstate', () => {
  const [, id] = location.pathname.match(/^\/admin\/inbox\/([0-9a-f-]{36})/) ?? [];
  const next = new URLSearchParams(location.search).get('view') ?? 'all';
  if (next !== view) show(next, false);
  if (id) open(id, { push: false });
  else leave(false);
});

// ── The line ────────────────────────────────────────────────────────────────────────────────────────────────────────

// An order that could not be opened while the line was down is opened once it is back.
const line = lineOf(store, { change: changed, live: () => openId && !articleNow() && refresh(), awake: seen });

function signedOut() {
  line.signedOut();
}

setInterval(() => {
  for (const time of rowsBox.querySelectorAll('time')) if (time.dateTime) time.textContent = age(time.dateTime);
}, 20_000);
line.start();
if (openId) refresh();
