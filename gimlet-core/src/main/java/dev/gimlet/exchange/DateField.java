package dev.gimlet.exchange;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// The `Date` of responses (RFC 9110 §6.6.1), made anew once per second.
///
/// Thread-safe: the one field is volatile, and threads that miss together make the same text.
final class DateField {
  private static final DateTimeFormatter FIXDATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
          .withZone(ZoneOffset.UTC);

  private static volatile Second current = Second.of(0);

  private DateField() {}

  static String now() {
    long second = System.currentTimeMillis() / 1000;
    Second known = current;
    if (known.number() != second) {
      known = Second.of(second);
      current = known;
    }
    return known.text();
  }

  private record Second(long number, String text) {
    static Second of(long number) {
      return new Second(number, FIXDATE.format(Instant.ofEpochSecond(number)));
    }
  }
}
