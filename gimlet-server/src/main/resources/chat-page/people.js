// Who is in the room, and which comings and goings are worth a line.

/** People of before an outage have this long to come back without a notice. */
export const RETURN_MILLIS = 10_000;

export class People {
  #you = "";
  #names = new Set();
  #awaited = new Set();
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
    const before = this.#names;
    const known = before.size > 0;
    this.#you = event.you;
    this.#names = new Set(event.people);
    this.count = event.count;
    this.#awaited = new Set([...before].filter((name) => !this.#names.has(name)));
    const came = event.people.filter((name) => known && !before.has(name));
    return { joined: this.#others(came), left: [], moreJoined: 0, moreLeft: 0 };
  }

  /** A notice of the server; what of it is news. */
  notice(event) {
    this.count = event.count;
    // Whom the welcome named already, the notice of the same moment names again.
    const arrived = event.joined.filter((name) => !this.#names.has(name));
    const joined = arrived.filter((name) => !this.#awaited.delete(name));
    if (event.people) {
      this.#names = new Set(event.people);
    } else {
      event.joined.forEach((name) => this.#names.add(name));
      event.left.forEach((name) => this.#names.delete(name));
    }
    const left = this.#others(event.left);
    return {
      joined: this.#others(joined),
      left,
      moreJoined: event.moreJoined ?? 0,
      moreLeft: event.moreLeft ?? 0,
    };
  }

  /** RETURN_MILLIS after a welcome: who did not come back. */
  giveUpAwaited() {
    const left = this.#others([...this.#awaited]);
    this.#awaited.clear();
    return { joined: [], left, moreJoined: 0, moreLeft: 0 };
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
