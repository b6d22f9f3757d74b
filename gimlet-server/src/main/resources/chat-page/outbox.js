// Messages that the server has not confirmed yet. They survive a reload of the page.

import { forget, recall, remember, thisTab } from "./storage.js";

export const MAX_TEXT_BYTES = 4096;

/** After so many unconfirmed sends the person decides. */
export const MAX_TRIES = 3;

/** For so long a room knows a message that is sent again: its 5 minutes, less the way there. */
const KNOWN_MILLIS = 4 * 60_000;

const PREFIX = "gimlet.outbox.";

export class Outbox {
  #key;
  #entries;

  constructor(room) {
    this.#key = PREFIX + room;
    this.#entries = recall(thisTab, this.#key, []);
    for (const entry of this.#entries) entry.sentAt = 0;
  }

  /**
   * Oldest first: {id, text, time, tries, firstSentAt (0: never), sentAt (0: not on this connection),
   * trouble (why it is not said yet), fault (why it is not sent any more)}.
   */
  get entries() {
    return [...this.#entries];
  }

  get size() {
    return this.#entries.length;
  }

  add(text) {
    const entry = { id: newId(), text, time: Date.now(), tries: 0, sentAt: 0, trouble: "", fault: "" };
    entry.firstSentAt = 0;
    this.#entries.push(entry);
    this.#save();
    return entry;
  }

  /** The message was said in the room; what it was if it was one of ours. */
  confirm(id) {
    const said = this.#entries.find((entry) => entry.id === id);
    if (!said) return undefined;
    this.#entries = this.#entries.filter((entry) => entry !== said);
    this.#save();
    return said;
  }

  /** The person gave the message up. */
  discard(id) {
    this.confirm(id);
  }

  /** The person wants one more try of a failed message. */
  retry(id) {
    this.#change(id, { tries: 0, firstSentAt: 0, sentAt: 0, trouble: "", fault: "" });
  }

  /** The server refused the message. */
  fail(id, fault) {
    this.#change(id, { fault });
  }

  /** The server could not take the message now: it is due again. */
  defer(id, trouble) {
    this.#change(id, { tries: 0, sentAt: 0, trouble });
  }

  /** All that was said so far is known, so what is left here was not. */
  trust() {
    for (const entry of this.#entries) entry.firstSentAt = 0;
    this.#save();
  }

  /** What was sent so long ago that the room would say it twice is left to the person. */
  doubt() {
    const since = Date.now() - KNOWN_MILLIS;
    for (const entry of this.#entries) {
      if (entry.firstSentAt > 0 && entry.firstSentAt < since) {
        entry.fault ||= "it may have been said already, this page cannot tell";
      }
    }
    this.#save();
  }

  /** A connection ended: whatever it had not confirmed has to be sent again, or has failed. */
  connectionLost() {
    for (const entry of this.#entries) {
      entry.sentAt = 0;
      if (entry.tries >= MAX_TRIES) {
        entry.fault ||= "the server did not confirm it";
      }
    }
    this.#save();
  }

  /** Hands each message that is due, and cannot be said twice, to the function, in order. */
  sendDue(send) {
    this.doubt();
    for (const entry of this.#entries) {
      if (!entry.fault && entry.sentAt === 0) {
        entry.sentAt = Date.now();
        entry.firstSentAt ||= entry.sentAt;
        entry.tries++;
        send({ id: entry.id, text: entry.text });
      }
    }
    this.#save();
  }

  /** Whether a message is to be sent. */
  get hasDue() {
    return this.#entries.some((entry) => !entry.fault && entry.sentAt === 0);
  }

  /** Whether a message has been on its way for longer than this. */
  isOverdue(millis) {
    const since = Date.now() - millis;
    return this.#entries.some((entry) => !entry.fault && entry.sentAt > 0 && entry.sentAt < since);
  }

  #change(id, values) {
    const entry = this.#entries.find((candidate) => candidate.id === id);
    if (entry) Object.assign(entry, values);
    this.#save();
  }

  #save() {
    if (this.#entries.length > 0) remember(thisTab, this.#key, this.#entries);
    else forget(thisTab, this.#key);
  }
}

/** Other rooms of this tab in which messages still wait: [[room, how many]]. */
export function roomsWithWaiting(exceptRoom) {
  const rooms = [];
  try {
    for (const key of Object.keys(thisTab())) {
      const room = key.slice(PREFIX.length);
      const waiting = key.startsWith(PREFIX) ? recall(thisTab, key, []).length : 0;
      if (waiting > 0 && room !== exceptRoom) rooms.push([room, waiting]);
    }
  } catch {
    // No storage, so nothing waits there.
  }
  return rooms;
}

// crypto.randomUUID is missing on plain http from another machine.
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40; // version 4, RFC 9562 §5.4
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
