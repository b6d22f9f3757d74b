package dev.gimlet.examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A document of the project: its text, and the blocks of code in it. Immutable.
record Document(String name, String text) {

  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private static final Pattern BLOCK = Pattern.compile("```(\\w+)\\n(.*?)```", Pattern.DOTALL);

  /// A document by its path from the root of the project.
  static Document named(String name) {
    try {
      return new Document(name, Files.readString(ROOT.resolve(name)));
    } catch (IOException missing) {
      throw new UncheckedIOException(missing);
    }
  }

  /// The README, and all documents of `docs`.
  static Stream<Document> all() {
    try (Stream<Path> files = Files.list(ROOT.resolve("docs"))) {
      List<String> names = files.map(file -> "docs/" + file.getFileName()).sorted().toList();
      return Stream.concat(Stream.of("README.md"), names.stream())
          .filter(name -> name.endsWith(".md"))
          .map(Document::named);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /// The blocks of a language, in order.
  List<String> blocks(String language) {
    return BLOCK
        .matcher(text)
        .results()
        .filter(block -> block.group(1).equals(language))
        .map(block -> block.group(2))
        .toList();
  }

  @Override
  public String toString() {
    return name;
  }
}
