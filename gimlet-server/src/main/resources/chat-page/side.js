// The panel with people and rooms: always there on a wide page, a drawer on a phone.

import { count } from "./format.js";
import { avatar, element } from "./log.js";
import { clean, nameFault } from "./names.js";
import { forever, recall, remember } from "./storage.js";

const ROOMS = "gimlet.rooms";
const MAX_ROOMS = 8;

const byId = (id) => document.getElementById(id);

export class Side {
  #side = byId("side");
  #toggle = byId("side-toggle");
  #shade = byId("shade");

  constructor(room) {
    this.#toggle.addEventListener("click", () => this.#show(!this.#isShown()));
    this.#shade.addEventListener("click", () => this.#show(false));
    addEventListener("keydown", (key) => {
      if (key.key === "Escape" && this.#isShown()) this.#show(false);
    });
    byId("room-form").addEventListener("submit", (submit) => {
      submit.preventDefault();
      goTo(byId("room-input").value);
    });
    showRooms(rememberRoom(room), room);
  }

  people(people) {
    byId("people").replaceChildren(...people.names.map((name) => person(name, people.you)));
    byId("count").textContent = people.count.toLocaleString("en");
    byId("count-short").textContent = people.count.toLocaleString("en");
    const more = people.count - people.names.length;
    byId("more-people").hidden = more <= 0;
    byId("more-people").textContent = `and ${count(more, "other", "others")}`;
  }

  me(name) {
    byId("my-name").textContent = name;
    byId("my-avatar").replaceWith(Object.assign(avatar(name), { id: "my-avatar" }));
  }

  #isShown() {
    return this.#side.classList.contains("shown");
  }

  #show(shown) {
    this.#side.classList.toggle("shown", shown);
    this.#shade.hidden = !shown;
    this.#toggle.ariaExpanded = String(shown);
    if (!shown) this.#toggle.focus();
  }
}

function person(name, you) {
  const item = element("li", "person");
  item.append(avatar(name), element("bdi", "person-name", name));
  if (name === you) item.append(element("span", "you", "you"));
  return item;
}

/** The address of a room on this server. */
export function addressOf(room) {
  return `?${new URLSearchParams({ room })}`;
}

function goTo(text) {
  const fault = nameFault(text);
  byId("room-fault").textContent = fault;
  if (!fault) location.assign(addressOf(clean(text)));
}

function rememberRoom(room) {
  const kept = recall(forever, ROOMS, []);
  const others = (Array.isArray(kept) ? kept : []).filter((other) => other !== room);
  const rooms = [room, ...others.filter((other) => !nameFault(String(other)))];
  remember(forever, ROOMS, rooms.slice(0, MAX_ROOMS));
  return rooms.slice(0, MAX_ROOMS);
}

function showRooms(rooms, current) {
  const sorted = [...new Set(["lobby", ...rooms])].sort((a, b) => a.localeCompare(b));
  byId("rooms").replaceChildren(
    ...sorted.map((room) => {
      const link = element("a", "", room);
      link.href = addressOf(room);
      link.dir = "auto";
      if (room === current) link.ariaCurrent = "page";
      const item = element("li", "");
      item.append(link);
      return item;
    }),
  );
}
