// The inbox's line to the server: one socket that says how far it has shown the stream, the list it loads after that, and
// the way back when the line breaks. Knows no page: everything it needs of the world is given to it, so that it is
// tested with a socket and a clock of the test's own.

/** Longest pause between two acks, and between two tries to connect, in milliseconds. */
const ACK_EVERY = 200;
const SHORTEST = 500;
const LONGEST = 15_000;

/** Full jitter between half a second and fifteen, the more tries the wider. */
export function backoff(tries, random) {
  const ceiling = Math.min(LONGEST, SHORTEST * 2 ** Math.min(tries, 10));
  return SHORTEST + random() * (Math.max(ceiling, 2 * SHORTEST) - SHORTEST);
}

/** What a close code asks for: `{stop}` or `{after}` milliseconds. */
export function reaction(code, reason, tries, random) {
  if (code === 1008) return { stop: true };
  if (code === 1012) {
    const told = Number(parsed(reason).retry_after_ms);
    return { after: Number.isFinite(told) && told >= 0 ? Math.min(told, 60_000) : backoff(0, random) };
  }
  if (code === 1013) return { after: tries === 0 ? 0 : backoff(tries, random) };
  return { after: backoff(tries, random) };
}

function parsed(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}

export class InboxLink {
  #socket = null;
  #timer = null;
  #ackTimer = null;
  #beat = null;
  #tries = 0;
  #acked = 0;
  #ackAt = -Infinity;
  #heard = 0;
  #target = 0;
  #turn = 0;
  #again = null;
  #state = null;
  #since = null;
  #stopped = false;

  /**
   * `world`: `open()` → a socket · `load()` → the newest page · `probe()` → 'ok' | 'signed_out' | 'down' ·
   * `state(name, since)` · `change(change)` · `online()` · `now()`, `setTimeout`, `clearTimeout`, `random()`.
   */
  constructor(store, world) {
    this.store = store;
    this.world = world;
  }

  start() {
    this.#say('catching');
    this.#connect();
  }

  /** The tab woke up or the network came back: no waiting. */
  wake() {
    if (this.#stopped || this.#socket) return;
    this.#tries = 0;
    this.#connect();
  }

  /** The network is gone. A socket may not notice for a minute; we do not wait for it. */
  lost() {
    if (this.#stopped) return;
    this.#drop();
    this.#say('offline');
  }

  /** For good: the page goes away. */
  stop() {
    this.#stopped = true;
    this.#drop();
  }

  #say(state) {
    if (state === 'offline' && this.#since === null) this.#since = this.world.now();
    if (state === 'live') this.#since = null;
    if (state === this.#state) return;
    this.#state = state;
    this.world.state(state, this.#since);
  }

  #drop() {
    const { clearTimeout } = this.world;
    clearTimeout(this.#timer);
    clearTimeout(this.#ackTimer);
    clearTimeout(this.#beat);
    clearTimeout(this.#again);
    this.#timer = this.#ackTimer = this.#beat = this.#again = null;
    const socket = this.#socket;
    this.#socket = null;
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = socket.onerror = null;
      socket.close();
    }
  }

  #connect() {
    this.#drop();
    if (this.#stopped) return;
    if (!this.world.online()) {
      this.#say('offline');
      return;
    }
    const socket = this.world.open();
    this.#socket = socket;
    this.#acked = 0;
    let opened = false;
    socket.onopen = () => {
      opened = true;
      this.#heard = this.world.now();
      this.#say('catching');
      this.#send(this.store.hello());
    };
    socket.onmessage = ({ data }) => {
      this.#heard = this.world.now();
      this.#hear(parsed(data));
    };
    socket.onclose = ({ code, reason }) => {
      if (this.#socket === socket) this.#closed(code, reason, opened);
    };
  }

  async #closed(code, reason, opened) {
    this.#drop();
    const next = reaction(code, reason, this.#tries, this.world.random);
    this.#tries += 1;
    // A browser does not say why an upgrade was refused: ask whether we are still signed in.
    if (next.stop || (!opened && (await this.world.probe()) === 'signed_out')) {
      this.#stopped = true;
      // Ten newer tabs of the same person took its place: this one must not take theirs in turn.
      this.#say(reason === 'replaced' ? 'replaced' : 'signed_out');
      return;
    }
    if (this.#stopped || this.#socket) return;
    this.#say('offline');
    this.#timer = this.world.setTimeout(() => this.#connect(), next.after);
  }

  #hear(frame) {
    switch (frame.type) {
      case 'welcome': {
        this.#target = frame.seq;
        const load = this.store.welcome(frame);
        this.#pulse((frame.heartbeat_s ?? 20) * 1000);
        if (load) this.#load();
        else this.#settle();
        return;
      }
      case 'events': {
        const change = this.store.events(frame.events);
        this.world.change(change);
        if (change.gap) {
          this.#connect();
          return;
        }
        this.#ack();
        this.#settle();
        return;
      }
      case 'reset':
        this.#target = frame.seq;
        this.store.reset();
        this.#say('catching');
        this.#load();
        return;
      default:
    }
  }

  /** Loads the newest page. One that was asked for before a reset is thrown away: it may be of another stream. */
  async #load() {
    const turn = ++this.#turn;
    try {
      const page = await this.world.load();
      if (turn !== this.#turn) return;
      this.world.change(this.store.page('all', page, true), true);
      this.#ack();
      this.#settle();
    } catch {
      if (turn !== this.#turn) return;
      this.#again = this.world.setTimeout(() => this.#socket && !this.store.loaded && this.#load(), backoff(this.#tries++, this.world.random));
    }
  }

  #settle() {
    if (!this.#socket || !this.store.loaded || this.store.seq < this.#target) return;
    this.#tries = 0;
    this.#say('live');
  }

  /** Says how far the page has shown, at most every 200 ms. */
  #ack() {
    if (this.#ackTimer !== null || !this.#socket || !this.store.loaded || this.store.seq <= this.#acked) return;
    const now = this.world.now();
    const wait = this.#ackAt + ACK_EVERY - now;
    if (wait > 0) {
      this.#ackTimer = this.world.setTimeout(() => {
        this.#ackTimer = null;
        this.#ack();
      }, wait);
      return;
    }
    this.#ackAt = now;
    this.#acked = this.store.seq;
    this.#send({ type: 'ack', seq: this.#acked });
  }

  #pulse(every) {
    this.#beat = this.world.setTimeout(() => {
      if (!this.#socket) return;
      if (this.world.now() - this.#heard > 2.5 * every) {
        this.#say('offline');
        this.#connect();
        return;
      }
      this.#send({ type: 'ping' });
      this.#pulse(every);
    }, every);
  }

  #send(frame) {
    if (this.#socket?.readyState === 1) this.#socket.send(JSON.stringify(frame));
  }
}
