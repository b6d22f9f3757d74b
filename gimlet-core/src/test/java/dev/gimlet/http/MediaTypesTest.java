package dev.gimlet.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MediaTypesTest {
  @ParameterizedTest
  @CsvSource({
    "index.html, text/html; charset=utf-8",
    "/a.b/APP.JS, text/javascript; charset=utf-8",
    "a.tar.gz, application/gzip",
    "picture.svg, image/svg+xml; charset=utf-8",
    "font.woff2, font/woff2",
    "README, application/octet-stream",
    "a., application/octet-stream",
    "a.exe, application/octet-stream"
  })
  void areThoseOfTheExtension(String name, String mediaType) {
    assertThat(MediaTypes.of(name)).isEqualTo(mediaType);
  }
}
