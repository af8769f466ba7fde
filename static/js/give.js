// Amount chips, the free amount and its echo, number steppers. Everything here only helps: the form works without it.

import { count, parse, refusal, withUnit } from './money.js';

/** What the server would say of what stands in a field; empty where it takes it, and where nothing stands there. */
function amiss(input, words) {
  if (input.value.trim() === '') return '';
  const says = input.dataset;
  const least = Number(says.least);
  const most = Number(says.most);
  if (says.quantity !== undefined) {
    const number = count(input.value);
    if (Number.isNaN(number)) return says.unclear;
    if (number < least) return says.low;
    return number > most ? says.high : '';
  }
  const { fils, comma } = parse(input.value);
  if (comma) return words.comma.replace('{a}', withUnit(comma[0])).replace('{b}', withUnit(comma[1]));
  const why = refusal(input.value);
  if (why) return why === 'large' ? says.high : says[why];
  if (fils < least) return says.low;
  return fils > most ? says.high : '';
}

/**
 * Says beside a field how it was read, or why it is not taken; answers whether it is. While somebody types, what more typing mends
 * (`settled` is false: too little so far, a point without its decimals) is not held against it.
 */
export function echo(input, output, settled = true) {
  const words = output.dataset;
  const said = amiss(input, words);
  const unfinished = said === input.dataset.low || said === input.dataset.zero || /[.٫]$/.test(input.value);
  const told = said && (settled || !unfinished) ? said : '';
  output.classList.toggle('is-amiss', told !== '');
  if (told) input.setAttribute('aria-invalid', 'true');
  else input.removeAttribute('aria-invalid');
  const { fils } = input.dataset.quantity === undefined ? parse(input.value) : {};
  const text = told || (!said && fils > 0 ? `${words.read} ${withUnit(fils)}` : '');
  if (output.textContent !== text) output.textContent = text;
  return said === '';
}

for (const form of document.querySelectorAll('[data-give]')) {
  // The campaign that brought the visitor goes along to the checkout.
  for (const [name, value] of new URLSearchParams(location.search)) {
    if (!/^utm_(source|medium|campaign|content|term)$/.test(name)) continue;
    const field = Object.assign(document.createElement('input'), { type: 'hidden', name, value });
    form.append(field);
  }
  const free = form.querySelector('[data-amount], [data-quantity]');
  const output = form.querySelector('[data-echo]');
  const chips = [...form.querySelectorAll('[data-chips] input')];
  if (!free) continue;
  free.addEventListener('input', () => {
    if (free.value.trim() !== '') chips.forEach((chip) => { chip.checked = false; });
    echo(free, output, false);
  });
  free.addEventListener('change', () => echo(free, output));
  chips.forEach((chip) => chip.addEventListener('change', () => { free.value = ''; echo(free, output); }));
  // Nothing chosen yet, or nothing that is taken: say so beside the field rather than on the next page.
  form.addEventListener('submit', (event) => {
    const chosen = chips.some((chip) => chip.checked) || free.value.trim() !== '';
    if (chosen && echo(free, output)) return;
    event.preventDefault();
    if (!chosen) output.textContent = output.dataset.empty;
    free.focus();
  });
}

for (const stepper of document.querySelectorAll('[data-stepper]')) {
  const input = stepper.querySelector('input');
  const optional = input.dataset.optional !== undefined;
  const least = optional ? 0 : 1;
  const max = Math.max(Number(input.dataset.most), least);
  for (const button of stepper.querySelectorAll('[data-step]')) {
    button.hidden = false;
    button.addEventListener('click', () => {
      const next = (count(input.value) || 0) + Number(button.dataset.step);
      const number = Math.min(Math.max(next, least), max);
      input.value = optional && number === 0 ? '' : String(number);
      input.dispatchEvent(new Event('input', { bubbles: true }));
    });
  }
  stepper.classList.add('is-ready');
}
