// Figures that move while they are read. One stream a page; closed while the page is hidden, and the first message
// after it opens again is the present state.

import { digits, figure, withUnit } from './money.js';

const boxes = [...document.querySelectorAll('[data-funding][data-item]')].filter((box) => box.querySelector('[data-live]'));
const still = matchMedia('(prefers-reduced-motion: reduce)');
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: document.documentElement.dataset.tz || undefined });
const plurals = new Intl.PluralRules(document.documentElement.lang);
/** How long after a refusal the stream is asked for again, in milliseconds: 5 to 15 seconds. */
const again = () => 5000 + Math.random() * 10_000;
let source = null;
let timer = 0;

function part(box, name) {
  return box.querySelector(`[data-live="${name}"]`);
}

/** Counts the figure in `holder` up (or down) to `fils` over 400 ms. */
function count(holder, from, fils) {
  const target = holder?.querySelector('bdi');
  if (!target) return;
  if (still.matches || from === fils || !Number.isFinite(from)) {
    target.textContent = figure(fils, true);
    return;
  }
  const start = performance.now();
  const frame = (now) => {
    const share = Math.min((now - start) / 400, 1);
    target.textContent = figure(Math.round(from + (fils - from) * (1 - (1 - share) ** 3)), share === 1);
    if (share < 1) requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

function show(box, funding) {
  const raised = funding.raised.amount;
  const before = Number(box.dataset.raised);
  const target = Number(box.dataset.target);
  if (Number(box.dataset.version) > funding.version) return;
  box.dataset.version = String(funding.version);
  box.dataset.raised = String(raised);
  count(part(box, 'raised'), before, raised);
  if (target > 0) count(part(box, 'left'), Math.max(target - before, 0), Math.max(target - raised, 0));
  const percent = part(box, 'percent');
  if (percent && funding.percent !== null) percent.textContent = `${digits(funding.percent)}%`;
  const bar = part(box, 'bar');
  if (bar && target > 0) bar.value = Math.min((raised * 1000) / target, 1000);
  const donors = part(box, 'donors');
  if (donors) donors.textContent = digits(funding.donors);
  const text = part(box, 'donors-text');
  if (text) {
    const form = funding.donors === 0 ? 'zero' : plurals.select(funding.donors);
    text.textContent = (text.dataset[form] || text.dataset.other).replace('#', digits(funding.donors));
  }
  showApart(box, 'in-flight', funding.in_flight.amount);
  const time = part(box, 'time');
  if (time) time.textContent = digits(clock.format(new Date()));
  const say = part(box, 'say');
  if (say && raised > before) say.textContent = `${say.dataset.words} ${withUnit(raised, true)}`;
  if (funding.version > Number(box.dataset.shown)) askRest(box);
}

/** An amount that is shown apart and hidden while it is nothing. */
function showApart(box, name, fils) {
  const line = part(box, name);
  if (!line) return;
  line.hidden = fils <= 0;
  line.querySelector('bdi').textContent = figure(fils, true);
}

/** What the stream does not carry (promised and pledged) is asked for, at most every two seconds. */
function askRest(box) {
  if (box.dataset.asking) return;
  box.dataset.asking = 'yes';
  setTimeout(async () => {
    delete box.dataset.asking;
    try {
      const answer = await fetch(`/api/v1/items/${encodeURIComponent(box.dataset.item)}`);
      if (!answer.ok) return;
      const item = await answer.json();
      box.dataset.shown = String(item.version);
      showApart(box, 'awaiting', item.awaiting_transfer.amount);
      showApart(box, 'pledged', item.pledged.amount);
    } catch {
      // Offline: the next message asks again.
    }
  }, box.dataset.asked ? 2000 : 0);
  box.dataset.asked = 'yes';
}

function open() {
  if (source || document.hidden || boxes.length === 0) return;
  const items = boxes.map((box) => box.dataset.item).join(',');
  source = new EventSource(`/api/v1/live?items=${encodeURIComponent(items)}`);
  source.addEventListener('open', () => boxes.forEach((box) => box.classList.add('is-live')));
  source.addEventListener('error', () => {
    boxes.forEach((box) => box.classList.remove('is-live'));
    // A browser comes back by itself from a broken line, never from a refusal (busy, restarting behind a proxy).
    if (source?.readyState !== EventSource.CLOSED) return;
    close();
    timer = setTimeout(open, again());
  });
  source.addEventListener('funding', (event) => {
    const funding = JSON.parse(event.data);
    boxes.filter((box) => box.dataset.item === funding.item || box.dataset.id === funding.item).forEach((box) => show(box, funding));
  });
}

function close() {
  clearTimeout(timer);
  source?.close();
  source = null;
  boxes.forEach((box) => box.classList.remove('is-live'));
}

document.addEventListener('visibilitychange', () => (document.hidden ? close() : open()));
addEventListener('pagehide', close);
addEventListener('pageshow', open);
open();
