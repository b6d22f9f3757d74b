package dev.gimlet;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.http.Context;
import dev.gimlet.http.Cookie;
import dev.gimlet.http.HttpException;
import dev.gimlet.spi.BrokerException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class HttpBehaviourTest {
  private final RecordingEvents events = new RecordingEvents();
  private final Gimlet app = Gimlet.bare(ServerOptions.builder().events(events).build());
  private final CountDownLatch entered = new CountDownLatch(1);
  private final Semaphore released = new Semaphore(0);
  private RunningServer server;

  record Player(String name, int score) {}

  @BeforeEach
  void start() {
    app.get("/", context -> context.text("root"));
    app.get("/number/:number", context -> context.text(context.pathParameter("number")));
    app.post("/echo", context -> context.bytes("application/octet-stream", context.body()));
    app.post("/text", context -> context.text(context.bodyText()));
    app.post("/player", context -> context.json(context.bodyJson(Player.class)));
    app.get("/query", context -> context.json(context.queryParameters("q")));
    app.get("/host", context -> context.text(context.headerField("host").orElse("none")));
    app.get("/cookie", context -> context.text(context.cookie("session").orElse("none")));
    app.get("/set-cookies", HttpBehaviourTest::setCookies);
    app.get("/redirect", context -> context.redirect("/elsewhere"));
    app.get("/nothing", context -> context.status(202));
    app.get("/twice", HttpBehaviourTest::answerTwice);
    app.get("/fails", _ -> fail("secret"));
    app.get("/fails-late", HttpBehaviourTest::failLate);
    app.get("/error", _ -> refuse());
    app.get("/bad-error", _ -> refuseBadly());
    app.get("/late-error", _ -> failed(new HttpException(429, "slow down")).join());
    app.get("/broker-away", _ -> failed(new BrokerException("Redis is away")).join());
    app.get("/broker-away-too", _ -> failed(new BrokerException("Redis is away")).get());
    app.get("/late-failure", _ -> failed(new IllegalStateException("secret")).join());
    app.get("/injects", HttpBehaviourTest::inject);
    app.get("/overflows", _ -> overflow(1));
    app.get("/waits", _ -> holdUp());
    app.get("/big", context -> context.bytes("a/b", new byte[5 << 20]));
    server = app.start(0);
  }

  @AfterEach
  void stop() {
    released.release(100);
    server.close();
  }

  private static void setCookies(Context context) {
    context.cookie(Cookie.of("a", "1")).cookie(Cookie.of("b", "2").securely()).noContent();
  }

  private static void answerTwice(Context context) {
    context.text("first");
    context.json(Map.of("second", 2));
  }

  private static void fail(String message) {
    throw new IllegalStateException(message);
  }

  private static void failLate(Context context) {
    context.text("done");
    fail("late");
  }

  private static void refuse() {
    throw new HttpException(429, "slow down", Map.of("Retry-After", "5"));
  }

  private static CompletableFuture<Void> failed(Exception failure) {
    return CompletableFuture.failedFuture(failure);
  }

  private static void refuseBadly() {
    throw new HttpException(400, "no", Map.of("X-A", "a\r\nX-B: c"));
  }

  private static void inject(Context context) {
    context.responseField("X-A", "a\r\nX-B: c");
  }

  private static int overflow(int depth) {
    return depth < 0 ? depth : overflow(depth + 1) + 1;
  }

  private void holdUp() throws InterruptedException {
    entered.countDown();
    released.acquire();
  }

  @Nested
  class Requests {
    @Test
    void areAnsweredWithLengthAndDate() throws IOException {
      RawHttp.Response response = get("/");

      assertThat(response.status()).isEqualTo(200);
      assertThat(response.body()).isEqualTo("root");
      assertThat(response.fields("Content-Length")).containsExactly("4");
      assertThat(response.fields("Content-Type")).containsExactly("text/plain; charset=utf-8");
      assertThat(response.fields("Date")).hasSize(1);
    }

    @Test
    void shareAConnection() throws IOException {
      try (RawHttp client = connect()) {
        for (int i = 0; i < 3; i++) {
          client.send("GET /number/" + i + " HTTP/1.1\r\nHost: a\r\n\r\n");

          RawHttp.Response response = client.read();

          assertThat(response.body()).isEqualTo(Integer.toString(i));
          assertThat(response.field("Connection")).hasValue("keep-alive");
        }
      }
    }

    @Test
    void sentAtOnceAreAnsweredInOrder() throws IOException {
      StringBuilder requests = new StringBuilder();
      for (int i = 0; i < 200; i++) {
        requests.append("GET /number/" + i + " HTTP/1.1\r\nHost: a\r\n\r\n");
        requests.append("POST /text HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx");
      }
      try (RawHttp client = connect()) {
        client.send(requests.toString());

        for (int i = 0; i < 200; i++) {
          assertThat(client.read().body()).isEqualTo(Integer.toString(i));
          assertThat(client.read().body()).isEqualTo("x");
        }
      }
    }

    @Test
    void waitForTheOneBefore() throws Exception {
      try (RawHttp client = connect()) {
        client.send("GET /waits HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
        entered.await();
        assertThat(client.hasNothingToRead()).isTrue();

        released.release();

        assertThat(client.read().body()).isEmpty();
        assertThat(client.read().body()).isEqualTo("root");
      }
    }

    @Test
    void endTheConnectionWhenTheySaySo() throws IOException {
      try (RawHttp client = connect()) {
        client.send(
            RawHttp.head("GET / HTTP/1.1", "Host: a", "Connection: x, CLOSE")
                + RawHttp.head("GET / HTTP/1.1", "Host: a"));

        List<RawHttp.Response> responses = client.readAll();

        assertThat(responses).hasSize(1);
        assertThat(responses.getFirst().field("Connection")).hasValue("close");
      }
    }

    @Test
    void mayBeOfVersion10() throws IOException {
      try (RawHttp client = connect()) {
        client.send("GET / HTTP/1.0\r\n\r\n");

        List<RawHttp.Response> responses = client.readAll();

        assertThat(responses).extracting(RawHttp.Response::body).containsExactly("root");
        assertThat(responses.getFirst().field("Connection")).hasValue("close");
      }
    }

    @Test
    void mayBeSplitAnywhere() throws IOException {
      String request =
          RawHttp.head("", "POST /text?a=b HTTP/1.1", "Host: a", "Transfer-Encoding: chunked")
              + "5\r\nhello\r\n1;x=y\r\n!\r\n0\r\nX: y\r\n\r\n";
      try (RawHttp client = connect()) {
        for (int i = 0; i <= request.length(); i++) {
          client.send(request.substring(0, i));
          client.send(request.substring(i));

          assertThat(client.read().body()).isEqualTo("hello!");
        }
      }
    }

    @Test
    void mayComeByteByByte() throws IOException {
      String request = "POST /text HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello";
      try (RawHttp client = connect()) {
        for (int i = 0; i < request.length(); i++) {
          client.send(request.substring(i, i + 1));
        }

        assertThat(client.read().body()).isEqualTo("hello");
      }
    }

    @Test
    void thatAreCutOffAreNotAnswered() throws IOException {
      String request = "POST /text HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello";
      for (int i = 1; i < request.length(); i++) {
        try (RawHttp client = connect()) {
          client.send(request.substring(0, i));
          client.shutdownOutput();

          assertThat(client.readAll()).isEmpty();
        }
      }
    }

    @Test
    void areAllAnsweredToAClientThatSendsNoMore() throws IOException {
      try (RawHttp client = connect()) {
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n".repeat(3));
        client.shutdownOutput();

        assertThat(client.readAll()).hasSize(3);
      }
    }

    @Test
    void inAbsoluteFormNameTheHostThemselves() throws IOException {
      assertThat(get("http://other:81/host?q").body()).isEqualTo("other:81");
    }

    @Test
    void withTwentyEmptyLinesInFrontAreStillRequests() throws IOException {
      try (RawHttp client = connect()) {
        client.send("\r\n".repeat(20) + "GET / HTTP/1.1\r\nHost: a\r\n\r\n");

        assertThat(client.read().status()).isEqualTo(200);
      }
    }

    @Test
    void ofClientsThatHaveGoneHarmNothing() throws Exception {
      try (RawHttp client = connect()) {
        client.send("GET /waits HTTP/1.1\r\nHost: a\r\n\r\n");
        entered.await();
        client.reset();
      }
      released.release();

      assertThat(get("/").status()).isEqualTo(200);
      assertThat(events.waiting()).isEmpty();
    }
  }

  @Nested
  class Methods {
    @Test
    void headHasNoBody() throws IOException {
      try (RawHttp client = connect()) {
        client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");

        assertThat(client.read(true).field("Content-Length")).hasValue("4");
        assertThat(client.read().body()).isEqualTo("root");
      }
    }

    @ParameterizedTest
    @CsvSource({
      "417, Expect: a miracle",
      "400, Host: b",
      "400, no colon",
      "413, Content-Length: 99999999",
      "431, X: %s"
    })
    void headHasNoBodyWhenItIsRefusedEither(int status, String line) throws IOException {
      try (RawHttp client = connect()) {
        client.send(RawHttp.head("HEAD / HTTP/1.1", "Host: a", line.formatted("x".repeat(9000))));

        assertThat(client.read(true).status()).isEqualTo(status);
        assertThat(client.isAtEnd()).isTrue();
      }
    }

    @Test
    void optionsSaysWhatIsAllowed() throws IOException {
      RawHttp.Response response = RawHttp.request(server.port(), "OPTIONS /echo HTTP/1.1");

      assertThat(response.status()).isEqualTo(204);
      assertThat(response.field("Allow")).hasValue("OPTIONS, POST");
    }

    @Test
    void optionsOfTheServerIsAnswered() throws IOException {
      assertThat(RawHttp.request(server.port(), "OPTIONS * HTTP/1.1").status()).isEqualTo(204);
    }

    @ParameterizedTest
    @CsvSource({"PUT", "DELETE", "PATCH", "TRACE", "BREW", "get"})
    void othersAreRefused(String method) throws IOException {
      RawHttp.Response response = RawHttp.request(server.port(), method + " / HTTP/1.1");

      assertThat(response.status()).isEqualTo(405);
      assertThat(response.field("Allow")).hasValue("GET, HEAD, OPTIONS");
      assertThat(response.body()).contains("GET, HEAD, OPTIONS, not " + method);
    }

    @Test
    void ofUnknownPathsAreNotFound() throws IOException {
      RawHttp.Response response = get("/unknown");

      assertThat(response.status()).isEqualTo(404);
      assertThat(response.body())
          .isEqualTo("{\"error\":\"there is no route GET /unknown\",\"status\":404}");
      assertThat(response.field("Connection")).hasValue("keep-alive");
    }

    @Test
    void ofUnknownPathsAreToldInPart() throws IOException {
      assertThat(get("/%22" + "x".repeat(200)).body())
          .contains("there is no route GET /\\\"xxx")
          .doesNotContain("x".repeat(100));
    }
  }

  @Nested
  class Bodies {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 8191, 8192, 65536, 65537, 1 << 20})
    void ofEverySizeArrive(int size) throws IOException {
      String body = "x".repeat(size);

      assertThat(RawHttp.post(server.port(), "/echo", "a/b", body).body()).isEqualTo(body);
    }

    @Test
    void areAskedForWhenExpected() throws IOException {
      try (RawHttp client = connect()) {
        client.send(
            RawHttp.head(
                "POST /text HTTP/1.1", "Host: a", "Content-Length: 2", "Expect: 100-Continue"));
        assertThat(client.read().status()).isEqualTo(100);

        client.send("hi");

        assertThat(client.read().body()).isEqualTo("hi");
      }
    }

    @ParameterizedTest
    @CsvSource({"/unknown, 404", "/, 405"})
    void areNotAskedForInVain(String path, int status) throws IOException {
      try (RawHttp client = connect()) {
        client.send(
            "POST "
                + path
                + " HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n"
                + "Expect: 100-continue\r\n\r\n");

        List<RawHttp.Response> responses = client.readAll();

        assertThat(responses).extracting(RawHttp.Response::status).containsExactly(status);
        assertThat(responses.getFirst().field("Connection")).hasValue("close");
      }
    }

    @Test
    void withOtherExpectationsAreRefused() throws IOException {
      assertThat(RawHttp.request(server.port(), "GET / HTTP/1.1\nExpect: a miracle").status())
          .isEqualTo(417);
    }

    @Test
    void thatAreNotTextAreNoText() throws IOException {
      assertThat(RawHttp.post(server.port(), "/text", "text/plain", "\u00ff").status())
          .isEqualTo(400);
    }

    @Test
    void ofAMegabyteAndMoreAreSent() throws IOException {
      assertThat(get("/big").body()).hasSize(5 << 20);
    }
  }

  @Nested
  class Json {
    @ParameterizedTest
    @ValueSource(
        strings = {"application/json", "application/json; charset=utf-8", "APPLICATION/x+JSON"})
    void isBoundToARecord(String mediaType) throws IOException {
      String body = "{\"name\":\"Ada\",\"score\":3,\"unknown\":true}";

      assertThat(RawHttp.post(server.port(), "/player", mediaType, body).body())
          .isEqualTo("{\"name\":\"Ada\",\"score\":3}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", "application/jsonx"})
    void needsItsMediaType(String mediaType) throws IOException {
      RawHttp.Response response = RawHttp.post(server.port(), "/player", mediaType, "{}");

      assertThat(response.status()).isEqualTo(415);
      assertThat(response.body()).contains("send Content-Type: application/json");
    }

    @Test
    void thatIsWrongIsRefusedWithThePlace() throws IOException {
      RawHttp.Response response =
          RawHttp.post(server.port(), "/player", "application/json", "{\"score\":\"many\"}");

      assertThat(response.status()).isEqualTo(400);
      assertThat(response.body()).contains("score", "line 1, column");
      assertThat(response.body()).doesNotContain("dev.gimlet", "java", "Player", "int");
    }
  }

  @Nested
  class Parts {
    @Test
    void ofTheQueryAreDecoded() throws IOException {
      assertThat(get("/query?q=a+b&x=y&q=%C3%A4").body())
          .isEqualTo(new String("[\"a b\",\"ä\"]".getBytes(UTF_8), ISO_8859_1));
      assertThat(get("/query?q=%zz").status()).isEqualTo(400);
    }

    @Test
    void ofCookiesAreFound() throws IOException {
      assertThat(
              RawHttp.request(server.port(), "GET /cookie HTTP/1.1\nCookie: a=b; session=5").body())
          .isEqualTo("5");
    }

    @Test
    void areSetAsCookies() throws IOException {
      assertThat(get("/set-cookies").fields("Set-Cookie"))
          .containsExactly(
              "a=1; Path=/; SameSite=Lax; HttpOnly", "b=2; Path=/; SameSite=Lax; Secure; HttpOnly");
    }
  }

  @Nested
  class Answers {
    @Test
    void areEmptyWhenTheHandlerGivesNone() throws IOException {
      RawHttp.Response response = get("/nothing");

      assertThat(response.status()).isEqualTo(202);
      assertThat(response.field("Content-Length")).hasValue("0");
    }

    @Test
    void mayBeRedirects() throws IOException {
      RawHttp.Response response = get("/redirect");

      assertThat(response.status()).isEqualTo(302);
      assertThat(response.field("Location")).hasValue("/elsewhere");
    }

    @Test
    void areGivenOnce() throws Exception {
      try (RawHttp client = connect()) {
        client.send("GET /twice HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");

        assertThat(client.read().body()).isEqualTo("first");
        assertThat(client.read().body()).isEqualTo("root");
        assertThat(events.next()).contains("json came after text had answered 200");
      }
    }

    @Test
    void ofRefusalsHaveTheirStatusAndFields() throws IOException {
      RawHttp.Response response = get("/error");

      assertThat(response.status()).isEqualTo(429);
      assertThat(response.field("Retry-After")).hasValue("5");
      assertThat(response.body()).isEqualTo("{\"error\":\"slow down\",\"status\":429}");
    }

    @Test
    void ofFuturesAreThoseOfTheirCause() throws IOException {
      assertThat(get("/late-error").status()).isEqualTo(429);
      assertThat(get("/late-failure").body()).contains("internal server error");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/broker-away", "/broker-away-too"})
    void ofTheBrokerAskToComeBack(String path) throws IOException {
      RawHttp.Response response = get(path);

      assertThat(response.status()).isEqualTo(503);
      assertThat(response.field("Retry-After")).hasValue("2");
      assertThat(response.body()).contains("Redis is away");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/fails", "/overflows", "/bad-error", "/injects"})
    void ofFaultsTellNothing(String path) throws Exception {
      RawHttp.Response response = get(path);

      assertThat(response.status()).isEqualTo(500);
      assertThat(response.body()).isEqualTo("{\"error\":\"internal server error\",\"status\":500}");
      assertThat(response.field("X-B")).isEmpty();
      assertThat(events.next()).startsWith("failed");
    }

    @Test
    void areNotChangedByALaterFault() throws Exception {
      try (RawHttp client = connect()) {
        client.send("GET /fails-late HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");

        assertThat(client.read().body()).isEqualTo("done");
        assertThat(client.read().body()).isEqualTo("root");
        assertThat(events.next()).isEqualTo("failed late");
      }
    }
  }

  @Nested
  class Closing {
    @Test
    void letsRequestsUnderWayEnd() throws Exception {
      try (RawHttp client = connect()) {
        client.send("GET /waits HTTP/1.1\r\nHost: a\r\n\r\n");
        entered.await();
        Thread closing = Thread.startVirtualThread(server::close);
        released.release();

        RawHttp.Response response = client.read();

        assertThat(response.status()).isEqualTo(200);
        assertThat(client.isAtEnd()).isTrue();
        closing.join();
      }
    }

    @Test
    void endsIdleConnectionsAtOnce() throws IOException {
      try (RawHttp client = connect()) {
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        client.read();

        server.close();

        assertThat(client.isAtEnd()).isTrue();
      }
    }

    @Test
    void cutsWhatDoesNotEndInTime() throws Exception {
      try (RawHttp client = connect()) {
        client.send("GET /waits HTTP/1.1\r\nHost: a\r\n\r\n");
        entered.await();

        server.close(Duration.ofMillis(50));

        assertThat(client.readAll()).isEmpty();
      }
    }

    @Test
    void twiceDoesNothingMore() {
      server.close();
      server.close();

      assertThat(server.port()).isPositive();
    }
  }

  private RawHttp connect() throws IOException {
    return RawHttp.connect(server.port());
  }

  private RawHttp.Response get(String target) throws IOException {
    return RawHttp.get(server.port(), target);
  }
}
