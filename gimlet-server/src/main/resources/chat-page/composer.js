// Where a message is written.

import { size } from "./format.js";
import { MAX_TEXT_BYTES } from "./outbox.js";

const MAX_HEIGHT_PIXELS = 160;
const LONG_ROOM = 20; // characters; a longer placeholder would not fit on a phone
const HINT = "Enter sends, Shift+Enter begins a new line.";

/** In Safari the key that ends a composition comes after its end, and has this code instead. */
const COMPOSING_KEY_CODE = 229;

export class Composer {
  #form = document.getElementById("composer");
  #text = document.getElementById("text");
  #send = document.getElementById("send");
  #hint = document.getElementById("hint-text");

  constructor(room, onText) {
    this.#text.placeholder = room.length > LONG_ROOM ? "Message" : `Message to ${room}`;
    this.#text.addEventListener("input", () => this.#update());
    this.#text.addEventListener("keydown", (key) => {
      if (key.key === "Enter" && !key.shiftKey && !isComposing(key)) {
        key.preventDefault();
        this.#form.requestSubmit();
      }
    });
    this.#form.addEventListener("submit", (submit) => {
      submit.preventDefault();
      this.#submit(onText);
    });
    this.#update();
  }

  focus() {
    this.#text.focus();
  }

  #submit(onText) {
    const text = this.#text.value.trim();
    if (text === "" || this.#bytes() > MAX_TEXT_BYTES) return;
    this.#text.value = "";
    this.#update();
    this.#text.focus();
    onText(text);
  }

  #bytes() {
    return new TextEncoder().encode(this.#text.value.trim()).length;
  }

  #update() {
    const bytes = this.#bytes();
    const tooLong = bytes > MAX_TEXT_BYTES;
    this.#send.disabled = bytes === 0 || tooLong;
    this.#text.ariaInvalid = String(tooLong);
    this.#hint.parentElement.classList.toggle("wrong", tooLong);
    this.#hint.textContent = tooLong
      ? `Too long: ${size(bytes)}, at most ${size(MAX_TEXT_BYTES)}.`
      : HINT;
    this.#grow();
  }

  #grow() {
    this.#text.style.height = "auto";
    this.#text.style.height = `${Math.min(this.#text.scrollHeight, MAX_HEIGHT_PIXELS)}px`;
  }
}

/** While an input method composes, Enter chooses a word. */
function isComposing(key) {
  return key.isComposing || key.keyCode === COMPOSING_KEY_CODE;
}
