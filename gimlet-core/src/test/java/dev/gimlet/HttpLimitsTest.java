package dev.gimlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.gimlet.http.HttpLimits;
import dev.gimlet.testing.Slow;
import dev.gimlet.websocket.TimeLimit;
import java.io.IOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class HttpLimitsTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(300);

  private static final int LARGE_BYTES = 32 << 20; // more than sockets hold

  private RunningServer server = start(LONG, LONG);

  @AfterEach
  void stop() {
    server.close();
  }

  private static RunningServer start(Duration request, Duration idle) {
    return start(new HttpLimits(8 << 10, 100, 100, request, idle));
  }

  private static RunningServer start(HttpLimits limits) {
    return Gimlet.bare(ServerOptions.builder().limits(limits).build())
        .route("GET", "/large", context -> context.bytes("a/b", new byte[LARGE_BYTES]))
        .any("/*path", context -> context.bytes("a/b", context.body()))
        .start(0);
  }

  private void restart(Duration request, Duration idle) {
    server.close();
    server = start(request, idle);
  }

  @Test
  void takesAHeadOfEightKibibytes() throws IOException {
    String rest = "GET / HTTP/1.1\r\nHost: a\r\nX: \r\n\r\n";

    assertThat(statuses(rest.replace("X: ", "X: " + "x".repeat((8 << 10) - rest.length()))))
        .containsExactly(200);
  }

  @Test
  void refusesALongerHead() throws IOException {
    String rest = "GET / HTTP/1.1\r\nHost: a\r\nX: \r\n\r\n";

    assertThat(statuses(rest.replace("X: ", "X: " + "x".repeat((8 << 10) + 1 - rest.length()))))
        .containsExactly(431);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "GET /", "GET / HTTP/1.1\r\nX", "GET / HTTP/1.1\r\nX: "})
  void refusesAnEndlessHeadAsSoonAsItIsTooLong(String start) throws IOException {
    assertThat(statuses(start + "x".repeat((8 << 10) + 1 - start.length()))).containsExactly(431);
  }

  @Test
  void refusesMoreThanAHundredFields() throws IOException {
    assertThat(statuses("GET / HTTP/1.1\r\nHost: a\r\n" + "a: b\r\n".repeat(99) + "\r\n"))
        .containsExactly(200);
    assertThat(statuses("GET / HTTP/1.1\r\nHost: a\r\n" + "a: b\r\n".repeat(100) + "\r\n"))
        .containsExactly(431);
  }

  @ParameterizedTest
  @ValueSource(strings = {"101", "999999999999999999", "9223372036854775807"})
  void refusesALongBodyBeforeItComes(String length) throws IOException {
    assertThat(statuses("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + length + "\r\n\r\n"))
        .containsExactly(413);
  }

  @Test
  void refusesALongBodyInChunks() throws IOException {
    String head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    String chunk = "32\r\n" + "x".repeat(50) + "\r\n";

    assertThat(statuses(head + chunk.repeat(2) + "0\r\n\r\n")).containsExactly(200);
    assertThat(statuses(head + chunk.repeat(2) + "1\r\n")).isEmpty();
    assertThat(statuses(head + chunk.repeat(2) + "1\r\nx")).containsExactly(413);
  }

  @Test
  void asksForNoBodyThatIsTooLong() throws IOException {
    assertThat(
            statuses(
                RawHttp.head(
                    "POST / HTTP/1.1", "Host: a", "Content-Length: 101", "Expect: 100-continue")))
        .containsExactly(413);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "G",
        "GET / HTTP/1.1\r\nHost: a\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nx",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx"
      })
  void refusesARequestThatDoesNotEnd(String start) throws IOException {
    restart(SHORT, LONG);
    try (RawHttp client = RawHttp.connect(server.port())) {
      client.send(start);

      assertThat(client.readAll()).extracting(RawHttp.Response::status).containsExactly(408);
    }
  }

  @Test
  void refusesTheSecondRequestThatDoesNotEnd() throws IOException {
    restart(SHORT, LONG);
    try (RawHttp client = RawHttp.connect(server.port())) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET");

      assertThat(client.readAll()).extracting(RawHttp.Response::status).containsExactly(200, 408);
    }
  }

  @Test
  void grantsNoTimeForEachByte() throws Exception {
    restart(SHORT, LONG);
    try (RawHttp client = RawHttp.connect(server.port())) {
      long start = System.nanoTime();
      for (int i = 0; client.hasNothingToRead(); i++) {
        client.send(i == 0 ? "GET /" : "x");
        Thread.sleep(10); // the slow client that this test is about
      }

      assertThat(client.read().status()).isEqualTo(408);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(SHORT, LONG);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\r", "\r\n"}) // an empty line begins no request
  void endsAConnectionThatSaysNothing(String start) throws IOException {
    restart(SHORT, LONG);
    try (RawHttp client = RawHttp.connect(server.port())) {
      client.send(start);

      assertThat(client.readAll()).isEmpty();
    }
  }

  @Test
  void endsAnIdleConnection() throws IOException {
    restart(LONG, SHORT);
    try (RawHttp client = RawHttp.connect(server.port())) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");

      assertThat(client.readAll()).extracting(RawHttp.Response::status).containsExactly(200);
    }
  }

  @Test
  void endsAnIdleConnectionBehindAnEmptyLine() throws IOException {
    restart(LONG, SHORT);
    try (RawHttp client = RawHttp.connect(server.port())) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n\r\n");

      assertThat(client.readAll()).extracting(RawHttp.Response::status).containsExactly(200);
    }
  }

  @Test
  void grantsNoTimeForEachEmptyLine() throws Exception {
    restart(LONG, SHORT);
    try (RawHttp client = RawHttp.connect(server.port())) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");

      assertThat(client.isCutOffWhileSending("\r\n")).isTrue();
    }
  }

  @Test
  void endsAConnectionThatStopsReading() throws Exception {
    restart(LONG, SHORT);
    try (RawHttp client = RawHttp.connect(server.port())) {
      client.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");

      assertThat(client.isCutOffWhileSending()).isTrue();
    }
  }

  @Slow
  @Test
  void endsInTimeAConnectionThatStopsReading() throws Exception {
    Duration idle = Duration.ofSeconds(4);
    restart(LONG, idle);
    try (RawHttp client = RawHttp.connect(server.port())) {
      long start = System.nanoTime();
      client.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");

      assertThat(client.isCutOffWhileSending()).isTrue();
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isBetween(idle, idle.multipliedBy(2).minusMillis(500));
    }
  }

  @Test
  void letsARefusedUploadGoOnUntilItsClientReads() throws Exception {
    try (RawHttp client = RawHttp.connect(server.port())) {
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n");
      for (int i = 0; i < 50; i++) {
        client.send("x");
        Thread.sleep(50); // longer than a silent client has
      }

      assertThat(client.readAll()).extracting(RawHttp.Response::status).containsExactly(413);
    }
  }

  @Slow
  @Test
  void endsARefusedUploadThatDoesNotStop() throws Exception {
    Duration request = Duration.ofSeconds(3);
    restart(request, LONG);
    try (RawHttp client = RawHttp.connect(server.port())) {
      long start = System.nanoTime();
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n");

      assertThat(client.isCutOffWhileSending()).isTrue();
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isBetween(request.minusMillis(500), LONG);
    }
  }

  @Test
  void mustBeWhatTimersAndBuffersTake() {
    Duration ever = ChronoUnit.FOREVER.getDuration();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> new HttpLimits(8 << 10, 100, 100, LONG, ever))
        .withMessage("idleTimeout of " + ever + ", at most 365 days");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new HttpLimits(8 << 10, 100, 100, ever, LONG))
        .withMessage("requestTimeout of " + ever + ", at most 365 days");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new HttpLimits(Integer.MAX_VALUE, 100, 100, LONG, LONG))
        .withMessage("maxHeadBytes of 2147483647, at most 1073741824");
  }

  @Test
  void mayBeAsLargeAsTheyCan() throws IOException {
    server.close();
    HttpLimits largest =
        new HttpLimits(1 << 30, Integer.MAX_VALUE, 100, TimeLimit.LONGEST, TimeLimit.LONGEST);
    server = start(largest);

    String request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    assertThat(statuses(request + request)).containsExactly(200, 200);
  }

  private List<Integer> statuses(String request) throws IOException {
    try (RawHttp client = RawHttp.connect(server.port())) {
      client.send(request);
      client.shutdownOutput();
      return client.readAll().stream().map(RawHttp.Response::status).toList();
    }
  }
}
