package dev.gimlet.server.bench;

import java.util.Optional;

/// A message of a run, as text: who sent it, its number, and when it was meant to leave. Immutable.
///
/// Servers may wrap it: it is found inside of anything by its mark.
record BenchMessage(int run, int sender, long number, long intendedNanos) {

  private static final String MARK = "gimlet-bench ";
  private static final int FIELDS_BYTES = 8 + 1 + 8 + 1 + 16 + 1 + 16 + 1;

  /// The shortest form.
  static final int HEADER_BYTES = MARK.length() + FIELDS_BYTES;

  /// The text, filled up to that size.
  String write(String padding) {
    return MARK
        + hex(run, 8)
        + ' '
        + hex(sender, 8)
        + ' '
        + hex(number, 16)
        + ' '
        + hex(intendedNanos, 16)
        + ' '
        + padding;
  }

  /// Finds a message in a text; empty when there is none.
  static Optional<BenchMessage> find(String text) {
    int at = text.indexOf(MARK) + MARK.length();
    if (at < MARK.length() || text.length() < at + FIELDS_BYTES) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new BenchMessage(
              (int) number(text, at, 8),
              (int) number(text, at + 9, 8),
              number(text, at + 18, 16),
              number(text, at + 35, 16)));
    } catch (NumberFormatException foreign) {
      return Optional.empty();
    }
  }

  private static long number(String text, int from, int digits) {
    return Long.parseUnsignedLong(text, from, from + digits, 16);
  }

  private static String hex(long value, int digits) {
    String all = "0000000000000000" + Long.toHexString(value);
    return all.substring(all.length() - digits);
  }
}
