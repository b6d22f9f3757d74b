// One connection to a room that comes back by itself.

import ReconnectingWebSocket from "./vendor/partysocket/ws.js";

const SUBPROTOCOL = "gimlet.chat";
const FIRST_DELAY_MILLIS = 400;
const LONGEST_DELAY_MILLIS = 15_000;
const GROWTH = 1.7;
const STABLE_MILLIS = 5_000;
const HANDSHAKE_MILLIS = 8_000;

/** So many failures in a row, and the page asks the server over HTTP what is wrong. */
const FAILURES_UNTIL_QUESTION = 3;

/** After such a silence the page asks whether anybody is there: a browser hides the server's pings. */
const SILENCE_MILLIS = 25_000;
const ANSWER_MILLIS = 8_000;
const WATCH_MILLIS = 2_000;

/** After a break of the page itself a shorter silence is enough to ask. */
const SILENCE_AFTER_BREAK_MILLIS = 1_000;

/**
 * It comes back with the position in the room that it knows, so that it gets what it missed.
 *
 * Events: "state" when `state` or `failures` changed, "event" with the server's event in `detail`.
 *
 * States: "connecting" (first time), "open" (the server's welcome is here), "lost".
 */
export class Connection extends EventTarget {
  #socket;
  #listening;
  #room;
  #name;
  #position = "";
  #heardAt = 0;
  #askedAt = 0; // 0 while nothing is asked; an opened socket asks for the welcome
  state = "connecting";
  failures = 0;
  lostAt = 0;
  fault = "";

  constructor(room, name) {
    super();
    this.#room = room;
    this.#name = name;
  }

  open() {
    this.#connect();
    addEventListener("online", () => this.retryNow());
    addEventListener("offline", () => this.#changed());
    document.addEventListener("resume", () => this.#awake());
    document.addEventListener("visibilitychange", () => document.hidden || this.#awake());
    setInterval(() => this.#watch(), WATCH_MILLIS);
  }

  /** Whether it has been in the room, so that there is something to go on from. */
  get knowsPosition() {
    return this.#position !== "";
  }

  send(line) {
    this.#socket.send(JSON.stringify(line));
  }

  /** Drops what is left of the connection and tries at once. */
  retryNow() {
    // A new socket: the library's own reconnect() would first sit out the current delay.
    this.#listening.abort();
    this.#socket.close();
    if (this.state === "open") this.#lost();
    this.#connect();
  }

  /** Comes back under another name. */
  rename(name) {
    this.#name = name;
    this.failures = 0;
    this.retryNow();
  }

  #connect() {
    // Delays differ from page to page, so that they do not all return in one moment.
    this.#socket = new ReconnectingWebSocket(() => this.#url("ws"), SUBPROTOCOL, {
      minReconnectionDelay: FIRST_DELAY_MILLIS * (1 + Math.random()),
      maxReconnectionDelay: LONGEST_DELAY_MILLIS * (1 - Math.random() / 4),
      reconnectionDelayGrowFactor: GROWTH,
      minUptime: STABLE_MILLIS,
      connectionTimeout: HANDSHAKE_MILLIS,
      maxEnqueuedMessages: 0, // the outbox keeps messages, and knows which were confirmed
    });
    this.#askedAt = 0;
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    this.#socket.addEventListener("open", () => (this.#askedAt = Date.now()), { signal });
    this.#socket.addEventListener("message", (message) => this.#receive(message.data), { signal });
    this.#socket.addEventListener("close", () => this.#lost(), { signal });
  }

  #url(scheme) {
    const url = new URL("/chat", location.href);
    url.protocol = url.protocol.replace("http", scheme);
    url.searchParams.set("room", this.#room);
    url.searchParams.set("name", this.#name);
    if (this.knowsPosition) url.searchParams.set("since", this.#position);
    return url.href;
  }

  #receive(data) {
    const event = JSON.parse(data);
    this.#heardAt = Date.now();
    if (event.type === "welcome") {
      this.state = "open";
      this.failures = 0;
      this.fault = "";
    }
    if (this.state === "open") this.#askedAt = 0;
    this.dispatchEvent(new CustomEvent("event", { detail: event }));
    if (event.position) this.#position = event.position;
    if (event.type === "welcome") this.#changed();
  }

  #lost() {
    if (this.state === "open") this.lostAt = Date.now();
    else this.failures++;
    this.lostAt ||= Date.now();
    this.state = "lost";
    this.#askedAt = 0;
    this.#changed();
    if (this.failures > 0 && this.failures % FAILURES_UNTIL_QUESTION === 0) this.#askWhy();
  }

  /** Asks after a silence, and drops a connection on which nobody answers or welcomes. */
  #watch() {
    const now = Date.now();
    if (this.#askedAt > 0 && now - this.#askedAt > this.#patience()) {
      if (this.state !== "open") this.#lost(); // a failure: it was not welcomed
      this.retryNow();
    } else if (this.#askedAt === 0 && now - this.#heardAt > SILENCE_MILLIS) this.#askWhetherHere();
  }

  /** A welcome may be large and the way slow: each that did not come gives the next one longer. */
  #patience() {
    return this.state === "open" ? ANSWER_MILLIS : ANSWER_MILLIS * 2 ** Math.min(this.failures, 4);
  }

  /** The page was frozen or hidden, perhaps with the whole computer: the connection may be dead. */
  #awake() {
    if (this.state === "open") this.#askedAt = 0;
    if (this.state === "lost") this.retryNow();
    else if (Date.now() - this.#heardAt > SILENCE_AFTER_BREAK_MILLIS) this.#askWhetherHere();
  }

  #askWhetherHere() {
    if (this.state !== "open") return;
    this.#askedAt = Date.now();
    this.send({ type: "question" });
  }

  // A browser does not tell why a WebSocket was refused; the same address over HTTP does.
  async #askWhy() {
    try {
      const response = await fetch(this.#url("http"), { cache: "no-store" });
      const refused = response.status !== 426; // Upgrade Required: all but the upgrade was right
      const answer = refused ? (await response.json()).error : "";
      this.fault = this.state === "lost" ? (answer ?? "") : "";
    } catch {
      this.fault = "";
    }
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event("state"));
  }
}
