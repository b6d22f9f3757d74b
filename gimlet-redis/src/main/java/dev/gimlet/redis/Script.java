package dev.gimlet.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// A Lua script, and the digest by which Redis knows it once it has seen it. Immutable.
enum Script {
  PUBLISH("publish"),
  PUBLISH_ONCE("publish-once"),
  READ("read"),
  NEWEST("newest"),
  BREAK_EPOCH("break-epoch"),
  PRESENCE("presence"),
  ENTER_PRESENCE("enter-presence"),
  LEAVE_PRESENCE("leave-presence"),
  REFRESH_PRESENCE("refresh-presence"),
  NODES("nodes");

  private final String source;
  private final String digest;

  Script(String name) {
    source = read(name + ".lua");
    digest = sha1(source());
  }

  byte[] source() {
    return source.getBytes(UTF_8);
  }

  String digest() {
    return digest;
  }

  private static String read(String file) {
    try (InputStream in = Script.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException(file + " is missing");
      }
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  private static String sha1(byte[] source) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(source));
    } catch (NoSuchAlgorithmException absent) {
      throw new IllegalStateException(absent);
    }
  }
}
