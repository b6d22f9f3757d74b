// The list of messages and notices. What people write only ever becomes text nodes.

import { clock, day, fullTime, size } from "./format.js";
import { hueClass, initial } from "./names.js";

const MAX_ITEMS = 500;
const GROUP_MILLIS = 5 * 60_000;
const NEAR_BOTTOM_PIXELS = 80;

/** Makes an element with a class and text. */
export function element(tag, className, text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

/** The round picture of a name; raw members have none. */
export function avatar(name) {
  const made = element("span", "avatar", name ? initial(name) : "⌁");
  made.classList.add(name ? hueClass(name) : "no-hue");
  made.ariaHidden = "true";
  return made;
}

export class Log {
  #scroll = document.getElementById("scroll");
  #list = document.getElementById("log");
  #pending = document.getElementById("pending");
  #empty = document.getElementById("empty");
  #latest = document.getElementById("latest");
  #known = new Set();
  #drawing = "[]";
  #follow = true;
  #last = { from: "", time: 0 };

  constructor() {
    this.#latest.addEventListener("click", () => this.#toEnd("smooth"));
    this.#scroll.addEventListener("scroll", () => {
      this.#follow = this.#isAtEnd();
      if (this.#follow) this.#latest.hidden = true;
    });
    // The keyboard of a phone, or a longer draft, must not cover what was read.
    new ResizeObserver(() => this.#follow && this.#toEnd()).observe(this.#scroll);
  }

  get isEmpty() {
    return this.#known.size === 0;
  }

  /** Shows a message once, however often it comes. */
  message(event, you) {
    this.#say(event, you, isMine(event, you) || this.#isAtEnd());
  }

  /** Many at once: a screen reader is not made to read them all. */
  messages(events, you) {
    const follow = this.isEmpty || this.#isAtEnd();
    this.#list.ariaBusy = "true";
    for (const event of events) this.#say(event, you, follow);
    this.#list.ariaBusy = "false";
    this.#showEmpty();
  }

  #say(event, you, follow) {
    if (this.#known.has(keyOf(event))) return;
    this.#known.add(keyOf(event));
    const from = event.from ?? "";
    this.#append(() => {
      this.#dayLine(event.time);
      const item = messageItem(event, isMine(event, you), this.#continues(from, event.time));
      this.#last = { from, time: event.time };
      return item;
    }, follow);
  }

  notice(text, kind = "") {
    this.#append(() => {
      this.#last = { from: "", time: 0 };
      return element("li", `notice ${kind}`, text);
    }, this.#isAtEnd());
  }

  /** Redraws what is not confirmed; actions: retry(id), discard(id). */
  pending(entries, describe, actions) {
    const shown = entries.map((entry) => [entry, describe(entry)]);
    const drawing = JSON.stringify(shown.map(([entry, { text }]) => [entry.id, text]));
    if (drawing === this.#drawing) return; // so that a focused button keeps the focus
    this.#drawing = drawing;
    const grew = entries.length > this.#pending.childElementCount;
    this.#pending.replaceChildren(
      ...shown.map(([entry, description]) => pendingItem(entry, description, actions)),
    );
    this.#showEmpty();
    if (grew || this.#follow) this.#toEnd();
  }

  #append(make, follow) {
    this.#list.append(make());
    while (this.#list.childElementCount > MAX_ITEMS) this.#dropFirst();
    this.#showEmpty();
    if (follow) this.#toEnd();
    else this.#latest.hidden = false;
  }

  #dropFirst() {
    const first = this.#list.firstElementChild;
    this.#known.delete(first.dataset.key);
    first.remove();
  }

  #dayLine(time) {
    if (day(time) !== this.#list.dataset.day) {
      this.#list.dataset.day = day(time);
      this.#list.append(element("li", "day", day(time)));
      this.#last = { from: "", time: 0 };
    }
  }

  #continues(from, time) {
    return this.#last.time > 0 && this.#last.from === from && time - this.#last.time < GROUP_MILLIS;
  }

  #showEmpty() {
    this.#empty.hidden = !this.isEmpty || this.#pending.childElementCount > 0;
  }

  #isAtEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroll;
    return scrollHeight - scrollTop - clientHeight < NEAR_BOTTOM_PIXELS;
  }

  #toEnd(behavior = "instant") {
    this.#scroll.scrollTo({ top: this.#scroll.scrollHeight, behavior });
    this.#latest.hidden = true;
  }
}

/** Ids are the senders' own: those of two people may be the same. */
function keyOf(event) {
  return `${event.from ?? ""}\n${event.id}`;
}

function isMine(event, you) {
  return Boolean(event.from) && event.from === you;
}

function messageItem(event, mine, continues) {
  const item = element("li", "message");
  item.dataset.key = keyOf(event);
  item.classList.toggle("mine", mine);
  item.classList.toggle("continues", continues);
  item.append(avatar(event.from), head(event, mine), body(event));
  return item;
}

function head(event, mine) {
  const made = element("p", "head");
  const name = element("bdi", "name", event.from ?? "raw member");
  name.classList.add(event.from ? hueClass(event.from) : "no-hue");
  const time = element("time", "", clock(event.time));
  time.dateTime = new Date(event.time).toISOString();
  time.title = fullTime(event.time);
  made.append(mine ? element("span", "unseen", "You") : name, " ", time);
  return made;
}

function body(event) {
  if (event.binary !== undefined) {
    return element("p", "body binary", `Binary message, ${size(event.binary)}`);
  }
  const made = element("p", "body", event.text);
  made.dir = "auto";
  if (event.size) made.append(element("span", "cut", `… cut, ${size(event.size)} in all`));
  return made;
}

function pendingItem(entry, description, actions) {
  const item = element("li", "message mine continues");
  item.dataset.id = entry.id;
  const text = element("p", "body", entry.text);
  text.dir = "auto";
  const status = element("p", "status", description.text);
  item.classList.add(description.kind);
  if (entry.fault) status.append(button("Try again", () => actions.retry(entry.id)));
  if (description.kind !== "sending") {
    status.append(button("Discard", () => actions.discard(entry.id)));
  }
  item.append(text, status);
  return item;
}

function button(text, action) {
  const made = element("button", "link", text);
  made.type = "button";
  made.addEventListener("click", action);
  return made;
}
