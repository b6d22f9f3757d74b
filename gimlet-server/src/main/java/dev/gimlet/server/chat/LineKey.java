package dev.gimlet.server.chat;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// The idempotency key of a line: one for each sender and id, on any node.
///
/// A digest, because a name and an id together may be longer than a key.
final class LineKey {

  private LineKey() {}

  static String of(String person, Line line) {
    byte[] both = (person + '\n' + line.id()).getBytes(UTF_8); // names have no line ends
    return "chat-" + HexFormat.of().formatHex(sha256().digest(both));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError("every Java platform has SHA-256", impossible);
    }
  }
}
