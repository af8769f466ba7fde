// Pictures of an item: chosen or dropped, several at once, each with its progress. A file goes from the browser to the bucket; the
// server only hears what it is, and that it was sent. Order changes by dragging too. Buttons are forms and work without this, and so
// does a form that sends one file; it makes way for this.

const part = document.querySelector('[data-pictures]');
const list = part?.querySelector('[data-list]');
const queue = part?.querySelector('[data-queue]');
const words = part?.dataset;
const admin = '/api/v1/admin/media';
const LARGEST = 15 * 1024 * 1024;

/** What the server said against it, in its own words. */
class Refused extends Error {}

async function ask(address, method, body) {
  const headers = { 'accept-language': document.documentElement.lang, 'x-csrf-token': words.csrf };
  if (body) headers['content-type'] = 'application/json';
  const answer = await fetch(address, { method, headers, body: body && JSON.stringify(body), cache: 'no-store' });
  if (answer.status === 204) return null;
  const said = await answer.json().catch(() => null);
  if (!answer.ok) throw new Refused(said?.errors?.[0]?.message ?? said?.detail ?? '');
  return said;
}

async function sum(file) {
  const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** To the bucket. The browser sets the length itself. */
function put(upload, file, told) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(upload.method, upload.url);
    for (const [name, value] of upload.headers) {
      if (name !== 'content-length' && name !== 'host') request.setRequestHeader(name, value);
    }
    request.upload.addEventListener('progress', (event) => told(event.loaded / event.total));
    request.addEventListener('load', () => (request.status === 200 ? resolve() : reject(new Error(`${request.status}`))));
    request.addEventListener('error', () => reject(new Error('not reached')));
    request.send(file);
  });
}

/** Waits until the picture was looked at: moments, or some minutes where much waits before it. */
async function looked(id) {
  for (let n = 0; n < 100; n += 1) {
    const picture = await ask(`${admin}/${id}`, 'GET');
    if (picture.state !== 'pending') return;
    await new Promise((resolve) => { setTimeout(resolve, Math.min(300 * 1.2 ** n, 3000)); });
  }
}

function line(file) {
  const row = document.createElement('li');
  const name = document.createElement('bdi');
  const bar = document.createElement('progress');
  const said = document.createElement('span');
  name.textContent = file.name;
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute('aria-label', `${words.sending} ${file.name}`);
  said.className = 'soft small';
  said.setAttribute('role', 'status');
  row.append(name, bar, said);
  queue.append(row);
  return { row, bar, said };
}

function failed({ row, bar, said }, error, file) {
  bar.remove();
  said.className = 'error';
  said.textContent = error instanceof Refused && error.message ? error.message : words.failed;
  const again = document.createElement('button');
  again.type = 'button';
  again.className = 'btn btn-quiet';
  again.textContent = words.again;
  again.addEventListener('click', () => {
    row.remove();
    send([file]);
  });
  row.append(again);
}

/** Shows what became of one that was sent, once it is known. */
async function shown(id, { row, said }) {
  said.textContent = words.pending;
  // What the server does not say now, the page says when it is opened again.
  await looked(id).catch(() => {});
  await refresh().catch(() => {});
  row.remove();
}

/** Sends one; the next need not wait until it is looked at. */
async function one(file) {
  const its = line(file);
  try {
    const announced = { item: words.item, type: file.type, bytes: file.size, sha256: file.size > LARGEST ? '' : await sum(file) };
    const upload = await ask(admin, 'POST', announced);
    await put(upload, file, (share) => { its.bar.value = share; });
    await ask(`${admin}/${upload.id}/complete`, 'POST');
    shown(upload.id, its);
  } catch (error) {
    failed(its, error, file);
  }
}

/** The page as the server shows it now. The request itself makes a document of it: texts become none under Trusted Types. */
function fetched() {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('GET', location.pathname);
    request.responseType = 'document';
    request.addEventListener('load', () => (request.status === 200 && request.response ? resolve(request.response) : reject(new Error(`${request.status}`))));
    request.addEventListener('error', () => reject(new Error('not reached')));
    request.send();
  });
}

/** The pictures as the server shows them now; texts that are being typed stay. */
async function refresh() {
  const page = await fetched();
  const typed = new Map();
  for (const input of list.querySelectorAll('input.input')) {
    if (input.value !== input.defaultValue) typed.set(`${input.closest('[data-picture]').dataset.picture} ${input.name}`, input.value);
  }
  list.replaceChildren(...page.querySelector('[data-list]').children);
  for (const input of list.querySelectorAll('input.input')) {
    const kept = typed.get(`${input.closest('[data-picture]').dataset.picture} ${input.name}`);
    if (kept !== undefined) input.value = kept;
  }
  part.querySelector('[data-none]').hidden = list.children.length > 0;
  ready();
}

async function send(files) {
  // One after another: a phone's connection is not made faster by sharing it.
  for (const file of files) await one(file);
}

let dragged = null;

function ready() {
  for (const row of list.children) row.draggable = true;
}

async function drop(target) {
  const before = target.compareDocumentPosition(dragged) & Node.DOCUMENT_POSITION_FOLLOWING;
  target[before ? 'before' : 'after'](dragged);
  const position = [...list.children].indexOf(dragged);
  try {
    await ask(`${admin}/${dragged.dataset.picture}`, 'PUT', { position });
  } finally {
    await refresh();
  }
}

function begin() {
  const zone = part.querySelector('[data-drop]');
  part.querySelector('[data-plain]').remove();
  zone.hidden = false;
  const input = zone.querySelector('input');
  input.addEventListener('change', () => {
    send([...input.files]);
    input.value = '';
  });
  part.addEventListener('dragover', (event) => {
    event.preventDefault();
    zone.classList.toggle('is-over', !dragged);
  });
  part.addEventListener('dragleave', () => zone.classList.remove('is-over'));
  part.addEventListener('drop', (event) => {
    event.preventDefault();
    zone.classList.remove('is-over');
    const row = event.target.closest('[data-picture]');
    if (dragged && row && row !== dragged) drop(row);
    else if (!dragged) send([...event.dataTransfer.files]);
  });
  list.addEventListener('dragstart', (event) => { dragged = event.target.closest('[data-picture]'); });
  list.addEventListener('dragend', () => { dragged = null; });
  ready();
}

if (part) begin();
