package dev.gimlet.http;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;

/// Points in time as header fields write them, to the second (RFC 9110 §5.6.7).
final class HttpDate {
  private static final DateTimeFormatter FIXDATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
          .withZone(ZoneOffset.UTC);

  private HttpDate() {}

  static String format(Instant time) {
    return FIXDATE.format(time.truncatedTo(ChronoUnit.SECONDS));
  }

  /// The obsolete forms are not read: their sender gets the whole file.
  static Optional<Instant> parse(String text) {
    try {
      return Optional.of(FIXDATE.parse(text, Instant::from));
    } catch (DateTimeParseException malformed) {
      return Optional.empty();
    }
  }
}
