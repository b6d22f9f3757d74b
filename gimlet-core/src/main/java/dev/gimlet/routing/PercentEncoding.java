package dev.gimlet.routing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

/// Percent-encoded UTF-8 (RFC 3986 §2.1), read strictly: what is not valid is an error.
public final class PercentEncoding {
  private PercentEncoding() {}

  /// The text that was encoded.
  ///
  /// @throws IllegalArgumentException when an escape is cut off, or the bytes are not UTF-8
  public static String decode(String encoded) {
    return encoded.indexOf('%') < 0 ? encoded : utf8(bytes(encoded));
  }

  /// A segment of a path, encoded so that it stays one.
  public static String encode(String segment) {
    return URLEncoder.encode(segment, UTF_8).replace("+", "%20");
  }

  private static byte[] bytes(String encoded) {
    var bytes = new ByteArrayOutputStream(encoded.length());
    for (int i = 0; i < encoded.length(); i++) {
      char character = encoded.charAt(i);
      if (character != '%') {
        bytes.writeBytes(Character.toString(character).getBytes(UTF_8));
      } else {
        bytes.write(digit(encoded, i + 1) << 4 | digit(encoded, i + 2));
        i += 2;
      }
    }
    return bytes.toByteArray();
  }

  private static int digit(String encoded, int index) {
    int digit = index < encoded.length() ? hexDigit(encoded.charAt(index)) : -1;
    if (digit < 0) {
      throw new IllegalArgumentException("% without two hexadecimal digits (RFC 3986 §2.1)");
    }
    return digit;
  }

  private static int hexDigit(char character) {
    return character < 0x80 ? Character.digit(character, 16) : -1;
  }

  private static String utf8(byte[] bytes) {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException malformed) {
      throw new IllegalArgumentException("percent-encoded bytes that are not UTF-8", malformed);
    }
  }
}
