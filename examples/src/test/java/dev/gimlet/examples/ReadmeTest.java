package dev.gimlet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.Gimlet;
import dev.gimlet.RunningServer;
import dev.gimlet.ServerOptions;
import dev.gimlet.testing.Slow;
import dev.gimlet.websocket.WebSocketConnection;
import dev.gimlet.websocket.WebSocketListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What the README shows, and the programs of all documents, is what runs.
final class ReadmeTest {

  record Listing(String title, String source) {

    @Override
    public String toString() {
      return title;
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  @Slow
  void runsEveryProgramAsItStands(Listing listing, @TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("Ping.java"), listing.source());

    try (Program program = Program.start(file)) {
      assertThat(program.port()).isPositive();
      assertThat(program.stop()).isZero();
    }
  }

  static Stream<Listing> programs() {
    return Document.all()
        .flatMap(document -> document.blocks("java").stream())
        .filter(source -> source.contains("void main()") && source.contains(" app.run("))
        .map(source -> new Listing(firstDifference(source), source));
  }

  @Test
  void runsTheClientAsItStands(@TempDir Path folder) throws Exception {
    String source =
        blocks("README.md", "java").stream().filter(ReadmeTest::isClient).findFirst().orElseThrow();
    Gimlet app = Gimlet.bare(ServerOptions.builder().host("localhost").build());
    app.ws("/ws", WebSocketListener.onMessage(WebSocketConnection::send));
    try (RunningServer server = app.start(0)) {
      Path file = folder.resolve("Client.java");
      Files.writeString(file, source.replace("8080", Integer.toString(server.port())));

      try (Program client = Program.start(file)) {
        assertThat(client.awaitLine()).isEqualTo("Text[hello]");
      }
    }
  }

  private static boolean isClient(String source) {
    return source.contains("WebSocketClient");
  }

  @Test
  void saysTheSameInChinese() throws IOException {
    assertThat(blocks("README.zh-CN.md", "java").stream().map(ReadmeTest::withoutComments))
        .isEqualTo(blocks("README.md", "java").stream().map(ReadmeTest::withoutComments).toList());
    assertThat(blocks("README.zh-CN.md", "sh")).isEqualTo(blocks("README.md", "sh"));
    assertThat(blocks("README.zh-CN.md", "xml")).isEqualTo(blocks("README.md", "xml"));
  }

  @Test
  void namesOnlyCommandsThatTestsRun() throws IOException {
    assertThat(blocks("README.md", "sh"))
        .containsExactly(
            "./gimlet serve\n",
            "./gimlet run Ping.java\n",
            """
            ./gimlet connect ws://localhost:8080/ws
            ./gimlet bench ws://localhost:8080/ws --connections 50 --duration 3s
            """,
            "./mvnw verify\n");
  }

  @Test
  void namesOnlyFilesThatExist() throws IOException {
    Pattern link = Pattern.compile("\\]\\(([^):#]+)[^)]*\\)");
    for (String readme :
        List.of("README.md", "README.zh-CN.md", "docs/from-gin.md", "docs/clients.md")) {
      Path file = Document.ROOT.resolve(readme);
      assertThat(link.matcher(Files.readString(file)).results().map(match -> match.group(1)))
          .isNotEmpty()
          .allSatisfy(target -> assertThat(file.resolveSibling(target)).exists());
    }
  }

  private static List<String> blocks(String file, String language) {
    return Document.named(file).blocks(language);
  }

  private static String withoutComments(String source) {
    return source.replaceAll("//.*", "");
  }

  /// A name for a program: its first route.
  private static String firstDifference(String source) {
    return source
        .lines()
        .filter(line -> line.contains("\"/"))
        .findFirst()
        .orElse("no route")
        .strip();
  }
}
