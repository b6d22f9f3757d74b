package dev.gimlet.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The command lines and names in the server's documentation are those of the server.
@Timeout(60)
class ServerDocumentTest {

  private static final Path DOCS = Path.of("..", "docs");
  private static final Pattern COMMAND = Pattern.compile("```sh\n(.*?)\n```", Pattern.DOTALL);
  private static final Pattern METER = Pattern.compile("`(gimlet_[a-z_]+)(?:\\{[a-z]+\\})?`");

  private final TestServer server = TestServer.start();

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void listensAndPublishesWithTheseLines() throws Exception {
    List<String> commands =
        COMMAND
            .matcher(Files.readString(DOCS.resolve("server.md")))
            .results()
            .map(block -> block.group(1))
            .toList();
    assertThat(commands).hasSize(2);
    Process listener = run(commands.get(0));
    try (BufferedReader events = listener.inputReader(UTF_8)) {
      assertThat(events.readLine()).startsWith("id: ");
      assertThat(events.readLine()).isEmpty();

      try (BufferedReader answer = run(commands.get(1)).inputReader(UTF_8)) {
        assertThat(answer.readLine()).startsWith("{\"position\":");
      }

      assertThat(events.readLine()).startsWith("id: ");
      assertThat(events.readLine()).isEqualTo("data: hello");
    } finally {
      listener.destroyForcibly();
    }
  }

  @Test
  void namesEveryNumberThatIsServed() throws Exception {
    List<String> documented =
        METER
            .matcher(Files.readString(DOCS.resolve("metrics.md")))
            .results()
            .map(name -> name.group(1))
            .distinct()
            .toList();

    List<String> served;
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest request = HttpRequest.newBuilder(server.http("/metrics")).build();
      served =
          http.send(request, BodyHandlers.ofLines())
              .body()
              .filter(line -> line.startsWith("gimlet_"))
              .map(line -> line.split("[{ ]", -1)[0])
              .distinct()
              .toList();
    }

    assertThat(documented).containsExactlyInAnyOrderElementsOf(served);
  }

  private Process run(String command) throws Exception {
    String here = command.replace("http://localhost:8080", server.http("").toString());
    return new ProcessBuilder("sh", "-c", "exec " + here).start();
  }
}
