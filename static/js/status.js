// The thank-you page turns to "received" while it is looked at: it asks every ten seconds, and at once when one of its
// items moves.

const page = document.querySelector('[data-order]');

if (page) {
  // Without this script the page is to be loaded again; with it, it changes by itself.
  for (const part of page.querySelectorAll('[data-alone]')) part.textContent = part.dataset.alone;
  const address = `/api/v1/orders/${encodeURIComponent(page.dataset.order)}?token=${encodeURIComponent(page.dataset.token)}`;
  let source = null;
  let timer = 0;
  let asking = false;

  const show = (state) => {
    if (state === page.dataset.state) return;
    page.dataset.state = state;
    for (const part of page.querySelectorAll('[data-when]')) part.hidden = !part.dataset.when.split(' ').includes(state);
    const say = page.querySelector('[data-say]');
    const word = page.querySelector(`[data-when~="${state}"].state`);
    if (say && word) say.textContent = word.textContent.trim();
    if (state !== 'waiting') stop();
  };

  const ask = async () => {
    if (asking) return;
    asking = true;
    try {
      const answer = await fetch(address, { headers: { accept: 'application/json' } });
      if (!answer.ok) return;
      const order = await answer.json();
      // A part that arrived changes the sum that is still to be sent: the server writes that page.
      if (order.state === 'waiting' && order.paid && String(order.paid.amount) !== page.dataset.paid) location.reload();
      else show(order.state);
    } catch {
      // Offline: the page keeps what it knows and asks again.
    } finally {
      asking = false;
    }
  };

  const start = () => {
    if (document.hidden || page.dataset.state !== 'waiting' || timer) return;
    timer = setInterval(ask, 10_000);
    source = new EventSource(`/api/v1/live?items=${encodeURIComponent(page.dataset.items)}`);
    source.addEventListener('funding', ask);
    ask();
  };

  function stop() {
    clearInterval(timer);
    timer = 0;
    source?.close();
    source = null;
  }

  document.addEventListener('visibilitychange', () => (document.hidden ? stop() : start()));
  addEventListener('pagehide', stop);
  addEventListener('pageshow', start);
  start();
}
