package dev.gimlet.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import dev.gimlet.Gimlet;
import dev.gimlet.RunningServer;
import dev.gimlet.ServerOptions;
import dev.gimlet.testing.Slow;
import dev.gimlet.websocket.Compression;
import dev.gimlet.websocket.WebSocketListener;
import dev.gimlet.websocket.WebSocketOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A page in Chromium gets back what it sent, compressed in both directions.
///
/// Chromium lets no page choose the parameters; `conformance` meets strangers that can.
@Slow
class BrowserCompressionTest {

  private static final int MAX_MESSAGE_BYTES = 16 << 20;
  private static final Compression EVERYTHING = Compression.DEFAULTS.withThresholdBytes(0);
  private static final WebSocketListener ECHO =
      WebSocketListener.onMessage((connection, message) -> connection.send(message));
  private static final List<Integer> SIZES =
      List.of(0, 1, 125, 126, 127, 128, 1024, 65_535, 65_536, 65_537, 1 << 20, MAX_MESSAGE_BYTES);

  private static final String ECHO_ALL =
      """
      async ({path, sizes}) => {
        const socket = new WebSocket(`ws://${location.host}${path}`);
        socket.binaryType = 'arraybuffer';
        const next = (event) =>
          new Promise((resolve, reject) => {
            socket[`on${event}`] = resolve;
            if (event !== 'close') socket.onclose = (end) => reject(new Error(`closed: ${end.code}`));
          });
        const noise = (size) => {
          const bytes = new Uint8Array(size);
          for (let at = 0, state = 88172645; at < size; at++) {
            state ^= state << 13; state ^= state >>> 17; state ^= state << 5;
            bytes[at] = state;
          }
          return bytes;
        };
        const text = (size) => 'a gimlet \\u00e5 '.repeat(size / 12) + 'x'.repeat(size % 12);
        const same = (a, b) => a.length === b.length && a.every((byte, at) => byte === b[at]);
        await next('open');
        let echoes = 0;
        for (const size of sizes) {
          for (const message of [text(size), noise(size)]) {
            const answer = next('message');
            socket.send(message);
            const {data} = await answer;
            const fine = typeof data === 'string' ? data === message : same(new Uint8Array(data), message);
            if (!fine) throw new Error(`${size} bytes came back as something else`);
            echoes++;
          }
        }
        const end = next('close');
        socket.close(1000);
        return {extensions: socket.extensions, echoes, code: (await end).code};
      }
      """;

  private static Chromium chromium;
  private static RunningServer server;

  @BeforeAll
  static void start() {
    chromium = Chromium.launch();
    Gimlet app = Gimlet.bare(ServerOptions.builder().host("127.0.0.1").build());
    app.ws("/alone", options(EVERYTHING), ECHO);
    app.ws("/takeover", options(EVERYTHING.withContextTakeover()), ECHO);
    app.get("/", context -> context.text("a page"));
    server = app.start(0);
  }

  @AfterAll
  static void stop() {
    if (chromium != null) { // null when the tests are skipped
      chromium.close();
      server.close();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/alone, permessage-deflate; server_no_context_takeover; client_no_context_takeover",
    "/takeover, permessage-deflate"
  })
  void getsBackWhatItSent(String path, String extensions) {
    try (Page page = chromium.browser().newPage()) {
      page.navigate("http://127.0.0.1:" + server.port() + "/");

      Object outcome = page.evaluate(ECHO_ALL, Map.of("path", path, "sizes", SIZES));

      assertThat(outcome)
          .isEqualTo(Map.of("extensions", extensions, "echoes", 2 * SIZES.size(), "code", 1000));
    }
  }

  private static WebSocketOptions options(Compression compression) {
    return WebSocketOptions.builder()
        .compression(compression)
        .maxMessageBytes(MAX_MESSAGE_BYTES)
        .outboxBytes(MAX_MESSAGE_BYTES + (1 << 20)) // noise grows a little
        .heartbeat(Duration.ZERO, Duration.ofMinutes(1))
        .build();
  }
}
