// Messages that the server has not confirmed yet. They survive a reload of the page.

import { forget, recall, remember, thisTab } from "./storage.js";

export const MAX_TEXT_BYTES = 4096;

/** After so many unconfirmed sends the person decides. */
export const MAX_TRIES = 3;

const PREFIX = "gimlet.outbox.";

export class Outbox {
  #key;
  #entries;

  constructor(room) {
    this.#key = PREFIX + room;
    this.#entries = recall(thisTab, this.#key, []);
    for (const entry of this.#entries) entry.sentAt = 0;
  }

  /** Oldest first: {id, text, time, tries, sentAt (0: not on this connection), fault}. */
  get entries() {
    return [...this.#entries];
  }

  get size() {
    return this.#entries.length;
  }

  add(text) {
    const entry = { id: newId(), text, time: Date.now(), tries: 0, sentAt: 0, fault: "" };
    this.#entries.push(entry);
    this.#save();
    return entry;
  }

  /** The server said this message; whether it was one of ours. */
  confirm(id) {
    const before = this.#entries.length;
    this.#entries = this.#entries.filter((entry) => entry.id !== id);
    this.#save();
    return this.#entries.length < before;
  }

  /** The person gave the message up. */
  discard(id) {
    this.confirm(id);
  }

  /** The person wants one more try of a failed message. */
  retry(id) {
    this.#change(id, { tries: 0, sentAt: 0, fault: "" });
  }

  /** The server refused the message. */
  fail(id, fault) {
    this.#change(id, { fault });
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

  /** Hands each message that is due to the function, in order. */
  sendDue(send) {
    for (const entry of this.#entries) {
      if (!entry.fault && entry.sentAt === 0) {
        entry.sentAt = Date.now();
        entry.tries++;
        send({ id: entry.id, text: entry.text });
      }
    }
    this.#save();
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
