package dev.gimlet.websocket.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What Jazzer found worth keeping is fed again, every day and without Jazzer.
///
/// The inputs are in `src/test/resources/fuzz`, a folder for each [FuzzTarget]; an input that once
/// made a target fail goes there as it is.
class FuzzCorpusTest {

  static final Path CORPUS = Path.of("src", "test", "resources", "fuzz").toAbsolutePath();

  @ParameterizedTest
  @EnumSource(FuzzTarget.class)
  void endsAsForeseen(FuzzTarget target) throws IOException {
    List<Path> inputs = inputs(target);

    assertThat(inputs).hasSizeGreaterThan(30);
    for (Path input : inputs) {
      try {
        target.feed(Files.readAllBytes(input));
      } catch (RuntimeException | AssertionError unforeseen) {
        throw new AssertionError("fed with " + input, unforeseen);
      }
    }
  }

  /// Where the inputs of a target are.
  static Path folder(FuzzTarget target) {
    return CORPUS.resolve(target.name().toLowerCase(Locale.ROOT));
  }

  private static List<Path> inputs(FuzzTarget target) throws IOException {
    try (var files = Files.list(folder(target))) {
      return files.sorted().toList();
    }
  }
}
