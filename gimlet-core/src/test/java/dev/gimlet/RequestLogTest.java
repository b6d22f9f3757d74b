package dev.gimlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.http.HttpException;
import dev.gimlet.spi.BrokerException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestLogTest {
  /// Thread-safe: a concurrent queue.
  private static final class Lines extends PrintStream {

    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    private Lines() {
      super(OutputStream.nullOutputStream());
    }

    @Override
    public void println(String line) {
      lines.add(line);
    }

    /// The next one: a handler has answered before its line is printed.
    String next() throws InterruptedException {
      return Objects.requireNonNull(lines.poll(20, TimeUnit.SECONDS), "no line in 20 s");
    }
  }

  private final Lines printed = new Lines();
  private final AtomicLong time = new AtomicLong();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET /fine | 200",
        "GET /missing | 404",
        "POST /fine | 405",
        "GET /refused | 401",
        "GET /fails | 500",
        "GET /waits | 503"
      })
  void printsALineWithTheStatus(String request, int status) throws Exception {
    String line = log(request, false);

    assertThat(line)
        .isEqualTo(
            "[gimlet] 1994/11/06 - 08:49:37 | %d |     1.50ms |       127.0.0.1 | %s"
                .formatted(status, request.replaceFirst(" (.*)", "     \"$1\""))
                .replace("POST     ", "POST    "));
  }

  @Test
  void printsOneLineWhateverThePathHas() throws Exception {
    String line = log("GET /a%0d%0a[gimlet]%1b[31m", false);

    assertThat(line.lines()).hasSize(1);
    assertThat(line).contains("\"/a\\u000d\\u000a[gimlet]\\u001b[31m\"");
  }

  @Test
  void isColouredOnATerminal() throws Exception {
    assertThat(log("GET /fine", true)).contains("\u001b[97;42m 200 \u001b[0m");
  }

  @ParameterizedTest
  @CsvSource({"500, 0.5µs", "123456, 123.5µs", "12345678, 12.35ms", "1234567890, 1.23s"})
  void printsTimesInAFittingUnit(long nanos, String text) {
    assertThat(RequestLog.latency(nanos)).isEqualTo(text);
  }

  private String log(String request, boolean colours) throws Exception {
    Clock clock = Clock.fixed(Instant.parse("1994-11-06T08:49:37Z"), ZoneOffset.UTC);
    Gimlet app = Gimlet.bare();
    app.use(new RequestLog(printed, colours, clock, () -> time.getAndAdd(1_500_000)));
    app.get("/fine", context -> context.text("fine"));
    app.get("/refused", _ -> refuse());
    app.get("/fails", _ -> fail());
    app.get("/waits", _ -> CompletableFuture.failedFuture(new BrokerException("away")).join());
    try (RunningServer server = app.start(0)) {
      RawHttp.request(server.port(), request + " HTTP/1.1\nConnection: close");
    }
    return printed.next();
  }

  private static void refuse() {
    throw new HttpException(401, "log in first");
  }

  private static void fail() {
    throw new IllegalStateException("secret");
  }
}
