// The inbox's line in a browser: its socket, its clock, its wake-ups, and the word that says how it stands.

import { InboxLink } from './inbox-link.js';
import * as server from './inbox-server.js';
import { clock, say, words } from './inbox-view.js';

const ICONS = { live: 'live', catching: 'again', offline: 'offline', signed_out: 'alert', replaced: 'offline' };

/**
 * The line of `store`: `change(change, loaded)` when the list is to be drawn, `live()` when it has caught up, `awake()`
 * when the tab is looked at again.
 */
export function lineOf(store, { change, live, awake }) {
  const shown = document.querySelector('.list-head [data-link]');

  function state(name, since) {
    shown.dataset.link = name;
    shown.querySelector('use').setAttribute('href', `#i-${ICONS[name]}`);
    shown.querySelector('[data-link-word]').textContent = name === 'offline' ? say(words.offline, { x: clock(since) }) : words[name];
    if (name === 'signed_out') document.querySelector('[data-signed-out]').hidden = false;
    if (name === 'live') live();
  }

  const link = new InboxLink(store, {
    open: () => new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws/inbox`),
    load: () => server.page('all'),
    probe: server.probe,
    state,
    change,
    online: () => navigator.onLine,
    now: () => Date.now(),
    setTimeout: (run, wait) => setTimeout(run, wait),
    clearTimeout: (timer) => clearTimeout(timer),
    random: Math.random,
  });
  addEventListener('online', () => link.wake());
  addEventListener('offline', () => link.lost());
  addEventListener('pageshow', (event) => event.persisted && link.wake());
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) return;
    link.wake();
    awake();
  });
  return {
    start: () => link.start(),
    signedOut: () => {
      link.stop();
      state('signed_out');
    },
  };
}
