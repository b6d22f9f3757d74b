package dev.gimlet.transport;

import java.time.Duration;
import java.util.random.RandomGenerator;

/// The time over which the closes of long-lived connections are spread when a server goes down, so
/// that not all of their clients come back at the same moment.
///
/// It grows with the number of connections, 1 ms for each, up to half of the time that there is:
/// the other half is for closing handshakes. Immutable.
record DrainWindow(Duration length) {

  private static final Duration FOR_EACH = Duration.ofMillis(1);

  static DrainWindow of(int connections, Duration timeout) {
    Duration wanted = FOR_EACH.multipliedBy(connections);
    Duration most = timeout.dividedBy(2);
    return new DrainWindow(wanted.compareTo(most) < 0 ? wanted : most);
  }

  /// A moment inside, counted from its beginning.
  Duration moment(RandomGenerator random) {
    return length.isPositive() ? Duration.ofNanos(random.nextLong(length.toNanos())) : length;
  }
}
