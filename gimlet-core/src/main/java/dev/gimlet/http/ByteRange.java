package dev.gimlet.http;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The part of a file that a `Range` field asks for, as offsets; the last is inside. Immutable.
record ByteRange(long first, long last) {
  // At most 18 digits: such a number fits in a long.
  private static final Pattern SINGLE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

  /// Nothing can be served: the answer is 416.
  static final ByteRange UNSATISFIABLE = new ByteRange(-1, -1);

  /// Empty when the field asks for several ranges or is malformed, and is then ignored (RFC 9110
  /// §14.2).
  static Optional<ByteRange> parse(String field, long size) {
    Matcher matcher = SINGLE.matcher(field.strip());
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String from = matcher.group(1);
    String to = matcher.group(2);
    if (from.isEmpty()) {
      return to.isEmpty() ? Optional.empty() : Optional.of(lastBytes(Long.parseLong(to), size));
    }
    long first = Long.parseLong(from);
    long last = to.isEmpty() ? Long.MAX_VALUE : Long.parseLong(to);
    return last < first ? Optional.empty() : Optional.of(cut(first, last, size));
  }

  private static ByteRange lastBytes(long count, long size) {
    return count == 0 ? UNSATISFIABLE : cut(Math.max(0, size - count), Long.MAX_VALUE, size);
  }

  private static ByteRange cut(long first, long last, long size) {
    return first >= size ? UNSATISFIABLE : new ByteRange(first, Math.min(last, size - 1));
  }

  long length() {
    return last - first + 1;
  }

  /// The value of `Content-Range` (RFC 9110 §14.4).
  String contentRange(long size) {
    return "bytes " + (equals(UNSATISFIABLE) ? "*" : first + "-" + last) + "/" + size;
  }
}
