// The editor as it is typed into: fields that a kind does not have step aside, the preview follows, counted texts say what is left,
// and leaving with unsaved changes asks first. Without it the form works as it stands.

import { digits } from './money.js';

const root = document.querySelector('[data-editor]');
const form = document.getElementById('item-form');
const kind = form.querySelector('[data-kind]');
const over = form.querySelector('[data-over]');
const unsaved = form.querySelector('[data-unsaved]');
const preview = root.querySelector('[data-preview]');

function fitKind() {
  if (!kind) return;
  for (const part of form.querySelectorAll('[data-for]')) {
    part.hidden = !part.dataset.for.split(' ').includes(kind.value);
  }
}

function fitOver() {
  const fund = form.querySelector('[data-fund]');
  if (fund) fund.hidden = over.value !== 'overflow';
}

function show() {
  for (const part of preview.querySelectorAll('[data-p]')) {
    part.textContent = form.elements[part.dataset.p].value;
    part.hidden = part.textContent.trim() === '';
  }
  for (const half of preview.querySelectorAll('.editor-preview')) {
    half.hidden = [...half.querySelectorAll('[data-p]')].every((part) => part.hidden);
  }
  preview.hidden = [...preview.querySelectorAll('.editor-preview')].every((half) => half.hidden);
}

/** Characters as people count them: a letter with its vowel sign is two, an emoji one. */
const length = (text) => [...text.normalize('NFC')].length;

function countDown(area) {
  const limit = Number(area.dataset.limit);
  let line = area.nextElementSibling;
  if (!line) {
    line = document.createElement('span');
    line.className = 'soft small editor-count';
    line.setAttribute('aria-hidden', 'true');
    area.after(line);
  }
  const left = limit - length(area.value);
  line.textContent = digits(left);
  line.classList.toggle('is-over', left < 0);
  line.hidden = left > limit / 3;
}

const written = () => new URLSearchParams(new FormData(form)).toString();
const begun = written();
let leaving = false;

function changed() {
  unsaved.hidden = written() === begun;
}

form.addEventListener('input', (event) => {
  if (event.target.matches('[data-limit]')) countDown(event.target);
  show();
  changed();
});
kind?.addEventListener('change', fitKind);
over?.addEventListener('change', fitOver);
form.addEventListener('submit', () => { leaving = true; });
for (const step of root.querySelectorAll('[data-step]')) {
  step.addEventListener('submit', () => { leaving = written() === begun; });
}
addEventListener('beforeunload', (event) => {
  if (!leaving && written() !== begun) event.preventDefault();
});
// A save that was refused is unsaved from the start.
document.getElementById('errors')?.focus();

fitKind();
if (over) fitOver();
show();
form.querySelectorAll('[data-limit]').forEach(countDown);
