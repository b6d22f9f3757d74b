package dev.gimlet.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Page;
import dev.gimlet.server.MoodyServer.Turn;
import dev.gimlet.testing.Slow;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The browser's program of docs/clients.md, in Chromium.
@Timeout(120)
class ClientsDocumentPageTest {

  private static final Pattern WAIT = Pattern.compile("again in ([0-9.]+) ms");

  private static Chromium chromium;

  @BeforeAll
  static void start() {
    chromium = Chromium.launch();
  }

  @AfterAll
  static void stop() {
    if (chromium != null) { // null when the tests are skipped
      chromium.close();
    }
  }

  @Slow
  @Test
  void comesBackUntilItIsToldNotTo() throws Exception {
    try (MoodyServer server =
        MoodyServer.with(
            new Turn.Close(1012),
            new Turn.Refuse(503, 0),
            new Turn.Cut(),
            new Turn.Away(),
            new Turn.Close(1008),
            new Turn.Close(4500))) {
      List<String> lines = run(server, 10_000);

      assertThat(lines.getLast()).isEqualTo("closed with 4500: the end");
      assertThat(lines.stream().filter("hello"::equals)).hasSize(3);
      assertThat(lines)
          .anyMatch(line -> line.startsWith("closed with 1012: again in"))
          .anyMatch(line -> line.startsWith("closed with 1006: again in"))
          .anyMatch(line -> line.startsWith("closed with 1008: again in"));
      assertThat(waits(lines)).hasSizeGreaterThanOrEqualTo(6);
      ClientsDocumentTest.assertBackingOff(waits(lines));
      assertThat(server.attempts()).isEqualTo(6);
    }
  }

  @Test
  void beginsAnewAfterAConnectionThatHeld() throws Exception {
    Turn again = new Turn.Close(1001);
    try (MoodyServer server =
        MoodyServer.with(again, again, again, again, again, new Turn.Close(1000))) {
      List<String> lines = run(server, 0);

      assertThat(lines.getLast()).isEqualTo("closed with 1000: the end");
      assertThat(waits(lines)).hasSize(5).allMatch(wait -> wait <= ClientPrograms.FIRST_MILLIS + 1);
    }
  }

  @Test
  void knowsAllCodes() throws Exception {
    try (MoodyServer server = MoodyServer.with(new Turn.Refuse(503, 0));
        Page page = chromium.browser().newPage()) {
      page.navigate("http://localhost:" + server.port() + "/");
      Object known =
          page.evaluate(
              ClientPrograms.browser(server.port(), 10_000)
                  + "Array.from({length: 4000}, (_, i) => 1000 + i).filter(isFinal)");

      assertThat(known).isEqualTo(ClientsDocumentTest.finalCodes());
    }
  }

  private static List<String> run(MoodyServer server, int goodAfterMillis) throws Exception {
    List<String> lines = new ArrayList<>(); // Playwright calls back on this thread
    try (Page page = chromium.browser().newPage()) {
      page.navigate("http://localhost:" + server.port() + "/");
      page.onConsoleMessage(message -> {
        if (message.type().equals("log")) { // not what Chromium itself has to say about failures
          lines.add(message.text());
        }
      });
      page.evaluate(ClientPrograms.browser(server.port(), goodAfterMillis));
      long told = 0;
      while (lines.isEmpty() || !lines.getLast().endsWith("the end")) {
        ConsoleMessage _ = page.waitForConsoleMessage(() -> {});
        long waits = waits(lines).size();
        for (; told < waits; told++) {
          server.hearThatItTriesAgain();
        }
      }
    }
    return lines;
  }

  private static List<Double> waits(List<String> lines) {
    return lines.stream()
        .map(WAIT::matcher)
        .filter(Matcher::find)
        .map(wait -> Double.valueOf(wait.group(1)))
        .toList();
  }
}
