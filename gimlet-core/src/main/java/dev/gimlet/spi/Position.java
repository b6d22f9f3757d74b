package dev.gimlet.spi;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A place in the history of a room: after the publication with this offset. Immutable.
///
/// Offsets rise by one inside an epoch and begin at 1; 0 is the place before the first publication.
/// A new epoch means that history was lost. The tag is a random number of the publication at that
/// offset, by which a broker notices that its store was set back to an older state; 0 where a
/// broker has no use for it.
public record Position(String epoch, long offset, long tag) {

  // Above NONE, which is checked with it. A position is made for each publication.
  private static final Pattern EPOCH = Pattern.compile("[0-9A-Za-z_-]{1,64}");
  private static final Pattern TEXT =
      Pattern.compile("(" + EPOCH + "):(0|[1-9][0-9]{0,17})(?::([0-9a-f]{1,16}))?");

  /// What stands for a position in a room without history.
  public static final Position NONE = new Position("none", 0, 0);

  /// Checks the parts.
  ///
  /// @throws IllegalArgumentException when the epoch is not 1 to 64 letters, digits, `-` or `_`, or
  ///   the offset is negative
  public Position {
    if (!EPOCH.matcher(epoch).matches()) {
      throw new IllegalArgumentException(
          "epoch \"" + epoch + "\": 1 to 64 letters, digits, - or _ were expected");
    }
    if (offset < 0) {
      throw new IllegalArgumentException("offset " + offset + " is negative");
    }
  }

  /// A position without a tag.
  public static Position of(String epoch, long offset) {
    return new Position(epoch, offset, 0);
  }

  /// Reads what [#toString()] wrote, `epoch:offset` or `epoch:offset:tag`.
  ///
  /// @throws IllegalArgumentException when it is no position; the message says what is expected
  public static Position parse(String text) {
    Matcher parts = TEXT.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is no position: epoch:offset or epoch:offset:tag was expected");
    }
    long tag = parts.group(3) == null ? 0 : Long.parseUnsignedLong(parts.group(3), 16);
    return new Position(parts.group(1), Long.parseLong(parts.group(2)), tag);
  }

  /// The text form, at most 101 characters.
  @Override
  public String toString() {
    String place = epoch + ":" + offset;
    return tag == 0 ? place : place + ":" + Long.toHexString(tag);
  }
}
