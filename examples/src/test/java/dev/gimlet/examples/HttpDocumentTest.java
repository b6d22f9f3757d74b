package dev.gimlet.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.Gimlet;
import dev.gimlet.RunningServer;
import dev.gimlet.http.HttpException;
import dev.gimlet.http.Middleware;
import dev.gimlet.testing.Slow;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What docs/http.md says is so.
@Timeout(300)
final class HttpDocumentTest {

  private static final Document DOCUMENT = Document.named("docs/http.md");
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  @TempDir private Path folder;

  @Nested
  class Todos {

    @Test
    void answersItsCommands() throws Exception {
      try (Program todos = start()) {
        List<String> answers = new ArrayList<>();
        for (String command : DOCUMENT.blocks("sh").getFirst().lines().toList()) {
          answers.add(shell(command.replace("8080", Integer.toString(todos.port()))));
        }

        String todo = "{\"id\":\"1\",\"user\":\"ann\",\"text\":\"buy limes\",\"done\":false}";
        assertThat(answers)
            .containsExactly(
                "{\"error\":\"log in first\",\"status\":401} 401",
                "",
                todo,
                "[" + todo + "]",
                "{\"error\":\"no todo 7\",\"status\":404} 404",
                "204");
        assertThat(DOCUMENT.text())
            .contains(answers.get(0), answers.get(2), answers.get(4), answers.get(5));
      }
    }

    @Test
    @Slow
    void answersAsItsRulesSay() throws Exception {
      Files.writeString(Files.createDirectories(folder.resolve("pages")).resolve("a.txt"), "a");
      Files.writeString(folder.resolve("pages/index.html"), "<p>");
      try (Program todos = start()) {
        assertThat(get(todos, "/nothing").statusCode()).isEqualTo(200);
        assertThat(get(todos, "/nothing").body()).isEmpty();
        assertThat(get(todos, "/nothing/").statusCode()).isEqualTo(404);
        assertThat(get(todos, "/Nothing").statusCode()).isEqualTo(404);
        assertThat(get(todos, "/echo/a/b%2Fc").body()).isEqualTo("a/b/c");
        assertThat(get(todos, "/echo/").body()).isEmpty();
        assertThat(get(todos, "/echo").statusCode()).isEqualTo(404);
        assertThat(get(todos, "/echo/../nothing").statusCode()).isEqualTo(400);
        assertThat(get(todos, "/login").statusCode()).isEqualTo(405);
        assertThat(get(todos, "/login").headers().firstValue("Allow")).contains("OPTIONS, POST");
        assertThat(get(todos, "/none").headers().firstValue("X-Request-Id")).isPresent();
        assertThat(get(todos, "/pages/a.txt").body()).isEqualTo("a");
        assertThat(get(todos, "/pages/").body()).isEqualTo("<p>");
        assertThat(get(todos, "/pages").statusCode()).isEqualTo(308);
      }
    }

    private Program start() throws IOException {
      String source = DOCUMENT.blocks("java").getFirst();
      return Program.start(Files.writeString(folder.resolve("Todos.java"), source));
    }
  }

  @Nested
  class Json {

    record Wanted(String text, boolean done, Integer count) {}

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '`',
        textBlock =
            """
            {"text":"a","done":true}            | 200
            {"done":true,"more":1}              | 200
            {"done":true,"count":"7"}           | 200
            {"done":true,"count":7.5}           | 400
            {"text":"a"}                        | 400
            {"text":"a","done":null}            | 400
            {"text":"a"} 1                      | 400
            {"text":"a","text":"b"}             | 400
            {"text":"a","count":"many"}         | 400
            null                                | 400
            {                                   | 400
            ``                                  | 400
            """)
    void followsItsRules(String body, int status) throws Exception {
      assertThat(post("application/json", body)).isEqualTo(status);
      assertThat(post("application/vnd.todo+json", body)).isEqualTo(status);
      assertThat(post("text/plain", body)).isEqualTo(415);
    }

    private int post(String mediaType, String body) throws Exception {
      Gimlet app = Gimlet.bare();
      app.post("/", context -> context.json(context.bodyJson(Wanted.class)));
      try (RunningServer server = app.start(0)) {
        HttpRequest.Builder request = request(server.port(), "/").header("Content-Type", mediaType);
        return send(request.POST(BodyPublishers.ofString(body))).statusCode();
      }
    }
  }

  @Nested
  class Cors {

    private static final String FRIEND = "https://app.example";

    @Test
    void answersThePreflightOfAFriend() throws Exception {
      HttpResponse<String> response = ask("OPTIONS", FRIEND, "/private");

      assertThat(response.statusCode()).isEqualTo(204);
      assertThat(allowedOrigin(response)).isEqualTo(FRIEND);
      assertThat(response.headers().firstValue("Access-Control-Allow-Methods").orElseThrow())
          .contains("PUT");
    }

    @Test
    void tellsNoStrangerAnything() throws Exception {
      HttpResponse<String> response = ask("OPTIONS", "https://evil.example", "/private");

      assertThat(allowedOrigin(response)).isEmpty();
    }

    @Test
    void letsAFriendReadErrors() throws Exception {
      HttpResponse<String> response = ask("PUT", FRIEND, "/private");

      assertThat(response.statusCode()).isEqualTo(401);
      assertThat(allowedOrigin(response)).isEqualTo(FRIEND);
    }

    private String allowedOrigin(HttpResponse<String> response) {
      return response.headers().firstValue("Access-Control-Allow-Origin").orElse("");
    }

    private HttpResponse<String> ask(String method, String origin, String path) throws Exception {
      Gimlet app = Gimlet.bare();
      app.use(cors(FRIEND));
      app.put(
          path,
          _ -> {
            throw new HttpException(401, "log in first");
          });
      try (RunningServer server = app.start(0)) {
        return send(
            request(server.port(), path)
                .header("Origin", origin)
                .header("Access-Control-Request-Method", "PUT")
                .method(method, BodyPublishers.noBody()));
      }
    }

    private Middleware cors(String origin) throws Exception {
      DocumentCompiler.compile(DOCUMENT, folder);
      try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
        Method cors = loader.loadClass("Block2").getDeclaredMethod("cors", String.class);
        cors.setAccessible(true);
        return (Middleware) cors.invoke(null, origin);
      }
    }
  }

  private static HttpResponse<String> get(Program program, String path) throws Exception {
    return send(request(program.port(), path));
  }

  private static HttpRequest.Builder request(int port, String path) {
    return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return CLIENT.send(request.build(), BodyHandlers.ofString());
  }

  private String shell(String command) throws Exception {
    Process process =
        new ProcessBuilder("sh", "-c", command)
            .directory(folder.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(command).isZero();
    return output;
  }
}
