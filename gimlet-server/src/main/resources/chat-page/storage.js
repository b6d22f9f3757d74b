// Storage that may be missing or full (private windows): then nothing is remembered, nothing fails.

/** What was kept under the key, or the other value. */
export function recall(storage, key, otherwise) {
  try {
    return JSON.parse(storage().getItem(key)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

/** Keeps the value; whether it worked. */
export function remember(storage, key, value) {
  try {
    storage().setItem(key, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

/** Forgets what was kept under the key. */
export function forget(storage, key) {
  try {
    storage().removeItem(key);
  } catch {
    // There was nothing to forget.
  }
}

// Functions, because merely naming a storage throws where storage is forbidden.
export const forever = () => globalThis.localStorage;
export const thisTab = () => globalThis.sessionStorage;
