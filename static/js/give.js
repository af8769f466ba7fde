// Amount chips, the free amount and its echo, number steppers. Everything here only helps: the form works without it.

import { count, parse, withUnit } from './money.js';

/** Says how an amount was read, in the language of the page. */
export function echo(input, output) {
  const words = output.dataset;
  const read = parse(input.value);
  if (read.fils > 0) output.textContent = `${words.read} ${withUnit(read.fils)}`;
  else if (read.comma) output.textContent = words.comma.replace('{a}', withUnit(read.comma[0])).replace('{b}', withUnit(read.comma[1]));
  else output.textContent = '';
}

for (const form of document.querySelectorAll('[data-give]')) {
  // The campaign that brought the visitor goes along to the checkout.
  for (const [name, value] of new URLSearchParams(location.search)) {
    if (!/^utm_(source|medium|campaign|content|term)$/.test(name)) continue;
    const field = Object.assign(document.createElement('input'), { type: 'hidden', name, value });
    form.append(field);
  }
  const free = form.querySelector('[data-amount]');
  const output = form.querySelector('[data-echo]');
  const chips = [...form.querySelectorAll('[data-chips] input')];
  if (!free) continue;
  free.addEventListener('input', () => {
    if (free.value.trim() !== '') chips.forEach((chip) => { chip.checked = false; });
    echo(free, output);
  });
  chips.forEach((chip) => chip.addEventListener('change', () => { free.value = ''; output.textContent = ''; }));
  // Nothing chosen yet: say so beside the field rather than on the next page.
  form.addEventListener('submit', (event) => {
    if (chips.some((chip) => chip.checked) || free.value.trim() !== '') return;
    event.preventDefault();
    output.textContent = output.dataset.empty;
    free.focus();
  });
}

for (const stepper of document.querySelectorAll('[data-stepper]')) {
  const input = stepper.querySelector('input');
  const max = Number(input.dataset.max) || 999;
  for (const button of stepper.querySelectorAll('[data-step]')) {
    button.hidden = false;
    button.addEventListener('click', () => {
      const next = (count(input.value) || 0) + Number(button.dataset.step);
      input.value = String(Math.min(Math.max(next, Number(input.dataset.min ?? 1)), max));
      input.dispatchEvent(new Event('input', { bubbles: true }));
    });
  }
  stepper.classList.add('is-ready');
}
