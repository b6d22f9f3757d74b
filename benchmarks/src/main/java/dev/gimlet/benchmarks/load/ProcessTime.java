package dev.gimlet.benchmarks.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// CPU time a process has used so far, in user code and in the kernel. Immutable.
///
/// The kernel splits the exact sum of both by samples of its clock, in steps of 10 ms.
record ProcessTime(long userNanos, long systemNanos) {
  static final long TICK_NANOS = 10_000_000; // USER_HZ is 100 on every Linux of today
  private static final int USER_FIELD = 11; // counted from the state, the first after the name
  private static final int SYSTEM_FIELD = 12;

  static ProcessTime of(long pid) throws IOException {
    return parse(Files.readString(Path.of("/proc", Long.toString(pid), "stat")));
  }

  static ProcessTime parse(String stat) {
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return new ProcessTime(
        Long.parseLong(fields[USER_FIELD]) * TICK_NANOS,
        Long.parseLong(fields[SYSTEM_FIELD]) * TICK_NANOS);
  }

  long totalNanos() {
    return userNanos + systemNanos;
  }
}
