package dev.gimlet.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AllowedHostConverterTest {

  @ParameterizedTest
  @CsvSource({
    "chat.example, chat.example",
    "localhost, localhost",
    "127.0.0.1, 127.0.0.1",
    "::1, [::1]",
    "[::1], [::1]",
    "::ffff:10.0.0.1, [::ffff:10.0.0.1]"
  })
  void writesHostsAsRequestsDo(String text, String host) {
    assertThat(new AllowedHostConverter().convert(text)).isEqualTo(host);
  }
}
