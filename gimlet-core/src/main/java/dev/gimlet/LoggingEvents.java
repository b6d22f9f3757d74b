package dev.gimlet;

import dev.gimlet.log.LineLimit;
import dev.gimlet.log.PrintableText;
import dev.gimlet.spi.ServerEvents;
import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.SlowConsumerPolicy;
import dev.gimlet.websocket.WebSocketConnection;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Writes what happens to the logger `gimlet.server`.
///
/// Thread-safe: its parts are. What strangers can provoke is limited to a few lines a second.
final class LoggingEvents implements ServerEvents {
  private static final Logger LOG = System.getLogger("gimlet.server");
  private static final Pattern OF_OTHERS = Pattern.compile("(java|javax|jdk|sun|io\\.netty)\\.");
  private static final int NAMED_FRAMES = 3;

  private final LineLimit failures;
  private final LineLimit overflows;
  private final LineLimit publications;
  private final LineLimit blocked;

  LoggingEvents() {
    this(System::nanoTime);
  }

  LoggingEvents(LongSupplier nanoTime) {
    failures = new LineLimit(nanoTime);
    overflows = new LineLimit(nanoTime);
    publications = new LineLimit(nanoTime);
    blocked = new LineLimit(nanoTime);
  }

  @Override
  public void opened(WebSocketConnection connection) {
    LOG.log(Level.DEBUG, () -> name(connection) + " is open");
  }

  @Override
  public void closed(WebSocketConnection connection, CloseStatus status) {
    LOG.log(
        Level.DEBUG,
        () ->
            name(connection)
                + " is closed: "
                + status.code()
                + " "
                + PrintableText.of(status.reason()));
  }

  @Override
  public void refused(SocketAddress peer, int status, String reason) {
    LOG.log(Level.DEBUG, () -> peer + " was refused: " + status + " " + PrintableText.of(reason));
  }

  @Override
  public void handlerFailed(String where, Throwable failure) {
    failures
        .admit()
        .ifPresent(withheld ->
            LOG.log(Level.ERROR, PrintableText.of(where) + " failed" + mention(withheld), failure));
  }

  @Override
  public void tlsFailed(SocketAddress peer, String reason) {
    LOG.log(Level.DEBUG, () -> "TLS of " + peer + " failed: " + PrintableText.of(reason));
  }

  @Override
  public void certificateLoaded(Path file, Instant expiry) {
    if (expiry.isBefore(Instant.now())) {
      warn("the TLS certificate " + file + " expired at " + expiry + ": get a new one");
    } else {
      LOG.log(Level.DEBUG, () -> "the TLS certificate " + file + " is valid until " + expiry);
    }
  }

  @Override
  public void certificateUnusable(Path file, String reason) {
    warn("the new TLS certificate is not used, the one before stays: " + reason);
  }

  @Override
  public void slowConsumer(
      WebSocketConnection connection, SlowConsumerPolicy policy, long messages) {
    if (policy == SlowConsumerPolicy.CLOSE) {
      overflows
          .admit()
          .ifPresent(withheld ->
              warn(name(connection) + " reads too slowly: its outbox is full" + mention(withheld)));
    } else {
      LOG.log(
          Level.DEBUG,
          () -> name(connection) + ": messages dropped by " + policy + ": " + messages);
    }
  }

  @Override
  public void draining(Duration timeout) {
    LOG.log(Level.DEBUG, () -> "stopping within " + timeout.toMillis() + " ms");
  }

  @Override
  public void loopBlocked(String loop, Duration held, List<StackTraceElement> stack) {
    blocked
        .admit()
        .ifPresent(withheld ->
            LOG.log(
                Level.WARNING,
                loop
                    + " is held for "
                    + held.toMillis()
                    + " ms, and its connections wait: "
                    + culprit(stack)
                    + "; block in loop style, or on a thread of your own"
                    + mention(withheld)));
  }

  /// The first frames that are neither the JDK's nor Netty's.
  private static String culprit(List<StackTraceElement> stack) {
    String frames =
        stack.stream()
            .filter(frame -> !OF_OTHERS.matcher(frame.getClassName()).lookingAt())
            .limit(NAMED_FRAMES)
            .map(StackTraceElement::toString)
            .collect(Collectors.joining(" < "));
    return frames.isEmpty()
        ? stack.stream().findFirst().map(StackTraceElement::toString).orElse("by nothing known")
        : frames;
  }

  @Override
  public void acceptFailed(String reason) {
    LOG.log(
        Level.WARNING,
        "no connections can be accepted (%s): trying again every second; if files are meant, raise their limit (ulimit -n)"
            .formatted(reason));
  }

  @Override
  public void publishFailed(String room, String reason) {
    publications
        .admit()
        .ifPresent(withheld ->
            LOG.log(
                Level.WARNING,
                "publishing to room "
                    + PrintableText.of(room)
                    + " failed: "
                    + PrintableText.of(reason)
                    + mention(withheld)));
  }

  @Override
  public void brokerAway(String reason) {
    warn("the broker cannot be reached, publishing fails until it is back: " + reason);
  }

  @Override
  public void brokerBack() {
    LOG.log(Level.INFO, "the broker is back");
  }

  private static String mention(long withheld) {
    return withheld == 0 ? "" : " (and " + withheld + " more that were not logged)";
  }

  void warn(String message) {
    LOG.log(Level.WARNING, message);
  }

  private static String name(WebSocketConnection connection) {
    return "WebSocket " + connection.id() + " of " + connection.remoteAddress();
  }
}
