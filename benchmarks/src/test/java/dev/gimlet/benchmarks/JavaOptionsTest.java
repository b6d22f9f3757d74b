package dev.gimlet.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class JavaOptionsTest {

  @Test
  void areThoseTheLauncherChooses() throws Exception {
    assertThat(Files.readString(Path.of("../gimlet")))
        .contains(JavaOptions.SERVER.stream().filter(option -> option.startsWith("-X")).toList());
  }
}
