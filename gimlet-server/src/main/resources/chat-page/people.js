// Who is in the room, and which comings and goings are worth a line.

/** People of before an outage have this long to come back without a notice. */
export const RETURN_MILLIS = 10_000;

/** And who goes has this long: whoever loads the page again has neither left nor joined. */
export const RELOAD_MILLIS = 2_000;

export class People {
  #you = "";
  #names = new Set();
  #told = new Set(); // who is here as far as notices say; a list may be ahead of them
  #noticedAt = 0;
  #awaited = new Map(); // who is away, until when that is no news
  count = 0;

  /** Names known to be here, sorted for reading; may be fewer than `count`. */
  get names() {
    const others = [...this.#names].filter((name) => name !== this.#you);
    others.sort((a, b) => a.localeCompare(b));
    return this.#names.has(this.#you) ? [this.#you, ...others] : others;
  }

  get you() {
    return this.#you;
  }

  /** The server's welcome, the first or one after an outage; who came meanwhile. */
  welcome(event) {
    const before = this.#told;
    const known = before.size > 0;
    this.#you = event.you;
    this.#names = new Set(event.people);
    this.#told = new Set(event.people);
    this.count = event.count;
    // Who left shortly before the outage is awaited already.
    const arrived = event.people.filter((name) => !this.#awaited.delete(name));
    for (const name of before) if (!this.#names.has(name)) this.#await(name, RETURN_MILLIS);
    const came = arrived.filter((name) => known && !before.has(name));
    return { joined: this.#others(came), left: [], moreJoined: 0, moreLeft: 0 };
  }

  /**
   * A notice of the server; what of it is news now. Who left is news if nobody comes back soon. A
   * list says who is here and is no news: it is right also when a notice was missed.
   */
  notice(event) {
    this.count = event.count;
    this.#noticedAt = Date.now();
    // Whom the welcome named already, the notice of the same moment names again.
    const arrived = event.joined.filter((name) => !this.#told.has(name));
    const joined = arrived.filter((name) => !this.#awaited.delete(name));
    for (const names of [this.#names, this.#told]) {
      event.joined.forEach((name) => names.add(name));
      event.left.forEach((name) => names.delete(name));
    }
    if (event.people) this.#replace(event);
    for (const name of event.left) this.#await(name, RELOAD_MILLIS);
    return {
      joined: this.#others(joined),
      left: [],
      moreJoined: event.moreJoined ?? 0,
      moreLeft: event.moreLeft ?? 0,
    };
  }

  /** Who did not come back in time; to be asked when some time has passed. */
  giveUpAwaited() {
    const now = Date.now();
    // Notices that a list was ahead of have come by now, or never will.
    if (now - this.#noticedAt >= RELOAD_MILLIS) this.#told = new Set(this.#names);
    const left = [...this.#awaited].filter(([, until]) => until <= now).map(([name]) => name);
    for (const name of left) this.#awaited.delete(name);
    return { joined: [], left: this.#others(left), moreJoined: 0, moreLeft: 0 };
  }

  #replace({ people, moreJoined }) {
    this.#names = new Set(people);
    // Who is awaited and listed is back; the notice of it may follow.
    for (const name of people) if (this.#awaited.delete(name)) this.#told.add(name);
    // Then the words of this notice are about all of them, with a number instead of names.
    if (moreJoined !== undefined) this.#told = new Set(people);
  }

  #await(name, millis) {
    if (!this.#awaited.has(name)) this.#awaited.set(name, Date.now() + millis);
  }

  #others(names) {
    return names.filter((name) => name !== this.#you);
  }
}

/** A sentence such as "Ann and Bob joined", or an empty string. */
export function sentence({ joined, left, moreJoined, moreLeft }) {
  return [part(joined, moreJoined, "joined"), part(left, moreLeft, "left")]
    .filter(Boolean)
    .join(" · ");
}

const SHOWN = 5;

function part(names, more, verb) {
  const shown = names.slice(0, SHOWN);
  const rest = names.length - shown.length + more;
  if (shown.length + rest === 0) return "";
  if (rest > 0) shown.push(shown.length > 0 ? `${rest} more` : `${rest} people`);
  return `${new Intl.ListFormat("en", { type: "conjunction" }).format(shown)} ${verb}`;
}
