package dev.gimlet.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import java.time.Duration;

/// Watches whether a peer takes what waits for it, while its socket is full.
///
/// Owned by its event loop; time is the tick of the [HomeLoop].
final class SendProgress {

  /// How things stand.
  enum Verdict {
    /// The peer has taken something since the last look.
    MOVED,
    /// It has not, but may still.
    WAITING,
    /// It has not for too long.
    STUCK
  }

  private final int timeoutTicks; // 0 when there is no limit
  private long waitingBytes; // at the last look
  private int movedAt;

  /// Looks for the first time: so much waits, and whether it moves is not known yet.
  SendProgress(Duration timeout, long waiting, int now) {
    timeoutTicks = Ticks.of(timeout);
    waitingBytes = waiting;
    movedAt = now;
  }

  /// Bytes that were handed to the socket and not taken by it.
  static long waitingBytes(Channel channel) {
    ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
    return waiting == null ? 0 : waiting.totalPendingWriteBytes() - waiting.currentProgress();
  }

  /// All that was handed to the socket was taken: what waits at the next look came later.
  void tookAll() {
    waitingBytes = Long.MAX_VALUE;
  }

  Verdict judge(long waiting, int now) {
    boolean moved = waiting < waitingBytes; // more: answers of TLS to its peer
    waitingBytes = waiting;
    if (moved) {
      movedAt = now;
      return Verdict.MOVED;
    }
    return timeoutTicks > 0 && now - movedAt >= timeoutTicks ? Verdict.STUCK : Verdict.WAITING;
  }
}
