package dev.gimlet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.http.HttpException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestLogTest {
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final AtomicLong time = new AtomicLong();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET /fine | 200",
        "GET /missing | 404",
        "POST /fine | 405",
        "GET /refused | 401",
        "GET /fails | 500"
      })
  void printsALineWithTheStatus(String request, int status) throws IOException {
    String line = log(request, false);

    assertThat(line)
        .isEqualTo(
            "[gimlet] 1994/11/06 - 08:49:37 | %d |     1.50ms |       127.0.0.1 | %s"
                .formatted(status, request.replaceFirst(" (.*)", "     \"$1\""))
                .replace("POST     ", "POST    ")
                .concat("\n"));
  }

  @Test
  void printsOneLineWhateverThePathHas() throws IOException {
    String line = log("GET /a%0d%0a[gimlet]%1b[31m", false);

    assertThat(line.lines()).hasSize(1);
    assertThat(line).contains("\"/a\\u000d\\u000a[gimlet]\\u001b[31m\"");
  }

  @Test
  void isColouredOnATerminal() throws IOException {
    assertThat(log("GET /fine", true)).contains("\u001b[97;42m 200 \u001b[0m");
  }

  @ParameterizedTest
  @CsvSource({"500, 0.5µs", "123456, 123.5µs", "12345678, 12.35ms", "1234567890, 1.23s"})
  void printsTimesInAFittingUnit(long nanos, String text) {
    assertThat(RequestLog.latency(nanos)).isEqualTo(text);
  }

  private String log(String request, boolean colours) throws IOException {
    Clock clock = Clock.fixed(Instant.parse("1994-11-06T08:49:37Z"), ZoneOffset.UTC);
    PrintStream out = new PrintStream(printed, true, UTF_8);
    Gimlet app = Gimlet.bare();
    app.use(new RequestLog(out, colours, clock, () -> time.getAndAdd(1_500_000)));
    app.get("/fine", context -> context.text("fine"));
    app.get("/refused", _ -> refuse());
    app.get("/fails", _ -> fail());
    try (RunningServer server = app.start(0)) {
      RawHttp.request(server.port(), request + " HTTP/1.1\nConnection: close");
    }
    return printed.toString(UTF_8).replace(System.lineSeparator(), "\n");
  }

  private static void refuse() {
    throw new HttpException(401, "log in first");
  }

  private static void fail() {
    throw new IllegalStateException("secret");
  }
}
