package dev.gimlet.benchmarks.load;

import java.io.IOException;
import java.util.Optional;

/// Clocks read at one moment: the time, the messages so far, and who has used the cores.
///
/// `generatorCore` and `serverCore` are empty for a process that is not pinned to one core.
record Usage(
    long nanos,
    long messages,
    ProcessTime generator,
    Optional<ProcessTime> server,
    Optional<Long> generatorCoreNanos,
    Optional<Long> serverCoreNanos) {

  static Usage now(long messages, Optional<Long> serverPid) throws IOException {
    long self = ProcessHandle.current().pid();
    Optional<ProcessTime> server = Optional.empty();
    Optional<Long> serverCore = Optional.empty();
    if (serverPid.isPresent()) {
      server = Optional.of(ProcessTime.of(serverPid.get()));
      serverCore = CoreTime.busyNanos(serverPid.get());
    }
    return new Usage(
        System.nanoTime(),
        messages,
        ProcessTime.of(self),
        server,
        CoreTime.busyNanos(self),
        serverCore);
  }
}
