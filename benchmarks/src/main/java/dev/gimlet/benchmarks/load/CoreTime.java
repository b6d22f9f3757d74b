package dev.gimlet.benchmarks.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How long a core has been busy, whoever used it: more than one pinned process did is noise.
final class CoreTime {
  private static final Pattern ALLOWED = Pattern.compile("(?m)^Cpus_allowed_list:\\s*(\\S+)");
  private static final int IDLE_FIELD = 3;
  private static final int IOWAIT_FIELD = 4;
  private static final int FIELDS = 8; // user nice system idle iowait irq softirq steal

  private CoreTime() {}

  /// Busy time of the core that a process is pinned to; empty when it may use several.
  static Optional<Long> busyNanos(long pid) throws IOException {
    Path status = Path.of("/proc", Long.toString(pid), "status");
    Optional<Integer> core = pinnedCore(Files.readString(status));
    return core.isEmpty()
        ? Optional.empty()
        : busyNanos(Files.readString(Path.of("/proc/stat")), core.get());
  }

  static Optional<Integer> pinnedCore(String status) {
    Matcher allowed = ALLOWED.matcher(status);
    return allowed.find() && allowed.group(1).matches("\\d+")
        ? Optional.of(Integer.parseInt(allowed.group(1)))
        : Optional.empty();
  }

  static Optional<Long> busyNanos(String stat, int core) {
    String prefix = "cpu" + core + " ";
    return stat.lines()
        .filter(line -> line.startsWith(prefix))
        .findFirst()
        .map(line -> busyTicks(line.substring(prefix.length())) * ProcessTime.TICK_NANOS);
  }

  private static long busyTicks(String fields) {
    long[] ticks =
        Arrays.stream(fields.split(" ", -1)).limit(FIELDS).mapToLong(Long::parseLong).toArray();
    return Arrays.stream(ticks).sum() - ticks[IDLE_FIELD] - ticks[IOWAIT_FIELD];
  }
}
