package dev.gimlet.http;

import dev.gimlet.websocket.TimeLimit;
import java.time.Duration;

/// What a stranger may make the HTTP side hold or wait for. Immutable.
///
/// - `maxHeadBytes`: request line and header fields, default 8 KiB, at most 1 GiB; beyond it 431.
/// - `maxHeaderFields`: number of header fields, default 100; beyond it 431.
/// - `maxBodyBytes`: default 1 MiB; beyond it 413.
/// - `requestTimeout`: from the first byte of a request to its last, default 10 s; then 408. What
///   comes before the first request has the same time each: the header of the PROXY protocol, where
///   it is demanded, a TLS handshake, and silence after connecting; then the connection is closed.
/// - `idleTimeout`: a connection between two requests, default 60 s; then it is closed. So is one
///   that takes nothing of an answer for as long, which is looked at four times in it.
///
/// Both times are at most [TimeLimit#LONGEST], 365 days.
public record HttpLimits(
    int maxHeadBytes,
    int maxHeaderFields,
    int maxBodyBytes,
    Duration requestTimeout,
    Duration idleTimeout) {

  private static final int MOST_HEAD_BYTES = 1 << 30;

  /// The defaults.
  public static final HttpLimits DEFAULTS =
      new HttpLimits(8 << 10, 100, 1 << 20, Duration.ofSeconds(10), Duration.ofSeconds(60));

  /// Checks that every limit is positive, and none too large.
  public HttpLimits {
    if (maxHeadBytes < 1 || maxHeaderFields < 1 || maxBodyBytes < 0) {
      throw new IllegalArgumentException("limits of head, header fields and body must be positive");
    }
    if (maxHeadBytes > MOST_HEAD_BYTES) {
      throw new IllegalArgumentException(
          "maxHeadBytes of " + maxHeadBytes + ", at most " + MOST_HEAD_BYTES);
    }
    TimeLimit.positive(requestTimeout, "requestTimeout");
    TimeLimit.positive(idleTimeout, "idleTimeout");
  }
}
