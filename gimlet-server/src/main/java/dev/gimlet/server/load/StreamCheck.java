package dev.gimlet.server.load;

import java.util.HashSet;
import java.util.Set;

/// Follows the numbers that one receiver gets of one sender: 0, 1, 2 and so on.
///
/// Owned by the event loop of the receiver.
public final class StreamCheck {

  private final Set<Long> gaps = new HashSet<>();
  private long next;
  private long reordered;
  private long duplicated;

  /// True if the number is new.
  boolean received(long number) {
    if (number >= next) {
      for (long gap = next; gap < number; gap++) {
        gaps.add(gap);
      }
      next = number + 1;
      return true;
    }
    if (gaps.remove(number)) {
      reordered++;
      return true;
    }
    duplicated++;
    return false;
  }

  /// How many did not come, of those that were sent.
  public long lost(long sent) {
    return gaps.size() + Math.max(0, sent - next);
  }

  /// Those that came after a later one.
  public long reordered() {
    return reordered;
  }

  /// Those that came again.
  public long duplicated() {
    return duplicated;
  }
}
