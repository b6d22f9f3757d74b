package dev.gimlet.entrance;

import java.util.regex.Pattern;

/// The syntax of the Host field (RFC 9110 §7.2).
public final class HostField {
  private static final Pattern HOST =
      Pattern.compile("(?:[A-Za-z0-9._~%!$&'()*+,;=-]+|\\[[0-9A-Fa-f:.]+])(?::[0-9]{0,5})?");

  private HostField() {}

  /// Whether this is a host, perhaps with a port.
  public static boolean isWellFormed(String text) {
    return HOST.matcher(text).matches();
  }
}
