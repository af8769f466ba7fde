// A form that is saved whole, with what visitors will see beside it: that follows the typing. The server makes it, since it alone knows what is let through; the
// form itself is sent with `preview`, as the button does where there is no script.

const form = document.querySelector('form[data-sheet]');
const unsaved = form.querySelector('[data-unsaved]');

const written = () => new URLSearchParams(new FormData(form)).toString();
const begun = written();
let leaving = false;
let waiting;
let newest = 0;

// The answer is a page of our own, sanitised there: what comes in here is never anybody's typing.
const ours = window.trustedTypes?.createPolicy('sadu-page-preview', { createHTML: (page) => page });

async function show() {
  newest += 1;
  const mine = newest;
  const answer = await fetch(form.action, { method: 'POST', body: new URLSearchParams(`${written()}&preview=1`) }).catch(() => null);
  if (!answer?.ok || mine !== newest) return;
  const page = await answer.text();
  const made = new DOMParser().parseFromString(ours ? ours.createHTML(page) : page, 'text/html');
  for (const part of form.querySelectorAll('[data-shown]')) {
    const fresh = made.querySelector(`[data-shown="${part.dataset.shown}"]`);
    if (fresh) part.replaceChildren(...[...fresh.childNodes].map((node) => document.importNode(node, true)));
  }
}

form.addEventListener('input', () => {
  unsaved.hidden = written() === begun;
  clearTimeout(waiting);
  waiting = setTimeout(show, 250);
});
form.addEventListener('submit', () => { leaving = true; });
addEventListener('beforeunload', (event) => {
  if (!leaving && written() !== begun) event.preventDefault();
});

form.querySelector('[data-preview-now]').hidden = true;
document.getElementById('errors')?.focus();
