package dev.gimlet.benchmarks.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class FanOutTest {

  @Test
  void measuresEveryRow() {
    var bytes = new ByteArrayOutputStream();
    PrintStream before = System.out;
    System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      assertThat(FanOut.run("--members", "4", "--seconds", "0.2")).isZero();
    } finally {
      System.setOut(before);
    }

    assertThat(bytes.toString(StandardCharsets.UTF_8).lines().filter(it -> it.startsWith("| ")))
        .hasSize(1 + 6)
        .anyMatch(it -> it.startsWith("| two nodes through Redis, with history | "));
  }
}
