package dev.gimlet.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import dev.gimlet.Gimlet;
import dev.gimlet.RunningServer;
import dev.gimlet.ServerOptions;
import dev.gimlet.websocket.WebSocketConnection;
import dev.gimlet.websocket.WebSocketListener;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The page that `gimlet bench --html` writes, in Chromium.
@Timeout(120)
class BenchReportPageTest {

  private static final int PHONE_WIDTH = 360;

  @TempDir private static Path folder;

  private static Chromium chromium;
  private static Path report;

  @BeforeAll
  static void start() {
    chromium = Chromium.launch();
    report = folder.resolve("report.html");
    Gimlet app = Gimlet.bare(ServerOptions.builder().host("127.0.0.1").build());
    app.ws("/echo", WebSocketListener.onMessage(WebSocketConnection::send));
    StringWriter said = new StringWriter();
    PrintWriter writer = new PrintWriter(said, true);
    try (RunningServer server = app.start(0)) {
      String url = "ws://127.0.0.1:" + server.port() + "/echo";
      int code =
          Main.run(
              InputStream.nullInputStream(),
              writer,
              writer,
              "bench",
              url,
              "--duration",
              "300ms",
              "--html",
              report.toString());
      assertThat(code).as(said.toString()).isZero();
    }
  }

  @AfterAll
  static void stop() {
    if (chromium != null) { // null when the tests are skipped
      chromium.close();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {PHONE_WIDTH, 1280})
  void isReadableAndAsksNobody(int width) {
    List<String> requests = new ArrayList<>();
    List<String> complaints = new ArrayList<>();
    try (BrowserContext context =
            chromium
                .browser()
                .newContext(new Browser.NewContextOptions().setViewportSize(width, 800));
        Page page = context.newPage()) {
      page.onRequest(request -> requests.add(request.url()));
      page.onConsoleMessage(message -> complaints.add(message.text()));
      page.navigate(report.toUri().toString());
      String pictures = System.getProperty("gimlet.pictures", "");
      if (!pictures.isEmpty()) {
        Path picture = Path.of(pictures, "bench-" + width + ".png");
        page.screenshot(new Page.ScreenshotOptions().setFullPage(true).setPath(picture));
      }

      assertThat(requests).containsExactly(report.toUri().toString());
      assertThat(complaints).isEmpty();
      assertThat(number(page, "document.documentElement.scrollWidth")).isLessThanOrEqualTo(width);
      assertThat(number(page, "document.querySelector('polyline').getBoundingClientRect().height"))
          .isGreaterThan(50);
      assertThat(number(page, "document.querySelector('polyline').getBoundingClientRect().width"))
          .isGreaterThan(width / 2.0 - 60);
      assertThat(number(page, SMALLEST_TEXT)).isGreaterThanOrEqualTo(10);
    }
  }

  /// In pixels on the screen: an SVG that shrinks takes its letters with it.
  private static final String SMALLEST_TEXT =
      """
      (() => {
        const svg = document.querySelector('svg');
        const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
        const plot = [...svg.querySelectorAll('text')]
          .map(text => parseFloat(getComputedStyle(text).fontSize) * scale);
        const rest = [...document.querySelectorAll('h1, p, td')]
          .map(element => parseFloat(getComputedStyle(element).fontSize));
        return Math.min(...plot, ...rest);
      })()\
      """;

  private static double number(Page page, String expression) {
    return ((Number) page.evaluate(expression)).doubleValue();
  }
}
