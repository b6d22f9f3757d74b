package dev.gimlet.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.gimlet.websocket.GimletException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// A file as it was read once, and its PEM blocks (RFC 7468). Owned by its caller's thread.
final class PemFile {
  private static final int MAX_BYTES = 1 << 20; // a chain takes a few KiB
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,64})-----((?:[^-]++|-(?!----))*+)-----END \\1-----");

  /// What stands between `BEGIN` and `END` of a label; with a password also fields (RFC 1421 §4.4).
  record Block(String label, String base64) {

    /// The decoded bytes.
    ///
    /// @throws IllegalArgumentException when they are not base64
    byte[] der() {
      return Base64.getMimeDecoder().decode(base64);
    }
  }

  private final Path path;
  private final byte[] content;

  private PemFile(Path path, byte[] content) {
    this.path = path;
    this.content = content;
  }

  /// Reads a file.
  ///
  /// @throws GimletException when there is none to read; the message says so
  static PemFile read(Path path) {
    try (InputStream in = Files.newInputStream(path)) {
      byte[] content = in.readNBytes(MAX_BYTES + 1);
      if (content.length > MAX_BYTES) {
        throw new GimletException("the TLS file " + path + " is larger than 1 MiB: check the path");
      }
      return new PemFile(path, content);
    } catch (NoSuchFileException missing) {
      throw new GimletException("there is no TLS file " + path + ": check the path", missing);
    } catch (IOException unreadable) {
      throw new GimletException(
          "the TLS file "
              + path
              + " cannot be read ("
              + unreadable.getMessage()
              + "): check that it is a file and its permissions",
          unreadable);
    }
  }

  Path path() {
    return path;
  }

  List<Block> blocks() {
    return BLOCK
        .matcher(new String(content, ISO_8859_1))
        .results()
        .map(found -> new Block(found.group(1), found.group(2)))
        .toList();
  }

  Optional<Block> firstEndingWith(String label) {
    return blocks().stream().filter(block -> block.label().endsWith(label)).findFirst();
  }

  boolean hasSameContentAs(PemFile other) {
    return Arrays.equals(content, other.content);
  }
}
