package dev.gimlet.spi;

import java.util.List;

/// Who came to a room and who left since the last notice, and how many more are not named.
/// Immutable.
public record PresenceNotice(
    List<Present> joined, List<Present> left, int moreJoined, int moreLeft) {

  /// The most members that a notice names on each side.
  public static final int MAX_NAMED = 20;

  /// Copies the lists.
  public PresenceNotice {
    joined = List.copyOf(joined);
    left = List.copyOf(left);
  }
}
