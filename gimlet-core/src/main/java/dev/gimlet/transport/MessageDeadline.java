package dev.gimlet.transport;

import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.ProtocolException;
import dev.gimlet.websocket.WebSocketOptions;
import java.time.Duration;
import java.util.Optional;

/// Decides when a message that has begun takes too long.
///
/// Owned by its event loop; time is the tick of the [HomeLoop]. A message counts from the first
/// tick that finds it unfinished, so that others cost nothing.
final class MessageDeadline {

  private final Duration timeout;
  private final Duration stall;
  private final int begunAt;

  MessageDeadline(WebSocketOptions options, int now) {
    timeout = options.messageTimeout();
    stall = options.stallTimeout();
    begunAt = now;
  }

  /// A message is open: why it has been for too long, if it has.
  Optional<ProtocolException> judge(int now, int heardAt) {
    int openTicks = now - begunAt;
    if (isOver(timeout, openTicks)) {
      return Optional.of(fault("a message took longer than " + text(timeout)));
    }
    if (isOver(stall, Math.min(openTicks, now - heardAt))) {
      return Optional.of(fault("no byte of an unfinished message for " + text(stall)));
    }
    return Optional.empty();
  }

  private static boolean isOver(Duration limit, int ticks) {
    return !limit.isZero() && ticks >= Ticks.of(limit);
  }

  private static String text(Duration duration) {
    long millis = duration.toMillis();
    return millis % 1000 == 0 ? millis / 1000 + " s" : millis + " ms";
  }

  private static ProtocolException fault(String rule) {
    return new ProtocolException(CloseStatus.POLICY_VIOLATION, rule);
  }
}
