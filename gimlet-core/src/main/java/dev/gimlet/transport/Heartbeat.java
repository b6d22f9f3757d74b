package dev.gimlet.transport;

import dev.gimlet.websocket.WebSocketOptions;

/// Decides when a silent peer is asked for a pong and when it is dead.
///
/// Owned by its event loop. Any byte received is a sign of life; time is the tick of the
/// [HomeLoop].
final class Heartbeat {

  /// What is to be done now.
  enum Verdict {
    /// Nothing.
    ALIVE,
    /// Send a ping.
    ASK,
    /// The peer did not answer in time.
    DEAD
  }

  private final int intervalTicks; // 0 when there are no heartbeats
  private final int timeoutTicks;
  private int heardAt;
  private int askedAt;
  private boolean asked;

  Heartbeat(WebSocketOptions options, int now) {
    intervalTicks = Ticks.of(options.heartbeatInterval());
    timeoutTicks = Ticks.of(options.heartbeatTimeout());
    heardAt = now;
  }

  void heard(int now) {
    heardAt = now;
    asked = false;
  }

  /// When the last sign of life came.
  int heardAt() {
    return heardAt;
  }

  Verdict judge(int now) {
    if (intervalTicks == 0) {
      return Verdict.ALIVE;
    }
    if (asked) {
      return now - askedAt > timeoutTicks ? Verdict.DEAD : Verdict.ALIVE;
    }
    if (now - heardAt < intervalTicks) {
      return Verdict.ALIVE;
    }
    asked = true;
    askedAt = now;
    return Verdict.ASK;
  }
}
