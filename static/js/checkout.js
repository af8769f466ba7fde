// The checkout's total and echoes while amounts are typed. The server reads everything again.

import { echo } from './give.js';
import { count, figure, parse } from './money.js';

const form = document.querySelector('[data-checkout]');

function lineTotal(line) {
  const amount = line.querySelector('[data-amount]');
  if (amount) return parse(amount.value).fils ?? 0;
  const quantity = line.querySelector('[data-quantity]');
  return quantity ? (count(quantity.value) || 0) * Number(line.dataset.price) : 0;
}

document.getElementById('errors')?.focus();

if (form) {
  const lines = [...form.querySelectorAll('[data-line]')];
  const total = form.querySelector('[data-total] bdi');
  const inWords = form.querySelector('[data-in-words]');
  const initial = total?.textContent;
  const update = () => {
    if (!total) return;
    total.textContent = figure(lines.reduce((sum, line) => sum + lineTotal(line), 0));
    // The words are the server's; they are right only for the sum it wrote.
    if (inWords) inWords.hidden = total.textContent !== initial;
  };
  for (const line of lines) {
    const amount = line.querySelector('[data-amount]');
    const output = line.querySelector('[data-echo]');
    line.addEventListener('input', () => {
      if (amount && output) echo(amount, output);
      update();
    });
    for (const chip of line.querySelectorAll('[data-set]')) {
      chip.hidden = false;
      chip.addEventListener('click', () => {
        amount.value = chip.dataset.set;
        amount.dispatchEvent(new Event('input', { bubbles: true }));
      });
    }
  }
  update();
  // One press, one order: the key in the form makes a second one harmless, this only calms the eye.
  form.addEventListener('submit', () => form.querySelector('[type="submit"]').setAttribute('aria-disabled', 'true'));
  addEventListener('pageshow', () => {
    form.querySelector('[type="submit"]').removeAttribute('aria-disabled');
    update();
  });
}
