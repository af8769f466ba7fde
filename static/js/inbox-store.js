// What the inbox knows: rows, the stream's last number, and pages of rows that were true at some number. Pure: no page,
// no socket, no clock, so that every rule here can be tested by itself (tests/browser/unit).
//
// Invariant: a row never shows anything older than it showed before. Every row carries the number of its newest change;
// an event or a row with a lower one is ignored.

/** Events kept to bring a page up to date that was read before they happened. */
const RECENT = 1000;

const OPEN = new Set(['pending', 'awaiting_transfer', 'part_paid']);

/** Which rows a view shows; the same rules as the server's. */
export const VIEWS = {
  all: () => true,
  transfers: (row) => OPEN.has(row.order.status),
  paid: (row) => row.order.status === 'paid',
};

const idOf = (subject) => subject.slice(subject.indexOf(':') + 1);

export class InboxStore {
  constructor() {
    this.names = new Map();
    this.me = null;
    this.epoch = null;
    this.seq = 0;
    this.forget();
  }

  /** Drops everything that was loaded; the next page begins anew. */
  forget() {
    this.rows = new Map();
    this.recent = [];
    this.held = [];
    this.loaded = false;
    // How far down each view is known: every row from `floor` up is here. Null: nothing is known yet; '' : all of it.
    this.floors = { all: null, transfers: null, paid: null };
    this.cursors = { all: null, transfers: null, paid: null };
  }

  /** The first frame of a socket. */
  hello() {
    return { type: 'hello', after_seq: this.loaded ? this.seq : null, epoch: this.loaded ? this.epoch : null };
  }

  /** The server's first frame. True when the list must be loaded (again). */
  welcome(frame) {
    this.me = frame.user ?? this.me;
    if (frame.user) this.names.set(frame.user.id, frame.user.name);
    const other = this.loaded && this.epoch !== null && this.epoch !== frame.epoch;
    this.epoch = frame.epoch;
    if (other) this.forget();
    return !this.loaded;
  }

  /** The stream does not reach back to where we stood. The list must be loaded again. */
  reset() {
    this.forget();
  }

  /** A page of rows of `view`; `first` when it is the newest one. Answers what the page must show anew. */
  page(view, page, first) {
    const change = nothing();
    for (const row of page.data) this.#put(row, change, false);
    const last = page.data.at(-1);
    if (first || this.floors[view] !== null) {
      const floor = page.next_cursor === null ? '' : last ? idOf(last.subject) : '';
      // A newest page that is read again must not forget what was known below it.
      if (this.floors[view] === null || !first) {
        this.floors[view] = floor;
        this.cursors[view] = page.next_cursor;
      }
    }
    const replay = this.recent.filter((event) => event.seq > page.as_of_seq);
    if (!this.loaded) {
      this.loaded = true;
      this.seq = Math.max(0, page.as_of_seq);
      const held = this.held;
      this.held = [];
      merge(change, this.events(held));
    } else {
      for (const event of replay) this.#apply(event, change, false);
    }
    return change;
  }

  /** One row that was asked for by its reference. */
  row(row) {
    const change = nothing();
    this.#put(row, change, true);
    return change;
  }

  /**
   * Events in the order of the stream. What was seen before is dropped. `gap` says that one is missing: the socket must
   * begin again from `seq`.
   */
  events(list) {
    const change = nothing();
    for (const event of list) {
      if (!this.loaded) {
        if (!this.held.some((held) => held.seq === event.seq)) this.held.push(event);
        continue;
      }
      if (event.seq <= this.seq) continue;
      if (event.seq > this.seq + 1) {
        change.gap = true;
        break;
      }
      this.seq = event.seq;
      this.recent.push(event);
      if (this.recent.length > RECENT) this.recent.shift();
      this.#apply(event, change, true);
    }
    return change;
  }

  /** Rows of a view, newest first, as far down as they are known without a hole. */
  list(view) {
    const floor = this.floors[view] ?? this.floors.all;
    if (floor === null) return [];
    return [...this.rows.values()]
      .filter((row) => VIEWS[view](row) && idOf(row.subject) >= floor)
      .sort((a, b) => (idOf(a.subject) < idOf(b.subject) ? 1 : -1));
  }

  /** Cursor of the rows below those of a view; null when there are none. */
  cursor(view) {
    return this.cursors[view];
  }

  /** Shows a row as ours before the server has said so. False when it is somebody's already. */
  claim(subject) {
    const row = this.rows.get(subject);
    if (!row || row.owner || !this.me) return false;
    row.owner = { id: this.me.id, name: this.me.name };
    row.claiming = true;
    return true;
  }

  /** The server's word on a claim: who has it. Answers the owner, whose name may be unknown. */
  claimed(subject, owner) {
    const row = this.rows.get(subject);
    const known = { id: owner, name: this.names.get(owner) ?? null };
    if (row) {
      row.owner = known;
      delete row.claiming;
    }
    return known;
  }

  /** The claim was not carried out: nobody's again, unless an event has said otherwise. */
  unclaim(subject) {
    const row = this.rows.get(subject);
    if (row?.claiming) {
      row.owner = null;
      delete row.claiming;
    }
  }

  /** What the server answered to our own command, shown before its event comes. */
  patch(subject, order, resolvedAt = null) {
    const row = this.rows.get(subject);
    if (!row) return;
    row.order = { ...row.order, ...order };
    row.resolved_at = resolvedAt ?? row.resolved_at;
  }

  #put(row, change, asked) {
    const known = this.rows.get(row.subject);
    if (row.owner) this.names.set(row.owner.id, row.owner.name);
    // The same number with a name we lacked is news too.
    const nameless = asked && known && row.version === known.version;
    if (known && row.version <= known.version && !nameless) return;
    this.rows.set(row.subject, row);
    (known ? change.changed : change.added).add(row.subject);
  }

  #apply(event, change, fresh) {
    const { subject, data } = event;
    if (!subject.startsWith('order:')) return;
    const row = this.rows.get(subject);
    if (row && event.seq <= row.version) return;
    if (event.type === 'order.placed') {
      this.rows.set(subject, placed(event));
      change.added.add(subject);
      if (fresh) change.arrived.add(subject);
      return;
    }
    if (!row) {
      // Older than what is loaded. It can only matter to a view that it enters, above that view's floor.
      if (fresh && data.reference) change.wanted.add(data.reference);
      return;
    }
    if (event.type.startsWith('order.')) {
      row.order = { ...row.order, status: data.status ?? row.order.status, paid: data.paid ?? row.order.paid, updated_at: event.at };
      if (event.type === 'order.paid' && fresh) change.paid.add(subject);
    } else if (event.type === 'subject.claimed' || event.type === 'subject.assigned') {
      row.owner = data.owner ? { id: data.owner, name: this.names.get(data.owner) ?? null } : null;
      delete row.claiming;
      if (row.owner && row.owner.name === null) change.wanted.add(row.order.reference);
    } else if (event.type === 'subject.resolved') {
      row.resolved_at = event.at;
    } else {
      return;
    }
    row.version = event.seq;
    change.changed.add(subject);
  }
}

/** A change that changes nothing: sets of subjects, references to ask for, and whether an event is missing. */
function nothing() {
  return { added: new Set(), arrived: new Set(), changed: new Set(), paid: new Set(), wanted: new Set(), gap: false };
}

function merge(into, from) {
  for (const key of ['added', 'arrived', 'changed', 'paid', 'wanted']) from[key].forEach((one) => into[key].add(one));
  into.gap ||= from.gap;
}

/** The row of an order that was placed just now. */
function placed({ seq, at, subject, data }) {
  const currency = data.total.currency;
  return {
    subject,
    order: {
      id: idOf(subject),
      reference: data.reference,
      kind: data.kind,
      status: data.status,
      total: data.total,
      paid: { amount: 0, currency },
      payment_method: data.payment_method,
      lang: data.lang,
      items: data.items.map((line) => ({ item: line.slug, title: line.title, quantity: line.quantity ?? null, amount: line.amount })),
      expires_at: null,
      created_at: at,
      updated_at: at,
    },
    owner: null,
    resolved_at: null,
    version: seq,
  };
}
