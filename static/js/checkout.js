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
    const field = line.querySelector('[data-amount], [data-quantity]');
    const output = line.querySelector('[data-echo]');
    const chips = [...line.querySelectorAll('[data-set]')];
    const press = () => chips.forEach((chip) => chip.setAttribute('aria-pressed', String(parse(chip.dataset.set).fils === parse(field.value).fils)));
    line.addEventListener('input', () => {
      // What the server said was of the amount before.
      line.querySelector('.error')?.remove();
      line.classList.remove('has-error');
      echo(field, output, false);
      press();
      update();
    });
    field.addEventListener('change', () => echo(field, output));
    for (const chip of chips) {
      chip.hidden = false;
      chip.addEventListener('click', () => {
        field.value = chip.dataset.set;
        field.dispatchEvent(new Event('input', { bubbles: true }));
      });
    }
    press();
  }
  update();
  // One press, one order: the key in the form makes a second one harmless, this only calms the eye.
  form.addEventListener('submit', (event) => {
    const amiss = lines.filter((line) => !echo(line.querySelector('[data-amount], [data-quantity]'), line.querySelector('[data-echo]')));
    if (amiss.length === 0) {
      form.querySelector('[type="submit"]').setAttribute('aria-disabled', 'true');
      return;
    }
    event.preventDefault();
    amiss[0].querySelector('[data-amount], [data-quantity]').focus();
  });
  addEventListener('pageshow', () => {
    form.querySelector('[type="submit"]').removeAttribute('aria-disabled');
    update();
  });
}
