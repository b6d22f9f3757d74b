package dev.gimlet.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What can be said of the page's files without a browser.
class ChatPageFilesTest {

  private static final Path PAGE = Path.of("src/main/resources/chat-page");
  private static final Path LIBRARY = PAGE.resolve("vendor/partysocket");

  @Test
  void theLibraryIsThePublishedFileUnchanged() throws Exception {
    byte[] file = Files.readAllBytes(LIBRARY.resolve("ws.js"));

    String sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(file));

    assertThat(LIBRARY.resolve("VERSION.txt")).content().contains("sha256: " + sha256 + "  ws.js");
    assertThat(LIBRARY.resolve("VERSION.txt")).content().startsWith("partysocket 1.3.0\n");
    assertThat(LIBRARY.resolve("LICENSE.txt")).content().startsWith("MIT License");
  }

  @ParameterizedTest
  @MethodSource("ownFiles")
  void nothingIsReadAsHtml(Path file) throws Exception {
    assertThat(Files.readString(file))
        .doesNotContainPattern("innerHTML|outerHTML|insertAdjacentHTML|document\\.write|eval\\(");
  }

  @ParameterizedTest
  @MethodSource("ownFiles")
  void nothingComesFromAnotherServer(Path file) throws Exception {
    String text = Files.readString(file, UTF_8).replace("http://www.w3.org/2000/svg", "");

    assertThat(text).doesNotContainPattern("https?://|//[a-z]+\\.[a-z]+/");
  }

  @Test
  void thePageHasNoScriptOrStyleInIt() throws Exception {
    assertThat(Files.readString(PAGE.resolve("index.html")))
        .doesNotContainPattern("<script(?! type=\"module\" src=)|<style| style=| on[a-z]+=");
  }

  static List<Path> ownFiles() {
    try (Stream<Path> files = Files.walk(PAGE)) {
      return files.filter(Files::isRegularFile).filter(file -> !file.startsWith(LIBRARY)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
