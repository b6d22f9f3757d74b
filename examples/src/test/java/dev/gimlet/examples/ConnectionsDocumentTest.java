package dev.gimlet.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gimlet.client.ClientException;
import dev.gimlet.client.ClientOptions;
import dev.gimlet.client.LoopLink;
import dev.gimlet.client.WebSocketClient;
import dev.gimlet.testing.Slow;
import dev.gimlet.websocket.Text;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The program of docs/connections.md knows its connections.
@Timeout(300)
final class ConnectionsDocumentTest {

  private static final Document DOCUMENT = Document.named("docs/connections.md");
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir private Path folder;

  @Test
  void countsFindsAndClosesConnectionsOfUsers() throws Exception {
    try (Program program = start();
        WebSocketClient ann = client("Authorization", "Bearer token-of-ann");
        WebSocketClient bob = client("Cookie", "token=token-of-bob");
        LoopLink first = ann.open(chat(program));
        LoopLink second = ann.open(chat(program));
        LoopLink other = bob.open(chat(program))) {
      List<String> ids = List.of(id(first), id(second), id(other));

      assertThat(ask(program, "GET", "/admin/count", "")).isEqualTo("3");
      assertThat(ask(program, "GET", "/admin/connections", ""))
          .contains(ids)
          .contains("\"user\":\"bob\",\"room\":\"games\"");

      assertThat(ask(program, "POST", "/admin/users/ann", "news")).contains("2");
      assertThat(first.receive()).contains(Text.of("news"));
      assertThat(second.receive()).contains(Text.of("news"));

      assertThat(ask(program, "DELETE", "/admin/connections/" + ids.get(2), "")).isEmpty();
      assertThat(ask(program, "DELETE", "/admin/connections/bob", "")).contains("number");
      assertThat(ask(program, "DELETE", "/admin/users/ann", "")).isEqualTo("{\"closed\":2}");
      assertThat(first.receive()).isEmpty(); // for good: 4500 tells it not to come back
    }
  }

  @Slow
  @Test
  void refusesWhoHasNoToken() throws Exception {
    try (Program program = start();
        WebSocketClient client = WebSocketClient.create()) {
      assertThatThrownBy(() -> client.open(chat(program)))
          .isInstanceOf(ClientException.class)
          .hasMessageContaining("401");
    }
  }

  private Program start() throws Exception {
    String source = DOCUMENT.blocks("java").getFirst();
    return Program.start(Files.writeString(folder.resolve("Connections.java"), source));
  }

  private static WebSocketClient client(String field, String value) {
    return WebSocketClient.create(ClientOptions.builder().headerField(field, value).build());
  }

  private static URI chat(Program program) throws Exception {
    return URI.create("ws://localhost:" + program.port() + "/ws?room=games");
  }

  private static String id(LoopLink link) {
    String welcome = ((Text) link.receive().orElseThrow()).value();
    return welcome.substring("connection ".length());
  }

  private static String ask(Program program, String method, String path, String body)
      throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + program.port() + path))
            .method(method, BodyPublishers.ofString(body))
            .build();
    return HTTP.send(request, BodyHandlers.ofString()).body();
  }
}
