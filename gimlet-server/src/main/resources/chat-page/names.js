// Names of rooms and people: the rule the server has too, and a colour for each name.

export const MAX_NAME_CHARACTERS = 64;
const HUES = 12;

// Control characters and directional overrides, which could make a name read as another one.
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u202a-\u202e\u2066-\u2069]/u;

// Space, format characters, and the fillers of Hangul, which count as letters.
const UNSEEN = "[\\p{Z}\\p{Cf}\\s\\u115f\\u1160\\u3164\\uffa0]+";
const AROUND = new RegExp(`^${UNSEEN}|${UNSEEN}$`, "gu");

/** The name without what cannot be seen around it. */
export function clean(name) {
  return name.replace(AROUND, "");
}

/** Why this cannot be a name, or an empty string when it can. */
export function nameFault(name) {
  const text = clean(name);
  if (!text) return "Write at least one character.";
  if ([...text].length > MAX_NAME_CHARACTERS) {
    return `Write at most ${MAX_NAME_CHARACTERS} characters.`;
  }
  return CONTROL.test(text) ? "Control characters cannot be part of a name." : "";
}

/** The CSS class with the colour of this name: the same on every page. */
export function hueClass(name) {
  let hash = 0;
  for (const character of name) {
    hash = Math.imul(hash ^ character.codePointAt(0), 0x85ebca6b); // of MurmurHash3
    hash ^= hash >>> 15;
  }
  return `hue-${(hash >>> 0) % HUES}`;
}

/** The first character of the name as a person sees it. */
export function initial(name) {
  const segments = new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(name);
  return segments[Symbol.iterator]().next().value.segment.toUpperCase();
}
