// Draws what the inbox knows: rows and one order, copied from the blanks the server wrote. Text goes in as text, never as
// markup.

import { digits, figure, withUnit } from './money.js';

export const facts = JSON.parse(document.getElementById('facts').textContent);
export const words = facts.words;
const root = document.documentElement;
const lang = root.lang;
const zone = root.dataset.tz || undefined;
const clockOf = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: zone });
const dayOf = new Intl.DateTimeFormat('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit', timeZone: zone });
// `5m`, `7h`, `2d`; in Arabic `5 د`, `7 س`, `2 ي`. The full moment is the title.
const short = Object.fromEntries(['minute', 'hour', 'day'].map((unit) => [unit, new Intl.NumberFormat(`${lang}-u-nu-latn`, { style: 'unit', unit, unitDisplay: 'narrow' })]));
const plurals = new Intl.PluralRules(lang);

/** `words.{stem}_{form}` for a count, `#` filled in. */
export function counted(stem, n) {
  const form = words[`${stem}_${plurals.select(n)}`] ?? words[`${stem}_other`];
  return form.replace('#', digits(n));
}

/** A sentence with its values. */
export function say(sentence, values = {}) {
  return Object.entries(values).reduce((text, [key, value]) => text.replace(`{${key}}`, value), sentence);
}

export const clock = (at) => digits(clockOf.format(at));

function day(iso) {
  const [, month, date] = iso.split('-');
  return `${digits(Number(date))} ${facts.months[Number(month) - 1]}`;
}

/** `24 Nov, 14:02`. */
function moment(iso) {
  const at = new Date(iso);
  return `${day(dayOf.format(at))}${lang === 'ar' ? '،' : ','} ${clock(at)}`;
}

/** How long ago: `now`, minutes, hours, then days. */
export function age(iso, now = Date.now()) {
  const seconds = Math.max(0, (now - Date.parse(iso)) / 1000);
  if (seconds < 45) return words.now;
  if (seconds < 3600) return digits(short.minute.format(Math.round(seconds / 60)));
  if (seconds < 86_400) return digits(short.hour.format(Math.round(seconds / 3600)));
  return digits(short.day.format(Math.round(seconds / 86_400)));
}

export const money = (amount) => withUnit(amount.amount);

const part = (box, name) => box.querySelector(`[data-f="${name}"]`);

function put(box, name, text) {
  const holder = part(box, name);
  if (holder && holder.textContent !== text) holder.textContent = text;
}

function sum(box, name, amount) {
  part(box, name).querySelector('bdi').textContent = figure(amount.amount);
}

function draw(holder, icon) {
  holder.querySelector('use').setAttribute('href', `#i-${icon}`);
}

function badge(box, mark) {
  const holder = part(box, 'state');
  holder.className = `badge badge-${mark.tone}`;
  draw(holder, mark.icon);
  holder.querySelector('span').textContent = mark.word;
}

function owned(row) {
  if (!row?.owner) return null;
  return row.owner.id === facts.me.id ? words.yours : row.owner.name ?? '…';
}

export function titleOf(order) {
  const titles = order.items.map((line) => line.title[lang] || line.title.ar || line.title.en);
  return titles.length > 1 ? say(words.and_more, { x: titles[0], n: digits(titles.length - 1) }) : titles[0] ?? '';
}

export function address(order, view) {
  return view === 'all' ? `/admin/inbox/${order.id}` : `/admin/inbox/${order.id}?view=${view}`;
}

/** Fills a row. */
export function fillRow(item, row, view, openSubject) {
  const { order } = row;
  item.dataset.subject = row.subject;
  item.classList.toggle('is-done', row.resolved_at !== null);
  const link = item.querySelector('a');
  link.setAttribute('href', address(order, view));
  if (row.subject === openSubject) link.setAttribute('aria-current', 'true');
  else link.removeAttribute('aria-current');
  const kind = facts.kinds[order.kind];
  draw(part(item, 'kind-icon'), kind.icon);
  put(item, 'kind', kind.word);
  put(item, 'title', titleOf(order));
  sum(item, 'amount', order.total);
  put(item, 'reference', order.reference);
  badge(item, facts.states[order.status]);
  const owner = owned(row);
  part(item, 'owner').hidden = owner === null;
  part(item, 'owner').querySelector('bdi').textContent = owner ?? '';
  part(item, 'done').hidden = row.resolved_at === null;
  const at = part(item, 'at');
  at.dateTime = order.created_at;
  at.textContent = age(order.created_at);
  at.title = moment(order.created_at);
}

/** Statuses of orders that a transfer may be confirmed for; the server has the last word. */
const AWAITING = new Set(['pending', 'awaiting_transfer', 'paying', 'part_paid', 'expired']);

/** What is still due, or null when no transfer is awaited; cash at the door is none. */
export function dueOf(order) {
  return AWAITING.has(order.status) && order.payment_method !== 'cash_on_delivery' ? Math.max(order.total.amount - order.paid.amount, 0) : null;
}

function entries(list, rows) {
  const unit = list.closest('article').querySelector('[data-f="total-plain"]').firstElementChild;
  list.replaceChildren(...rows.map(({ word, quantity, amount }) => {
    const box = document.createElement('div');
    const name = document.createElement('dt');
    name.textContent = quantity === null ? word : `${word} × ${digits(quantity)}`;
    const value = document.createElement('dd');
    const figureOf = unit.cloneNode(true);
    figureOf.querySelector('bdi').textContent = figure(amount.amount);
    value.append(figureOf);
    box.append(name, value);
    return box;
  }));
}

/** Fills an order, all but its form. */
export function fillOpen(article, order, row) {
  article.dataset.subject = `order:${order.id}`;
  article.dataset.order = order.id;
  for (const form of article.querySelectorAll('form[data-act]')) form.action = `/admin/inbox/${order.id}/${form.dataset.act}`;
  // Who may not confirm or take on has no form for it.
  const transfer = article.querySelector('[data-transfer]');
  if (transfer) transfer.action = `/admin/inbox/${order.id}/confirm-transfer`;
  const reveal = article.querySelector('[data-reveal]');
  if (reveal) reveal.action = `/admin/inbox/${order.id}/reveal#reveal`;
  put(article, 'kind', facts.kinds[order.kind].word);
  badge(article, facts.states[order.status]);
  put(article, 'reference', order.reference);
  sum(article, 'total', order.total);
  sum(article, 'total-plain', order.total);
  entries(article.querySelector('[data-lines]'), order.items.map((line) => ({ word: line.title[lang] || line.title.ar || line.title.en, quantity: line.quantity, amount: line.amount })));
  const over = order.paid.amount - order.total.amount;
  entries(article.querySelector('[data-payments]'), [
    ...order.payments.map((payment) => ({ word: say(words.received_on_short, { x: day(payment.received_on) }), quantity: null, amount: payment.amount })),
    ...(over > 0 ? [{ word: words.over_by, quantity: null, amount: { amount: over } }] : []),
  ]);
  part(article, 'ledger-empty').hidden = order.payments.length > 0;
  put(article, 'phone', order.donor.phone);
  article.querySelector('[data-donor]').href = `/admin/inbox/${order.id}/donor`;
  part(article, 'anonymous').hidden = !order.donor.anonymous;
  put(article, 'method', facts.methods[order.payment_method]);
  part(article, 'placed').dateTime = order.created_at;
  put(article, 'placed', moment(order.created_at));
  const awaited = dueOf(order) !== null;
  part(article, 'expires-box').hidden = !order.expires_at || !awaited;
  if (order.expires_at) {
    part(article, 'expires').dateTime = order.expires_at;
    put(article, 'expires', day(dayOf.format(new Date(order.expires_at))));
  }
  part(article, 'note-box').hidden = !order.note;
  put(article, 'note', order.note ?? '');
  const confirm = article.querySelector('[data-confirm]');
  if (confirm) confirm.hidden = !awaited;
  fillWork(article, row);
}

/** Who works on the open order, and what may still be done. */
export function fillWork(article, row) {
  put(article, 'owner', owned(row) ?? words.nobody);
  const done = row ? row.resolved_at !== null : false;
  const [claim, resolve] = ['claim', 'resolve'].map((act) => article.querySelector(`[data-act="${act}"]`));
  if (claim) claim.hidden = done || Boolean(row?.owner);
  if (resolve) resolve.hidden = done;
}

/** A word at the foot of the page for a few seconds. */
export function toast(text, icon = 'check') {
  const box = document.querySelector('[data-toasts]');
  const note = document.createElement('p');
  note.className = 'toast';
  const drawing = document.querySelector('.badge .icon, .link .icon').cloneNode(true);
  drawing.setAttribute('class', 'icon');
  drawing.querySelector('use').setAttribute('href', `#i-${icon}`);
  const words_ = document.createElement('span');
  words_.textContent = text;
  note.append(drawing, words_);
  box.replaceChildren(note);
  setTimeout(() => note.remove(), 6000);
}
