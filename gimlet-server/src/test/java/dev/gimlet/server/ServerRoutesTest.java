package dev.gimlet.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gimlet.ServerOptions;
import dev.gimlet.websocket.Binary;
import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.Text;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocketHandshakeException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// The server as a program sees it that talks to it over real sockets.
class ServerRoutesTest {

  private final TestServer server = TestServer.start();

  @AfterEach
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /ping   | {"message":"pong"}
          /health | {"status":"ok"}
          """)
  void answersWithJson(String path, String expected) throws Exception {
    assertThat(get(path).body()).isEqualTo(expected);
  }

  @Test
  void echoesTextAndBinary() throws Exception {
    try (TestClient client = TestClient.connect(server.ws("/ws"))) {
      client.send("你好");
      client.send(new byte[] {1, 2, 3});

      assertThat(client.next()).isEqualTo(Text.of("你好"));
      assertThat(client.next()).isEqualTo(Binary.of((byte) 1, (byte) 2, (byte) 3));
    }
  }

  @Test
  void tellsTheTypeOfAMessage() throws Exception {
    try (TestClient client = TestClient.connect(server.ws("/types"))) {
      client.send("你好");
      client.send(new byte[] {1, 2, 3});

      assertThat(client.nextText()).isEqualTo("收到文本消息: 你好");
      assertThat(client.nextText()).isEqualTo("收到二进制消息");
    }
  }

  @Nested
  class Page {

    @ParameterizedTest
    @ValueSource(strings = {"/", "/?room=lobby", "/chat.js", "/vendor/partysocket/ws.js"})
    void isServedUnderAStrictPolicy(String path) throws Exception {
      HttpResponse<String> response = get(path);

      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.headers().firstValue("Content-Security-Policy").orElse(""))
          .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
          .doesNotContain("unsafe");
      assertThat(response.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
    }

    @Test
    void doesNotHideThatAnAddressDoesNotExist() throws Exception {
      assertThat(get("/nothing").statusCode()).isEqualTo(404);
    }
  }

  @Nested
  class Chat {

    @Test
    void passesEveryMessageOfARawMemberOnToAll() throws Exception {
      try (var first = TestClient.connect(server.ws("/chat"));
          var second = TestClient.connect(server.ws("/chat?room=lobby"))) {
        first.send("hello");
        assertThat(first.nextText()).isEqualTo("hello");
        assertThat(second.nextText()).isEqualTo("hello");

        second.send(new byte[] {7});
        assertThat(first.next()).isEqualTo(Binary.of((byte) 7));
        assertThat(second.next()).isEqualTo(Binary.of((byte) 7));
      }
    }

    @Test
    void carriesMessagesBetweenPeopleAndRawMembers() throws Exception {
      try (var raw = TestClient.connect(server.ws("/chat"));
          var ann = TestClient.connectAsPage(server.ws("/chat?name=Ann"));
          var bob = TestClient.connect(server.ws("/chat?name=Bob"))) {
        assertThat(ann.nextEvent("welcome").path("you").stringValue()).isEqualTo("Ann");
        bob.nextEvent("welcome");

        ann.send("{\"id\":\"1\",\"text\":\"from a page\"}");
        assertThat(raw.nextText()).isEqualTo("from a page");
        assertThat(bob.nextEvent("message").path("from").stringValue()).isEqualTo("Ann");

        bob.send("from a program");
        assertThat(raw.nextText()).isEqualTo("from a program");

        raw.send("from a raw member");
        bob.nextEvent("message"); // its own
        JsonNode event = bob.nextEvent("message");
        assertThat(event.path("text").stringValue()).isEqualTo("from a raw member");
        assertThat(event.has("from")).isFalse();
      }
    }

    @Test
    void decodesTheNamesInTheAddress() throws Exception {
      try (var ann =
          TestClient.connectAsPage(server.ws("/chat?room=%E5%AE%A2%E6%9C%8D&name=Ann+B%26C"))) {
        JsonNode welcome = ann.nextEvent("welcome");

        assertThat(welcome.path("room").stringValue()).isEqualTo("客服");
        assertThat(welcome.path("you").stringValue()).isEqualTo("Ann B&C");
      }
    }

    @Test
    void showsTheLastMessagesOnArrival() throws Exception {
      try (var raw = TestClient.connect(server.ws("/chat"))) {
        raw.send("early");
        raw.nextText();
      }

      try (var ann = TestClient.connectAsPage(server.ws("/chat?name=Ann"))) {
        JsonNode messages = ann.nextEvent("welcome").path("messages");
        assertThat(messages.path(0).path("text").stringValue()).isEqualTo("early");
      }
    }

    @Test
    void givesAPageThatComesBackExactlyWhatItMissed() throws Exception {
      String position;
      try (var ann = TestClient.connectAsPage(server.ws("/chat?name=Ann"))) {
        position = ann.nextEvent("welcome").path("position").stringValue();
      }
      try (var raw = TestClient.connect(server.ws("/chat"))) {
        raw.send("missed");
        raw.nextText();
      }

      try (var ann = TestClient.connectAsPage(server.ws("/chat?name=Ann&since=" + position))) {
        JsonNode welcome = ann.nextEvent("welcome");
        assertThat(welcome.path("recovered").booleanValue()).isTrue();
        assertThat(welcome.path("messages").size()).isEqualTo(1);
        assertThat(welcome.path("messages").path(0).path("text").stringValue()).isEqualTo("missed");
      }
    }

    @Test
    void isTheRoomThatIsPublishedToOverHttp() throws Exception {
      try (var raw = TestClient.connect(server.ws("/chat?room=news"));
          var ann = TestClient.connectAsPage(server.ws("/chat?room=news&name=Ann"));
          HttpClient http = HttpClient.newHttpClient()) {
        ann.nextEvent("welcome");
        http.send(
            HttpRequest.newBuilder(server.http("/rooms/news"))
                .POST(HttpRequest.BodyPublishers.ofString("hello"))
                .build(),
            BodyHandlers.ofString());

        assertThat(raw.nextText()).isEqualTo("hello");
        assertThat(ann.nextEvent("message").path("text").stringValue()).isEqualTo("hello");
      }
    }

    @Test
    void saysAMessageThatIsSentAgainOnlyOnce() throws Exception {
      try (var raw = TestClient.connect(server.ws("/chat"))) {
        for (String answer : List.of("message", "confirmed")) {
          try (var ann = TestClient.connectAsPage(server.ws("/chat?name=Ann"))) {
            ann.send("{\"id\":\"1\",\"text\":\"once\"}");
            assertThat(ann.nextEvent(answer).path("id").stringValue()).isEqualTo("1");
          }
        }
        raw.send("end");

        assertThat(raw.nextText()).isEqualTo("once");
        assertThat(raw.nextText()).isEqualTo("end");
      }
    }

    @Test
    void tellsWhoJoinedAndLeft() throws Exception {
      try (var ann = TestClient.connectAsPage(server.ws("/chat?name=Ann"))) {
        ann.nextEvent("people");

        TestClient bob = TestClient.connectAsPage(server.ws("/chat?name=Bob"));
        assertThat(ann.nextEvent("people").path("joined")).hasToString("[\"Bob\"]");

        bob.close();
        assertThat(ann.nextEvent("people").path("left")).hasToString("[\"Bob\"]");
      }
    }

    @Test
    void doesNotWaitForAMemberThatNeverReads() throws Exception {
      TestClient.connectAndSleep(server.ws("/chat"));
      byte[] message = new byte[64 << 10];
      try (var writer = TestClient.connect(server.ws("/chat"));
          var reader = TestClient.connect(server.ws("/chat"))) {
        for (int number = 0; number < 300; number++) { // more than any socket buffer holds
          writer.send(message);
          assertThat(writer.next().size()).isEqualTo(message.length);
          assertThat(reader.next().size()).isEqualTo(message.length);
        }
      }
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        textBlock =
            """
            ?room=             | room is empty
            ?room=a%00b        | room has control characters
            ?name=%20          | name is empty
            ?name=Ann&room=%0a | room is empty
            ?name=Ann&since=x  | is no position
            """)
    void refusesBadNamesBeforeTheUpgrade(String query, String error) throws Exception {
      HttpResponse<String> response = get("/chat" + query);

      assertThat(response.statusCode()).isEqualTo(400);
      assertThat(response.body()).contains(error);
      assertThatThrownBy(() -> TestClient.connect(server.ws("/chat" + query)))
          .cause()
          .isInstanceOfSatisfying(
              WebSocketHandshakeException.class,
              refused -> assertThat(refused.getResponse().statusCode()).isEqualTo(400));
    }

    @Test
    void refusesAnOverlongName() throws Exception {
      assertThat(get("/chat?name=" + "x".repeat(65)).body())
          .contains("name of 65 characters: write at most 64");
    }

    @Test
    void countsTheCharactersOfARoomsNameAndNotItsBytes() throws Exception {
      String character = "%F0%9F%98%80";

      assertThat(get("/chat?room=" + character.repeat(64)).statusCode()).isEqualTo(426);
      assertThat(get("/chat?room=" + character.repeat(65)).statusCode()).isEqualTo(400);
    }
  }

  @Test
  void closesWith1001WhenItStops() throws Exception {
    TestClient raw = TestClient.connect(server.ws("/chat"));
    TestClient echo = TestClient.connect(server.ws("/ws"));

    server.close();

    assertThat(raw.closed()).isEqualTo(CloseStatus.GOING_AWAY);
    assertThat(echo.closed()).isEqualTo(CloseStatus.GOING_AWAY);
  }

  @Test
  void refusesPagesOfOtherSites() {
    assertThatThrownBy(() -> TestClient.connectFrom("https://evil.example", server.ws("/chat")))
        .cause()
        .isInstanceOfSatisfying(
            WebSocketHandshakeException.class,
            refused -> assertThat(refused.getResponse().statusCode()).isEqualTo(403));
  }

  @Test
  void admitsPagesOfAnAllowedSite() throws Exception {
    ServerOptions.Builder options = ServerOptions.builder().allowOrigins("https://chat.example");
    try (TestServer open = TestServer.start(0, options);
        TestClient client = TestClient.connectFrom("https://chat.example", open.ws("/chat"))) {
      client.send("hi");

      assertThat(client.nextText()).isEqualTo("hi");
    }
  }

  private HttpResponse<String> get(String path) throws Exception {
    URI address = server.http(path);
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString());
    }
  }
}
