package dev.gimlet;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VersionTest {
  @Test
  void isWhatTheBuildWroteDown() {
    assertThat(Version.current()).matches("\\d+\\.\\d+\\.\\d+(-\\w+)?");
  }
}
