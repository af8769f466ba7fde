// The settings as they are typed into: the preview follows at once, each colour gets a well beside its code, and leaving with unsaved
// changes asks first. The colours come as a stylesheet of the server's, which knows which text can be read on them. Without this
// script the form works as it stands, and a button shows the preview.

const form = document.getElementById('settings-form');
const sheet = document.querySelector('[data-preview-sheet]');
const preview = form.querySelector('[data-preview]');
const unsaved = form.querySelector('[data-unsaved]');
const lang = document.documentElement.lang;
const other = lang === 'ar' ? 'en' : 'ar';

const typed = (name) => form.elements[`${name}.${lang}`].value.trim() || form.elements[`${name}.${other}`].value.trim();

function show() {
  for (const part of preview.querySelectorAll('[data-p]')) {
    part.textContent = typed(part.dataset.p) || (part.dataset.or ? typed(part.dataset.or) : '');
  }
}

let waiting;
function colour() {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    const [primary, accent] = ['primary', 'accent'].map((name) => form.elements[name].value.trim());
    sheet.href = `/admin/settings/preview.css?${new URLSearchParams({ primary, accent })}`;
  }, 80);
}

/** A well beside a code: choosing in one writes the other. */
function well(name) {
  const code = form.elements[name];
  const box = document.createElement('input');
  box.type = 'color';
  box.className = 'settings-well';
  box.setAttribute('aria-label', document.querySelector(`label[for="${code.id}"]`).textContent);
  const follow = () => { if (/^#[0-9a-f]{6}$/i.test(code.value.trim())) box.value = code.value.trim(); };
  box.addEventListener('input', () => {
    code.value = box.value.toUpperCase();
    code.dispatchEvent(new Event('input', { bubbles: true }));
  });
  code.addEventListener('input', follow);
  code.after(box);
  follow();
}

const written = () => new URLSearchParams(new FormData(form)).toString();
const begun = written();
let leaving = false;

form.addEventListener('input', (event) => {
  if (['primary', 'accent'].includes(event.target.name)) colour();
  show();
  unsaved.hidden = written() === begun;
});
form.addEventListener('submit', () => { leaving = true; });
addEventListener('beforeunload', (event) => {
  if (!leaving && written() !== begun) event.preventDefault();
});

form.querySelector('[data-preview-now]').hidden = true;
well('primary');
well('accent');
document.getElementById('errors')?.focus();
