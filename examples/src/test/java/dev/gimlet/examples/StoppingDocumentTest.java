package dev.gimlet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.testing.Slow;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The program of docs/server.md closes what its handlers need after the server.
@Slow
@Timeout(300)
final class StoppingDocumentTest {

  private static final int STOPPED_BY_SIGTERM = 143;

  @Test
  void closesItsDatabaseAtLast(@TempDir Path folder) throws Exception {
    String source = Document.named("docs/server.md").blocks("java").getFirst();
    Path file = Files.writeString(folder.resolve("Answer.java"), source.replace("8080", "0"));
    try (Program program = Program.start(file)) {
      assertThat(program.port()).isPositive();

      assertThat(program.stop()).isEqualTo(STOPPED_BY_SIGTERM);
      assertThat(program.lines()).endsWith("database closed");
    }
  }
}
