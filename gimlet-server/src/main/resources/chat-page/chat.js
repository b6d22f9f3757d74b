// The chat page: brings the room, its people, the connection and the outbox together.

import { Composer } from "./composer.js";
import { Connection } from "./connection.js";
import { clock, count } from "./format.js";
import { Log } from "./log.js";
import { askName, rememberedName } from "./name-dialog.js";
import { clean, nameFault } from "./names.js";
import { Outbox, roomsWithWaiting } from "./outbox.js";
import { People, RELOAD_MILLIS, RETURN_MILLIS, sentence } from "./people.js";
import { addressOf, Side } from "./side.js";

const DEFAULT_ROOM = "lobby";
const CONFIRM_MILLIS = 10_000;
const LOOK_MILLIS = 2_000;
const STRIP_DELAY_MILLIS = 1_200;

/** So many failures in a row are called by their name instead of a passing trouble. */
const FAILURES_UNTIL_PLAIN = 6;

const MAY_BE_MISSING =
  "Messages may be missing here: the server no longer has all of what was said.";

const byId = (id) => document.getElementById(id);

class Chat {
  #room;
  #log = new Log();
  #people = new People();
  #outbox;
  #connection;
  #side;
  #composer;
  #stripTimer = 0;

  constructor(room, name) {
    this.#room = room;
    this.#outbox = new Outbox(room);
    this.#connection = new Connection(room, name);
    this.#side = new Side(room);
    this.#side.me(name);
    this.#composer = new Composer(room, (text) => this.#write(text));
    this.#listen(name);
  }

  start(fault) {
    if (fault) this.#log.notice(fault, "wrong");
    this.#showPending();
    for (const [room, waiting] of roomsWithWaiting(this.#room)) {
      const messages = count(waiting, "message waits", "messages wait");
      this.#log.notice(`${messages} in ${room} to be sent: go there to send.`, "wrong");
    }
    this.#connection.open();
    this.#composer.focus();
  }

  #listen(name) {
    let current = name;
    this.#connection.addEventListener("event", ({ detail }) => this.#receive(detail));
    this.#connection.addEventListener("state", () => this.#stateChanged());
    byId("retry").addEventListener("click", () => this.#connection.retryNow());
    byId("rename").addEventListener("click", async () => {
      const wanted = await askName(this.#room, current);
      if (!wanted || wanted === current) return;
      current = wanted;
      this.#side.me(wanted);
      this.#connection.rename(wanted);
    });
    setInterval(() => this.#look(), LOOK_MILLIS);
    addEventListener("beforeunload", (leaving) => {
      if (this.#outbox.size > 0) leaving.preventDefault();
    });
  }

  #receive(event) {
    switch (event.type) {
      case "welcome":
        return this.#welcome(event);
      case "people":
        this.#news(this.#people.notice(event));
        this.#awaitPeople(RELOAD_MILLIS);
        return this.#side.people(this.#people);
      case "message":
        return this.#said(event);
      case "confirmed":
        return this.#saidBefore(event);
      case "lost":
        return this.#lost();
      case "error":
        return this.#refused(event);
    }
  }

  #welcome(event) {
    // The first time there is nothing that could be missed.
    const first = !this.#connection.knowsPosition;
    if (!first && !event.recovered) this.#log.notice(MAY_BE_MISSING);
    for (const message of event.messages) this.#outbox.confirm(message.id);
    this.#log.messages(event.messages, event.you);
    const news = this.#people.welcome(event);
    if (!first) this.#news(news);
    this.#awaitPeople(RETURN_MILLIS);
    this.#side.people(this.#people);
    if (event.recovered) this.#outbox.trust();
    this.#sendDue();
  }

  #awaitPeople(millis) {
    setTimeout(() => this.#news(this.#people.giveUpAwaited()), millis);
  }

  #said(event) {
    if (this.#outbox.confirm(event.id)) this.#showPending();
    this.#log.message(event, this.#people.you);
  }

  // What was sent again is in the room since the first time, perhaps before what this page knows.
  #saidBefore({ id }) {
    const said = this.#outbox.confirm(id);
    if (!said) return;
    const { you } = this.#people;
    this.#log.message({ id, from: you, text: said.text, time: said.time }, you);
    this.#showPending();
  }

  #lost() {
    this.#log.notice(MAY_BE_MISSING);
    this.#outbox.doubt();
    this.#showPending();
  }

  #refused(event) {
    if (!event.id) this.#log.notice(`The server did not understand: ${event.error}`, "wrong");
    else if (event.again) this.#outbox.defer(event.id, event.error);
    else this.#outbox.fail(event.id, event.error);
    this.#showPending();
  }

  #news(news) {
    const text = sentence(news);
    if (text) this.#log.notice(text);
  }

  #write(text) {
    this.#outbox.add(text);
    this.#sendDue();
  }

  #sendDue() {
    if (this.#connection.state === "open") {
      this.#outbox.sendDue((line) => this.#connection.send(line));
    }
    this.#showPending();
  }

  // A connection that takes messages but never answers is dead, whatever the browser thinks.
  #look() {
    if (this.#connection.state !== "open") return;
    if (this.#outbox.isOverdue(CONFIRM_MILLIS)) this.#connection.retryNow();
    else if (this.#outbox.hasDue) this.#sendDue();
  }

  #stateChanged() {
    if (this.#connection.state === "lost") this.#outbox.connectionLost();
    this.#showPending();
    this.#showState();
  }

  #showPending() {
    this.#log.pending(this.#outbox.entries, (entry) => this.#describe(entry), {
      retry: (id) => {
        this.#outbox.retry(id);
        this.#sendDue();
      },
      discard: (id) => {
        this.#outbox.discard(id);
        this.#showPending();
        this.#composer.focus();
      },
    });
  }

  #describe(entry) {
    if (entry.fault) return { kind: "failed", text: `Not sent: ${entry.fault}.` };
    if (entry.sentAt > 0) return { kind: "sending", text: "Sending…" };
    if (entry.trouble && this.#connection.state === "open") {
      return { kind: "waiting", text: `Not sent yet: ${entry.trouble}. The page tries again.` };
    }
    if (entry.tries > 0) {
      const text = "Sent, not confirmed. It is sent again when the connection is back.";
      return { kind: "waiting", text };
    }
    return this.#connection.failures < FAILURES_UNTIL_PLAIN
      ? { kind: "waiting", text: "Waiting for the connection" }
      : { kind: "waiting", text: "Not sent: no connection. It is sent when there is one." };
  }

  #showState() {
    const { state } = this.#connection;
    const offline = state !== "open" && !navigator.onLine;
    byId("state").dataset.state = state;
    byId("state-text").textContent = offline ? "Offline" : STATES[state];
    byId("strip-text").textContent = this.#explain(offline);
    clearTimeout(this.#stripTimer);
    if (state !== "lost") byId("strip").hidden = true;
    else this.#stripTimer = setTimeout(() => (byId("strip").hidden = false), STRIP_DELAY_MILLIS);
  }

  #explain(offline) {
    const { failures, fault, lostAt } = this.#connection;
    if (fault) return `The server refuses this connection: ${fault}.`;
    if (offline) return "This device is offline. What you write is sent when it is back.";
    return failures < FAILURES_UNTIL_PLAIN
      ? "Connection lost, trying again. What you write is kept and sent afterwards."
      : `No answer from the server since ${clock(lostAt)}, ${failures} tries. Still trying.`;
  }
}

const STATES = { connecting: "Connecting…", open: "Connected", lost: "Reconnecting…" };

/** The room in the address; without a good one the lobby, and the address then says so. */
function roomInAddress() {
  const wanted = new URLSearchParams(location.search).get("room") ?? DEFAULT_ROOM;
  const fault = nameFault(wanted);
  const room = fault ? DEFAULT_ROOM : clean(wanted);
  if (location.search !== addressOf(room)) history.replaceState(null, "", addressOf(room));
  return { room, fault };
}

function showRoom(room) {
  document.title = `${room} · Gimlet chat`;
  byId("room-name").textContent = room;
  byId("empty-room").textContent = room;
  byId("address").textContent = location.href;
  byId("copy").hidden = !navigator.clipboard; // missing on plain http from another machine
  byId("copy").addEventListener("click", async () => {
    await navigator.clipboard.writeText(location.href);
    byId("copy").textContent = "Copied";
  });
}

const { room, fault } = roomInAddress();
showRoom(room);
const name = rememberedName() || (await askName(room, ""));
new Chat(room, name).start(fault && `The address names no room this server has. ${fault}`);
