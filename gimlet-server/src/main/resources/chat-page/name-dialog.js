// Asks for a name: at the first visit, and when the person wants another one.

import { clean, nameFault } from "./names.js";
import { forever, recall, remember } from "./storage.js";

const NAME = "gimlet.name";

const byId = (id) => document.getElementById(id);

/** The name of the last visit, or an empty string. */
export function rememberedName() {
  const name = String(recall(forever, NAME, ""));
  return nameFault(name) ? "" : clean(name);
}

/** Opens the dialog; the new name, or an empty string when it was cancelled. */
export function askName(room, current) {
  const dialog = byId("name-dialog");
  const input = byId("name-input");
  byId("name-title").textContent = current ? "Change your name" : "Welcome";
  byId("name-lead").textContent = current
    ? "Everyone in the room sees the new name."
    : `You are about to join the room “${room}”. How shall the others call you?`;
  byId("name-ok").textContent = current ? "Change" : "Join";
  byId("name-cancel").hidden = !current;
  byId("name-fault").textContent = "";
  input.value = current;
  dialog.showModal();
  input.select();
  return answer(dialog, input, Boolean(current));
}

function answer(dialog, input, mayCancel) {
  return new Promise((resolve) => {
    const listening = new AbortController();
    const { signal } = listening;
    const finish = (name) => {
      listening.abort();
      dialog.close();
      resolve(name);
    };
    byId("name-form").addEventListener(
      "submit",
      (submit) => {
        submit.preventDefault();
        const fault = nameFault(input.value);
        byId("name-fault").textContent = fault;
        if (fault) return;
        remember(forever, NAME, clean(input.value));
        finish(clean(input.value));
      },
      { signal },
    );
    byId("name-cancel").addEventListener("click", () => finish(""), { signal });
    dialog.addEventListener(
      "cancel",
      (cancel) => {
        cancel.preventDefault();
        if (mayCancel) finish("");
      },
      { signal },
    );
    // Some browsers close a dialog at the second Escape whatever the page says.
    dialog.addEventListener("close", () => mayCancel || dialog.showModal(), { signal });
  });
}
