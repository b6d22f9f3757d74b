package dev.gimlet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.testing.Slow;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ExamplesTest {

  private static final Path FOLDER = Path.of("").toAbsolutePath();

  @ParameterizedTest
  @CsvSource({"Echo.java, 30", "MessageTypes.java, 20", "ChatRoom.java, 35"})
  void isNoLongerThanItsOriginalInGo(String file, int lines) throws IOException {
    assertThat(Files.readAllLines(FOLDER.resolve(file)).stream().filter(line -> !line.isBlank()))
        .hasSizeLessThanOrEqualTo(lines);
  }

  @Nested
  class Echo {

    @Test
    void answersTextWithItself() throws Exception {
      try (Program echo = Program.start(FOLDER.resolve("Echo.java"));
          TestClient client = TestClient.connect(echo.port(), "/ws")) {
        client.send("你好");

        assertThat(client.next()).isEqualTo("你好");
      }
    }

    @Test
    @Slow
    void answersBinaryWithBinary() throws Exception {
      try (Program echo = Program.start(FOLDER.resolve("Echo.java"));
          TestClient client = TestClient.connect(echo.port(), "/ws")) {
        client.send(new byte[] {1, 2, 3});

        assertThat(client.next()).isEqualTo("binary of 3");
      }
    }

    @Test
    @Slow
    void answersFailedUpgradeOnceWithItsOwnWords() throws Exception {
      try (Program echo = Program.start(FOLDER.resolve("Echo.java"))) {
        HttpResponse<String> response = get(echo.port(), "/ws");

        assertThat(response.statusCode()).isEqualTo(426);
        assertThat(response.body()).contains("\"error\":\"WebSocket升级失败\"").contains("reason");
        assertThat(response.headers().firstValue("Sec-WebSocket-Version")).contains("13");
      }
    }

    @Test
    @Slow
    void stopsWithExitCodeZero() throws Exception {
      try (Program echo = Program.start(FOLDER.resolve("Echo.java"));
          TestClient client = TestClient.connect(echo.port(), "/ws")) {
        assertThat(echo.stop()).isZero();
        assertThat(client.next()).isEqualTo("closed with 1001");
      }
    }
  }

  @Nested
  @Slow
  class MessageTypes {

    @Test
    void tellsTextFromBinary() throws Exception {
      try (Program types = Program.start(FOLDER.resolve("MessageTypes.java"));
          TestClient client = TestClient.connect(types.port(), "/ws")) {
        client.send("hello");
        client.send(new byte[] {1});

        assertThat(client.next()).isEqualTo("收到文本消息: hello");
        assertThat(client.next()).isEqualTo("收到二进制消息");
      }
    }

    @Test
    void hearsPingPongAndClose() throws Exception {
      try (Program types = Program.start(FOLDER.resolve("MessageTypes.java"));
          TestClient client = TestClient.connect(types.port(), "/ws")) {
        client.pong();
        client.ping();
        assertThat(client.next()).isEqualTo("pong");
        types.stop();

        assertThat(types.lines()).contains("pong", "ping").anyMatch(line -> line.contains("1001"));
      }
    }
  }

  @Nested
  @Slow
  class ChatRoom {

    private static final int MESSAGES = 200;

    @Test
    void sendsEveryMessageToAllAlsoToItsSender() throws Exception {
      try (Program chat = Program.start(FOLDER.resolve("ChatRoom.java"));
          TestClient ann = TestClient.connect(chat.port(), "/ws");
          TestClient bob = TestClient.connect(chat.port(), "/ws")) {
        meet(ann, bob);

        bob.send("hello");

        assertThat(ann.next()).isEqualTo("hello");
        assertThat(bob.next()).isEqualTo("hello");
      }
    }

    @Test
    void deliversInTimeWhileOneMemberNeverReads() throws Exception {
      String large = "x".repeat(64 << 10); // 12 MiB in all: more than any socket holds
      try (Program chat = Program.start(FOLDER.resolve("ChatRoom.java"));
          TestClient deaf = TestClient.connectDeaf(chat.port(), "/ws");
          TestClient ann = TestClient.connect(chat.port(), "/ws");
          TestClient bob = TestClient.connect(chat.port(), "/ws")) {
        meet(ann, bob);
        deaf.send("deaf");
        ann.awaitMessage("deaf");
        bob.awaitMessage("deaf");

        for (int i = 0; i < MESSAGES; i++) {
          long sent = System.nanoTime();
          ann.send(i + large);
          assertThat(bob.next()).startsWith(i + "x");
          assertThat(Duration.ofNanos(System.nanoTime() - sent)).isLessThan(Duration.ofSeconds(2));
        }
        assertThat(IntStream.range(0, MESSAGES).mapToObj(_ -> received(ann)))
            .allMatch(message -> message.endsWith("x"));
      }
    }

    /// All are members once everyone who reads has heard the last one to speak.
    private void meet(TestClient last, TestClient... others) throws InterruptedException {
      for (TestClient other : others) {
        other.send("here");
        other.awaitMessage("here");
      }
      last.send("all here");
      last.awaitMessage("all here");
      for (TestClient other : others) {
        other.awaitMessage("all here");
      }
    }
  }

  @Nested
  @Slow
  class Prices {

    @Test
    void sendsThePricesOfEachSymbolInOrder() throws Exception {
      try (Program prices = Program.start(FOLDER.resolve("Prices.java"));
          TestClient client = TestClient.connect(prices.port(), "/prices")) {
        List<String> messages = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
          messages.add(client.next());
        }

        for (String symbol : List.of("GIN", "LIME", "TONIC")) {
          assertThat(messages)
              .filteredOn(message -> message.startsWith(symbol + " "))
              .extracting(message -> Integer.parseInt(message.substring(symbol.length() + 1)))
              .hasSizeGreaterThan(1)
              .isSorted()
              .doesNotHaveDuplicates();
        }
      }
    }
  }

  private static String received(TestClient client) {
    try {
      return client.next();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return "";
    }
  }

  private static HttpResponse<String> get(int port, String path) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)).build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request, BodyHandlers.ofString());
    }
  }
}
