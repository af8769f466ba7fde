// The form that confirms a transfer: says before it is sent whether the amount is short or over, keeps one key over
// retries, and puts what is amiss beside its field.

import { parse, withUnit } from './money.js';
import { confirmTransfer } from './inbox-server.js';
import { dueOf, say, toast, words } from './inbox-view.js';

/** A fresh one-time key. */
function freshKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

const decimal = (fils) => `${Math.floor(fils / 1000)}.${String(fils % 1000).padStart(3, '0')}`;

function mend(form, field, message) {
  const line = form.querySelector(`[data-error="${field}"]`);
  line.hidden = !message;
  line.querySelector('span').textContent = message ?? '';
  const box = form.querySelector(`[data-field="${field}"]`);
  if (!box) return;
  box.classList.toggle('has-error', Boolean(message));
  const input = box.querySelector('input');
  if (message) input.setAttribute('aria-invalid', 'true');
  else input.removeAttribute('aria-invalid');
}

/** Says what the typed amount would do. */
function settle(form, order) {
  const line = form.querySelector('[data-settles]');
  const submit = form.querySelector('[data-submit-word]');
  const read = parse(form.elements.amount.value);
  const due = dueOf(order);
  let state = '';
  let text = '';
  if (read.comma) {
    [state, text] = ['wrong', say(words.comma, { a: withUnit(read.comma[0]), b: withUnit(read.comma[1]) })];
  } else if (read.fils > 0 && due !== null) {
    const rest = read.fils - due;
    if (rest === 0) [state, text] = ['exact', words.exact];
    else if (rest < 0) [state, text] = ['short', say(words.short, { x: withUnit(-rest) })];
    else if (order.kind === 'order') [state, text] = ['wrong', say(words.over_order, { x: withUnit(rest) })];
    else [state, text] = ['over', say(words.over, { x: withUnit(rest) })];
  }
  line.dataset.settles = state;
  if (line.textContent !== text) line.textContent = text;
  if (read.fils > 0) submit.textContent = say(words.confirm_sum, { x: withUnit(read.fils) });
}

/**
 * Makes the form of `article` work for `order`. `done(answer)` is called once the server has posted it; `signedOut()` when
 * the session is over. Called again for the same article after the order changed: what was typed stays.
 */
export function confirming(article, order, { done, signedOut }) {
  const form = article.querySelector('[data-transfer]');
  if (!form) return;
  const known = form.confirming;
  const due = dueOf(order);
  if (known) {
    // What was prefilled follows the order; what a person typed is theirs.
    if (form.elements.amount.value === decimal(known.due ?? 0) && due !== null) form.elements.amount.value = decimal(due);
    // The same object: a confirmation under way holds it, and its answer may come after the event that tells of it.
    Object.assign(known, { order, due });
    settle(form, order);
    return;
  }
  form.confirming = { order, due, key: freshKey(), body: null, busy: false };
  if (due !== null && !form.elements.amount.value) form.elements.amount.value = decimal(due);
  settle(form, order);
  form.addEventListener('input', (event) => {
    mend(form, event.target.name, null);
    settle(form, form.confirming.order);
  });
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const state = form.confirming;
    if (state.busy) return;
    for (const field of ['all', 'amount', 'received_on', 'bank_reference']) mend(form, field, null);
    const { amount, received_on: day, bank_reference: bank } = form.elements;
    const read = parse(amount.value);
    if (!(read.fils > 0)) mend(form, 'amount', read.comma ? form.querySelector('[data-settles]').textContent : words.amount_missing);
    if (!day.value) mend(form, 'received_on', words.day_missing);
    if (!bank.value.trim()) mend(form, 'bank_reference', words.bank_reference_missing);
    const wrong = form.querySelector('[aria-invalid]');
    if (wrong) {
      wrong.focus();
      return;
    }
    const transfer = { amount: read.fils, currency: 'KWD', received_on: day.value, bank_reference: bank.value.trim() };
    const body = JSON.stringify(transfer);
    // The same words sent again are the same attempt; other words are another.
    if (state.body !== null && state.body !== body) state.key = freshKey();
    state.body = body;
    state.busy = true;
    form.classList.add('is-busy');
    try {
      const answer = await confirmTransfer(state.order.id, state.key, transfer);
      // What is left to come is asked for next, not what has just been confirmed.
      const rest = Math.max(answer.total.amount - answer.paid.amount, 0);
      Object.assign(state, { key: freshKey(), body: null, due: rest });
      amount.value = decimal(rest);
      bank.value = '';
      settle(form, { ...state.order, status: answer.status, paid: answer.paid });
      done(answer, say(words.confirmed, { x: withUnit(read.fils) }));
    } catch (refused) {
      if (refused.status === 401) signedOut();
      else show(form, refused);
    } finally {
      state.busy = false;
      form.classList.remove('is-busy');
    }
  });
}

function show(form, refused) {
  const errors = refused.problem?.errors ?? [];
  if (refused.status === null || refused.status >= 500) {
    mend(form, 'all', refused.problem?.detail ?? words.failed);
    return;
  }
  for (const { field, message } of errors) mend(form, form.querySelector(`[data-error="${field}"]`) ? field : 'all', message);
  if (errors.length === 0) mend(form, 'all', refused.problem?.detail ?? words.failed);
  // The order may have changed under the form, which then goes away and takes its own word with it.
  if (refused.status === 409) toast(refused.problem?.detail ?? words.failed, 'alert');
  form.querySelector('[aria-invalid]')?.focus();
}
