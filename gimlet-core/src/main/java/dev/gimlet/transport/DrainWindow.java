package dev.gimlet.transport;

import java.time.Duration;
import java.util.random.RandomGenerator;

/// The time over which the closes of long-lived connections are spread when a server goes down, so
/// that not all of their clients come back at the same moment.
///
/// It grows with the number of connections up to half of the time that there is: the other half is
/// for closing handshakes. Each has 1 ms, as of the usual 7 s, and more where there is more time.
/// Immutable.
record DrainWindow(Duration length) {

  private static final Duration LEAST_FOR_EACH = Duration.ofMillis(1);
  private static final int SHARES = 7000;

  static DrainWindow of(int connections, Duration timeout) {
    Duration share = timeout.dividedBy(SHARES);
    Duration forEach = share.compareTo(LEAST_FOR_EACH) > 0 ? share : LEAST_FOR_EACH;
    Duration wanted = forEach.multipliedBy(connections);
    Duration most = timeout.dividedBy(2);
    return new DrainWindow(wanted.compareTo(most) < 0 ? wanted : most);
  }

  /// A moment inside, counted from its beginning.
  Duration moment(RandomGenerator random) {
    return length.isPositive() ? Duration.ofNanos(random.nextLong(length.toNanos())) : length;
  }
}
