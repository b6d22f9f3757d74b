package dev.gimlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.gimlet.http.HttpException;
import dev.gimlet.http.Middleware;
import dev.gimlet.http.Router;
import dev.gimlet.http.StaticFiles;
import dev.gimlet.room.InMemoryBroker;
import dev.gimlet.spi.Broker;
import dev.gimlet.websocket.GimletException;
import dev.gimlet.websocket.WebSocketHandler;
import dev.gimlet.websocket.WebSocketListener;
import dev.gimlet.websocket.WebSocketOptions;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class GimletTest {
  private final Gimlet app = Gimlet.bare();
  private final BlockingQueue<String> steps = new LinkedBlockingQueue<>();

  @Nested
  class Registering {
    @Test
    void namesBothRoutesOfAConflictAndWhereTheyAre() {
      app.get("/rooms/:name", _ -> {});

      assertThatIllegalArgumentException()
          .isThrownBy(() -> app.get("/rooms/:id", _ -> {}))
          .withMessageContaining("GET /rooms/:name (GimletTest.java:")
          .withMessageContaining("GET /rooms/:id (GimletTest.java:");
    }

    @Test
    void findsConflictsAcrossGroups() {
      app.get("/a/b", _ -> {});
      Router group = app.group("/a");

      assertThatIllegalArgumentException()
          .isThrownBy(() -> group.ws("/b", WebSocketListener.onMessage((_, _) -> {})));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "/a//b", "/:"})
    void refusesMalformedPaths(String path) {
      assertThatIllegalArgumentException().isThrownBy(() -> app.get(path, _ -> {}));
      assertThatIllegalArgumentException().isThrownBy(() -> app.group(path));
    }

    @Test
    @SuppressWarnings("NullAway") // what programs without a null checker may do
    void namesWhatIsNull() {
      assertNamed("handler of /n", () -> app.get("/n", null));
      assertNamed("handler of /n", () -> app.any("/n", null));
      assertNamed("path", () -> app.get(null, _ -> {}));
      assertNamed("method", () -> app.route(null, "/n", _ -> {}));
      assertNamed("handler of /x", () -> app.ws("/x", (WebSocketHandler) null));
      assertNamed("listener of /x", () -> app.ws("/x", (WebSocketListener) null));
      WebSocketOptions options = WebSocketOptions.defaults();
      assertNamed("handler of /x", () -> app.ws("/x", options, (WebSocketHandler) null));
      assertNamed("listener of /x", () -> app.ws("/x", options, (WebSocketListener) null));
      assertNamed("options of /x", () -> app.ws("/x", null, (WebSocketHandler) _ -> {}));
      assertNamed("files of /f", () -> app.files("/f", null));
      assertNamed("path", () -> app.group(null));
      assertNamed("middleware", () -> app.use(null));
      assertNamed("name", () -> app.room(null));
      assertNamed("options", () -> Gimlet.create(null));
      assertNamed("origin", () -> ServerOptions.builder().allowOrigins((String) null));
      assertNamed("message", () -> new HttpException(400, null));
    }

    private static void assertNamed(String name, ThrowingCallable registration) {
      assertThatNullPointerException().isThrownBy(registration).withMessage(name);
    }

    @Test
    void takesTheOwnPathOfAGroup() throws IOException {
      app.group("/g")
          .get("", context -> context.text("own"))
          .get("/", context -> context.text("in"));
      app.group("/h").group("").get("", context -> context.text("inner"));

      try (RunningServer server = app.start(0)) {
        assertThat(RawHttp.get(server.port(), "/g").body()).isEqualTo("own");
        assertThat(RawHttp.get(server.port(), "/g/").body()).isEqualTo("in");
        assertThat(RawHttp.get(server.port(), "/h").body()).isEqualTo("inner");
      }
    }

    @Test
    void staysTheProgramInAChain() {
      Gimlet chained =
          app.get("/a", _ -> {})
              .post("/a", _ -> {})
              .put("/a", _ -> {})
              .patch("/a", _ -> {})
              .delete("/a", _ -> {})
              .head("/a", _ -> {})
              .options("/a", _ -> {});

      assertThat(chained).isSameAs(app);
    }

    @Test
    void endsWhenTheServerStarts() {
      try (RunningServer _ = app.start(0)) {
        assertThatIllegalStateException().isThrownBy(() -> app.get("/", _ -> {}));
        assertThatIllegalStateException().isThrownBy(() -> app.use((_, _) -> {}));
        assertThatIllegalStateException().isThrownBy(() -> app.start(0));
      }
    }
  }

  @Nested
  class Starting {
    @Test
    void saysWhenThePortIsInUse() {
      try (RunningServer first = app.start(0)) {
        assertThatExceptionOfType(GimletException.class)
            .isThrownBy(() -> Gimlet.bare().start(first.port()))
            .withMessageContaining("port " + first.port() + " is in use")
            .withMessageContaining("another port, such as " + (first.port() + 1));
      }
    }

    @Test
    void saysWhenThereIsNoSuchAddress() {
      ServerOptions options = ServerOptions.builder().host("192.0.2.1").build();

      assertThatExceptionOfType(GimletException.class)
          .isThrownBy(() -> Gimlet.bare(options).start(0))
          .withMessageContaining("192.0.2.1");
    }

    @Test
    void saysWhenThereIsNoSuchHost() {
      ServerOptions options = ServerOptions.builder().host("no such host").build();

      assertThatExceptionOfType(GimletException.class)
          .isThrownBy(() -> Gimlet.bare(options).start(0))
          .withMessageContaining("there is no host no such host");
    }

    @Test
    void refusesWhatIsNoPort() {
      assertThatIllegalArgumentException().isThrownBy(() -> app.start(65536));
    }

    @Test
    void takesThePortAgainAfterClosing() {
      RunningServer first = app.start(0);
      int port = first.port();
      first.close();

      try (RunningServer second = Gimlet.bare().start(port)) {
        assertThat(second.port()).isEqualTo(port);
      }
    }

    @Test
    void mayBeTriedAgainAtAnotherPort() {
      try (RunningServer first = app.start(0)) {
        Gimlet other = Gimlet.bare();
        assertThatExceptionOfType(GimletException.class)
            .isThrownBy(() -> other.start(first.port()));

        other.get("/", _ -> {});
        try (RunningServer second = other.start(0)) {
          assertThat(second.port()).isNotEqualTo(first.port());
        }
      }
    }

    @Test
    void leavesNobodyListeningWhenTheBrokerCannotStart() {
      AtomicInteger starts = new AtomicInteger();
      Gimlet late =
          Gimlet.bare(ServerOptions.builder().broker(startingAtSecondTry(starts)).build());
      RunningServer first = app.start(0);
      int port = first.port();
      first.close();

      assertThatIllegalStateException()
          .isThrownBy(() -> late.start(port))
          .withMessage("not yet there");

      try (RunningServer second = late.start(port)) {
        assertThat(second.port()).isEqualTo(port);
      }
      assertThat(starts).hasValue(2);
    }

    private static Broker startingAtSecondTry(AtomicInteger starts) {
      Broker real = InMemoryBroker.create();
      return (Broker)
          Proxy.newProxyInstance(
              Broker.class.getClassLoader(),
              new Class<?>[] {Broker.class},
              (_, method, arguments) -> {
                if (method.getName().equals("start") && starts.incrementAndGet() == 1) {
                  throw new IllegalStateException("not yet there");
                }
                return method.invoke(real, arguments);
              });
    }

    @Test
    void listensOnlyAtItsHost() {
      ServerOptions options = ServerOptions.builder().host("127.0.0.1").build();
      try (RunningServer server = Gimlet.bare(options).start(0)) {
        assertThat(server.address().getAddress().isLoopbackAddress()).isTrue();
      }
    }
  }

  @Test
  void runsMiddlewareOfTheProgramThenOfTheGroup() throws Exception {
    app.use(step("program"));
    Router group = app.group("/group/");
    group.use(step("group"));
    group.get("/inner", _ -> steps.add("handler"));

    try (RunningServer server = app.start(0)) {
      RawHttp.get(server.port(), "/group/inner");
    }

    assertThat(steps)
        .containsExactly("program", "group", "handler", "group done 200", "program done 200");
  }

  @Test
  void runsOnlyMiddlewareRegisteredBefore() throws Exception {
    app.get("/early", _ -> steps.add("handler"));
    app.use(step("late"));

    try (RunningServer server = app.start(0)) {
      RawHttp.get(server.port(), "/early");
    }

    assertThat(steps).containsExactly("handler");
  }

  @Test
  void runsMiddlewareForWhatIsNotFound() throws Exception {
    app.use((context, next) -> {
      context.responseField("Access-Control-Allow-Origin", "http://a");
      next.handle(context);
    });
    app.get("/known", _ -> {});

    try (RunningServer server = app.start(0)) {
      RawHttp.Response missing = RawHttp.get(server.port(), "/missing");
      RawHttp.Response options = RawHttp.request(server.port(), "OPTIONS /known HTTP/1.1");

      assertThat(missing.status()).isEqualTo(404);
      assertThat(missing.field("Access-Control-Allow-Origin")).hasValue("http://a");
      assertThat(options.field("Access-Control-Allow-Origin")).hasValue("http://a");
    }
  }

  @Test
  void letsMiddlewareAnswerInsteadOfTheHandler() throws Exception {
    app.use((_, _) -> {
      throw new HttpException(401, "log in first");
    });
    app.get("/", _ -> steps.add("handler"));

    try (RunningServer server = app.start(0)) {
      assertThat(RawHttp.get(server.port(), "/").status()).isEqualTo(401);
    }
    assertThat(steps).isEmpty();
  }

  @Test
  void letsMiddlewareAnswerForAHandlerThatFailed() throws Exception {
    app.use((context, next) -> {
      try {
        next.handle(context);
      } catch (ArithmeticException failure) {
        context.status(422).text("no such number");
      }
    });
    app.get("/", _ -> Math.floorMod(1, steps.size()));

    try (RunningServer server = app.start(0)) {
      assertThat(RawHttp.get(server.port(), "/").status()).isEqualTo(422);
    }
  }

  @Test
  void handsValuesFromMiddlewareToHandlers() throws Exception {
    app.use((context, next) -> {
      context.attribute("user", "Ada");
      next.handle(context);
    });
    app.get("/", context -> context.text(context.attribute("user", String.class).orElse("nobody")));

    try (RunningServer server = app.start(0)) {
      assertThat(RawHttp.get(server.port(), "/").body()).isEqualTo("Ada");
    }
  }

  @Test
  void handsValuesFromMiddlewareToWebSockets() throws Exception {
    app.use((context, next) -> {
      context.attribute("user", "Ada");
      next.handle(context);
    });
    app.ws(
        "/ws",
        connection -> connection.send(connection.attribute("user", String.class).orElse("nobody")));

    try (RunningServer server = app.start(0);
        RawWebSocket client = RawWebSocket.connect(server.port(), "/ws")) {
      assertThat(client.read().text()).isEqualTo("Ada");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/pages/, 200",
    "/pages/page.html, 200",
    "/pages, 308",
    "/pages/missing, 404",
    "/pages/..%2f..%2fsecret, 400",
    "/pages/%2e%2e/secret, 400"
  })
  void servesFiles(String path, int status) throws IOException {
    app.files("/pages", StaticFiles.classPath("static-files"));

    try (RunningServer server = app.start(0)) {
      assertThat(RawHttp.get(server.port(), path).status()).isEqualTo(status);
    }
  }

  @Test
  void servesFilesAtTheOwnPathOfAGroup(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("index.html"), "<p>index");
    app.group("/own/:name").files("", StaticFiles.folder(folder));

    try (RunningServer server = app.start(0)) {
      assertThat(RawHttp.get(server.port(), "/own/a/").body()).isEqualTo("<p>index");
    }
  }

  @Test
  void tellsTheLengthOfAFileThatIsTooLargeToSend(@TempDir Path folder) throws IOException {
    long size = 3L << 30;
    try (var sparse = new RandomAccessFile(folder.resolve("film.mp4").toFile(), "rw")) {
      sparse.setLength(size);
    }
    app.files("/", StaticFiles.folder(folder));

    try (RunningServer server = app.start(0);
        RawHttp client = RawHttp.connect(server.port())) {
      client.send("HEAD /film.mp4 HTTP/1.1\r\nHost: a\r\n\r\n");
      RawHttp.Response head = client.read(true);
      client.send("GET /film.mp4 HTTP/1.1\r\nHost: a\r\nRange: bytes=-4\r\n\r\n");
      RawHttp.Response end = client.read();

      assertThat(head.status()).isEqualTo(200);
      assertThat(head.field("Content-Length")).hasValue(Long.toString(size));
      assertThat(end.status()).isEqualTo(206);
      assertThat(end.body()).hasSize(4);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/of/me/assets, ./assets/",
    "/of/me/assets?a=%20b&c, ./assets/?a=%20b&c",
    "/%E6%96%87%E6%A1%A3, ./%E6%96%87%E6%A1%A3/",
    "/by/a%2Fb%20c, ./a%2Fb%20c/",
    "/own/a?x=1, ./a/?x=1"
  })
  void redirectsToTheFolderOfTheRequest(String target, String location) throws IOException {
    StaticFiles files = StaticFiles.classPath("static-files");
    app.group("/of/:tenant").files("/assets", files);
    app.files("/文档", files).files("/by/:name", files);
    app.group("/own/:name").files("", files);

    try (RunningServer server = app.start(0)) {
      RawHttp.Response answer = RawHttp.get(server.port(), target);

      assertThat(answer.status()).isEqualTo(308);
      assertThat(answer.field("Location")).hasValue(location);
    }
  }

  @Test
  void handsOutOneRoomPerName() {
    assertThat(app.room("a")).isEqualTo(app.room("a")).isNotSameAs(app.room("b"));
  }

  private Middleware step(String name) {
    return (context, next) -> {
      steps.add(name);
      next.handle(context);
      steps.add(name + " done " + context.answeredStatus().orElseThrow());
    };
  }
}
