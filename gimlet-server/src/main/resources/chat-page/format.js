// Times and sizes for people.

const TIME = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat("en", { weekday: "long", day: "numeric", month: "long" });
const FULL = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });

export const clock = (millis) => TIME.format(millis);

export const fullTime = (millis) => FULL.format(millis);

/** "Today", "Yesterday" or the date. */
export function day(millis) {
  const date = new Date(millis).toDateString();
  const yesterday = new Date();
  yesterday.setDate(yesterday.getDate() - 1);
  if (date === new Date().toDateString()) return "Today";
  return date === yesterday.toDateString() ? "Yesterday" : DAY.format(millis);
}

/** "12 bytes", "3.4 KiB", "1.2 MiB". */
export function size(bytes) {
  if (bytes < 1024) return bytes === 1 ? "1 byte" : `${bytes} bytes`;
  const kibibytes = bytes / 1024;
  return kibibytes < 1024
    ? `${kibibytes.toFixed(1)} KiB`
    : `${(kibibytes / 1024).toFixed(1)} MiB`;
}

export function count(number, one, many) {
  return `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
}
