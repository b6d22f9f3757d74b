package dev.gimlet.server.chat;

import static java.nio.charset.StandardCharsets.UTF_8;

/// Cuts UTF-8 at the border of a character.
final class Utf8Prefix {

  private Utf8Prefix() {}

  /// The longest text of at most that many bytes that the longer UTF-8 text begins with.
  static String of(byte[] utf8, int maxBytes) {
    int end = maxBytes;
    while (end > 0 && (utf8[end] & 0xC0) == 0x80) { // a byte that continues a character
      end--;
    }
    return new String(utf8, 0, end, UTF_8);
  }
}
