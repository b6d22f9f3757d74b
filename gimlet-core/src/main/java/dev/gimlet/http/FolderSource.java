package dev.gimlet.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/// Files of a folder and the folders below it; links that lead out of it lead nowhere. Immutable.
record FolderSource(Path root) implements FileSource {
  /// Real paths only: what is compared later must have no links in it.
  static FolderSource of(Path folder) {
    try {
      Path real = folder.toRealPath();
      if (Files.isDirectory(real)) {
        return new FolderSource(real);
      }
    } catch (IOException missing) {
      throw new IllegalArgumentException(
          "there is no folder " + folder.toAbsolutePath() + ": create it or name another", missing);
    }
    throw new IllegalArgumentException(folder + " is no folder");
  }

  @Override
  public Found find(String path) throws IOException {
    Path real;
    try {
      real = root.resolve(path).toRealPath();
    } catch (InvalidPathException | IOException missing) {
      return new Found.Nothing();
    }
    if (!real.startsWith(root)) {
      return new Found.Nothing();
    }
    BasicFileAttributes attributes = Files.readAttributes(real, BasicFileAttributes.class);
    if (attributes.isDirectory()) {
      return new Found.Folder();
    }
    return attributes.isRegularFile() && Files.isReadable(real)
        ? new Found.File(OnDisk.of(path, real, attributes))
        : new Found.Nothing();
  }

  /// `name` is what was asked for: a link tells the type of a file that has a name without one.
  private record OnDisk(String name, Path path, long size, Instant modified, String entityTag)
      implements StoredFile {
    static OnDisk of(String name, Path path, BasicFileAttributes attributes) {
      long nanos = attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS);
      String tag =
          "\"" + Long.toHexString(nanos) + "-" + Long.toHexString(attributes.size()) + "\"";
      return new OnDisk(
          name, path, attributes.size(), attributes.lastModifiedTime().toInstant(), tag);
    }

    @Override
    public byte[] read(ByteRange range) throws IOException {
      ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(range.length()));
      try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
        while (bytes.hasRemaining() && file.read(bytes, range.first() + bytes.position()) >= 0) {
          // until all is there, or the file has become shorter meanwhile
        }
      }
      return bytes.hasRemaining() ? Arrays.copyOf(bytes.array(), bytes.position()) : bytes.array();
    }
  }
}
