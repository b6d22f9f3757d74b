package dev.gimlet.benchmarks.load;

import java.util.Optional;

/// What one load measured. Immutable.
///
/// Shares are parts of one core; `…CoreOthers` is what somebody else used of the core that the
/// process was pinned to. Micros are CPU time for each message. All that is about the server is 0
/// when it was not given, and all about a core when the process is not pinned.
///
/// @param messages delivered to this side in the measured time
public record Measurement(
    double seconds,
    long messages,
    double messagesPerSecond,
    double payloadBytesPerSecond,
    double serverShare,
    double serverUserMicros,
    double serverSystemMicros,
    double serverCoreOthers,
    double generatorShare,
    double generatorUserMicros,
    double generatorSystemMicros,
    double generatorCoreOthers) {

  static Measurement between(Usage before, Usage after, int payloadBytes) {
    long messages = after.messages() - before.messages();
    if (messages <= 0) {
      throw new IllegalStateException("no message came back while measuring");
    }
    double nanos = after.nanos() - before.nanos();
    ProcessTime server = difference(before.server(), after.server());
    ProcessTime generator = difference(before.generator(), after.generator());
    double perSecond = messages / (nanos / 1e9);
    return new Measurement(
        nanos / 1e9,
        messages,
        perSecond,
        perSecond * payloadBytes,
        server.totalNanos() / nanos,
        server.userNanos() / 1e3 / messages,
        server.systemNanos() / 1e3 / messages,
        others(before.serverCoreNanos(), after.serverCoreNanos(), server, nanos),
        generator.totalNanos() / nanos,
        generator.userNanos() / 1e3 / messages,
        generator.systemNanos() / 1e3 / messages,
        others(before.generatorCoreNanos(), after.generatorCoreNanos(), generator, nanos));
  }

  private static ProcessTime difference(Optional<ProcessTime> before, Optional<ProcessTime> after) {
    return before.isEmpty() || after.isEmpty()
        ? new ProcessTime(0, 0)
        : difference(before.get(), after.get());
  }

  private static ProcessTime difference(ProcessTime before, ProcessTime after) {
    return new ProcessTime(
        after.userNanos() - before.userNanos(), after.systemNanos() - before.systemNanos());
  }

  private static double others(
      Optional<Long> before, Optional<Long> after, ProcessTime own, double nanos) {
    if (before.isEmpty() || after.isEmpty()) {
      return 0;
    }
    return Math.max(0, (after.get() - before.get() - own.totalNanos()) / nanos);
  }
}
