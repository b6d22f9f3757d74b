package dev.gimlet.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// Files that a program brings along in its jar. Immutable.
///
/// They are read anew each time, so that a page edited during development is seen at once.
record ClassPathSource(ClassLoader loader, String folder, Instant modified) implements FileSource {
  private static final int TAG_BYTES = 16;

  @Override
  public Found find(String path) throws IOException {
    String name = path.isEmpty() ? folder : folder + "/" + path;
    if (isFolder(name)) {
      return new Found.Folder();
    }
    try (InputStream stream = loader.getResourceAsStream(name)) {
      return stream == null
          ? new Found.Nothing()
          : new Found.File(InMemory.of(name, stream.readAllBytes(), modified));
    }
  }

  /// A stream of a folder would be the list of its files. Not every jar has entries for folders.
  private boolean isFolder(String name) {
    @Nullable URL url = loader.getResource(name);
    if (url != null && url.getProtocol().equals("file")) {
      return Files.isDirectory(Path.of(URI.create(url.toString())));
    }
    return loader.getResource(name + "/") != null
        || loader.getResource(name + "/" + StaticFiles.INDEX) != null;
  }

  // The array is never handed out whole and never changed.
  @SuppressWarnings("ArrayRecordComponent")
  private record InMemory(String name, byte[] content, Instant modified, String entityTag)
      implements StoredFile {
    static InMemory of(String name, byte[] content, Instant modified) {
      return new InMemory(name, content, modified, "\"" + hash(content) + "\"");
    }

    @Override
    public long size() {
      return content.length;
    }

    @Override
    public byte[] read(ByteRange range) {
      return Arrays.copyOfRange(content, (int) range.first(), (int) range.last() + 1);
    }

    private static String hash(byte[] content) {
      try {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
        return HexFormat.of().formatHex(digest, 0, TAG_BYTES);
      } catch (NoSuchAlgorithmException impossible) {
        throw new AssertionError("every Java platform has SHA-256", impossible);
      }
    }
  }
}
