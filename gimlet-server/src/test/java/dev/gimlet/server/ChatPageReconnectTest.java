package dev.gimlet.server;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.gimlet.server.ChatPages.bodies;
import static dev.gimlet.server.ChatPages.desktop;
import static dev.gimlet.server.ChatPages.named;
import static dev.gimlet.server.ChatPages.phone;
import static dev.gimlet.server.ChatPages.picture;
import static dev.gimlet.server.ChatPages.say;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.WebSocketRoute;
import dev.gimlet.testing.FaultProxy;
import dev.gimlet.testing.Slow;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// The chat page when the network fails, the server forgets, or the computer sleeps.
///
/// Pages reach the server through a proxy that fails on request; the witness, a raw member, has a
/// connection of its own and hears what is really said in the room.
@Slow
class ChatPageReconnectTest {

  private static final String MAY_BE_MISSING = "Messages may be missing here";

  private static Chromium chromium;

  private final ChatPages pages = pages();
  private TestServer server = TestServer.start();
  private final FaultProxy network = proxy();
  private TestClient witness = TestClient.connect(server.ws("/chat"));

  private FaultProxy proxy() {
    try {
      return FaultProxy.to(server.port());
    } catch (IOException failed) {
      throw new AssertionError(failed);
    }
  }

  private static ChatPages pages() {
    return new ChatPages(chromium);
  }

  @BeforeAll
  static void launch() {
    chromium = Chromium.launch();
  }

  @AfterAll
  static void quit() {
    if (chromium != null) { // null when the tests are skipped
      chromium.close();
    }
  }

  @AfterEach
  void stop() throws IOException {
    try {
      pages.close();
    } finally {
      network.close();
      server.close();
    }
  }

  @Nested
  class NetworkCut {

    private final Page ann = open("Ann");
    private final Page bob = open("Bob");

    @Test
    void bothGetExactlyWhatTheyMissedAndWhatWaitedIsSaidOnce() throws Exception {
      say(ann, "before");
      assertThat(bodies(bob)).hasText("before");
      network.refuse();
      network.cut();
      assertThat(ann.locator("#state-text")).hasText("Reconnecting…");
      assertThat(bob.locator("#state-text")).hasText("Reconnecting…");

      say(ann, "written meanwhile");
      assertThat(ann.locator("#pending .status")).containsText("Waiting for the connection");
      witnessSays(20);
      network.admit();

      String[] all = with(meanwhile(20), "before", "written meanwhile");
      for (Page page : List.of(ann, bob)) {
        assertThat(page.locator("#state-text")).hasText("Connected");
        assertThat(bodies(page)).hasText(all);
        assertThat(missingNotices(page)).hasCount(0);
      }
      assertThat(ann.locator("#pending .message")).hasCount(0);
      witnessHears(all);
    }

    @Test
    void leavesAReaderWhereHeIs() throws Exception {
      witnessSays(60);
      assertThat(bodies(ann)).hasCount(60);
      assertThat(ann.locator("#latest")).isHidden();
      ann.evaluate("document.getElementById('scroll').scrollTop = 0");
      network.reset();
      witnessSays(5);

      assertThat(bodies(ann)).hasCount(65);
      assertThat(ann.locator("#latest")).isVisible();
      assertThat(ann.evaluate("document.getElementById('scroll').scrollTop")).isEqualTo(0);
      assertThat(bodies(bob).last()).isInViewport();
    }

    @Test
    void goesOnAfterAReset() throws Exception {
      network.reset();
      witnessSays(1);

      assertThat(bodies(ann)).hasText("m1");
      assertThat(bodies(bob)).hasText("m1");
      say(bob, "back");
      assertThat(bodies(ann)).hasText(new String[] {"m1", "back"});
      assertThat(missingNotices(ann)).hasCount(0);
    }
  }

  @Nested
  class BlackHole {

    private final Page ann = pageWithClock("Ann");

    @Test
    void whatWasSentIntoItIsNotConfirmedAndSaidOnceAfterwards() throws Exception {
      network.blackhole();
      say(ann, "into the dark");
      witnessSays(1);
      assertThat(ann.locator("#pending .status")).containsText("Sending…");

      ann.clock().runFor(13_000);
      assertThat(ann.locator("#state-text")).hasText("Reconnecting…");
      assertThat(ann.locator("#pending .status")).containsText("Sent, not confirmed.");
      picture(ann, "not-confirmed");
      network.pass();
      passUntilConnected(ann);

      assertThat(bodies(ann)).hasText(new String[] {"m1", "into the dark"});
      assertThat(ann.locator("#pending .message")).hasCount(0);
      assertThat(missingNotices(ann)).hasCount(0);
      witnessHears("m1", "into the dark");
    }

    @Test
    void isNoticedByAPageThatSaysNothing() throws Exception {
      network.blackhole();
      witnessSays(3);

      ann.clock().runFor(40_000);
      assertThat(ann.locator("#state-text")).hasText("Reconnecting…");
      network.pass();
      passUntilConnected(ann);

      assertThat(bodies(ann)).hasText(meanwhileTexts(3));
      assertThat(missingNotices(ann)).hasCount(0);
    }

    @Test
    void thatSwallowedTheConfirmationLeadsToNoSecondMessage() throws Exception {
      Page bob = pages.newPage(desktop());
      named("Bob", bob);
      List<WebSocketRoute> routes = new ArrayList<>();
      bob.routeWebSocket(Pattern.compile("/chat"), route -> swallowFirstMessages(route, routes));
      bob.clock().install();
      bob.navigate(address("/").toString());
      assertThat(bob.locator("#state-text")).hasText("Connected");
      say(bob, "said, and not heard");
      assertThat(witness.nextText()).isEqualTo("said, and not heard");

      bob.clock().runFor(15_000);
      passUntilConnected(bob);

      assertThat(bodies(bob)).hasText("said, and not heard");
      assertThat(bob.locator("#pending .message")).hasCount(0);
      say(bob, "next");
      assertThat(witness.nextText()).isEqualTo("next");
    }

    private void swallowFirstMessages(WebSocketRoute route, List<WebSocketRoute> routes) {
      routes.add(route);
      WebSocketRoute upstream = route.connectToServer();
      if (routes.size() == 1) {
        upstream.onMessage(frame -> {
          if (!frame.text().contains("\"type\":\"message\"")) {
            route.send(frame.text());
          }
        });
      }
    }
  }

  @Nested
  class OpenButSilent {

    @Test
    void isLeftByAPageThatArrives() {
      Page ann = pages.newPage(desktop());
      named("Ann", ann);
      AtomicInteger opened = silent(ann, 1);
      ann.clock().install();
      ann.navigate(address("/").toString());

      passUntilConnected(ann);

      assertThat(opened).hasValue(2);
    }

    @Test
    void isLeftByAPageThatComesBack() throws Exception {
      Page ann = pages.newPage(desktop());
      named("Ann", ann);
      AtomicInteger opened = silent(ann, 2);
      ann.clock().install();
      ann.navigate(address("/").toString());
      assertThat(ann.locator("#state-text")).hasText("Connected");
      network.reset();
      assertThat(ann.locator("#state-text")).hasText("Reconnecting…");
      witnessSays(1);

      passUntilConnected(ann);

      assertThat(opened).hasValue(3);
      assertThat(bodies(ann)).hasText("m1");
      assertThat(missingNotices(ann)).hasCount(0);
    }

    /// Lets the page's socket of that number open, and nothing more; counts them.
    private static AtomicInteger silent(Page page, int number) {
      AtomicInteger opened = new AtomicInteger();
      page.routeWebSocket(
          Pattern.compile("/chat"),
          route -> {
            if (opened.incrementAndGet() != number) {
              route.connectToServer();
            }
          });
      return opened;
    }
  }

  @Nested
  class Asleep {

    private static final String STATE = "document.getElementById('state-text')?.textContent";
    private static final String BODIES =
        "[...document.querySelectorAll('#log .body')].map((body) => body.textContent)";
    private static final String NOTICES =
        "[...document.querySelectorAll('.notice')].map((notice) => notice.textContent)";

    private final FreezablePage ann =
        FreezablePage.open(chromium.browser(), address("/favicon.svg"));

    @BeforeEach
    void arrive() {
      ann.await("location.pathname", "/favicon.svg");
      ann.evaluate("localStorage.setItem('gimlet.name', '\"Ann\"')");
      ann.evaluate("location.assign('/')");
      ann.await(STATE, "Connected");
      annSays("before");
      ann.await(BODIES, "before");
    }

    @AfterEach
    void leave() {
      ann.close();
    }

    @Test
    void aPageShowsWhatCameMeanwhile() throws Exception {
      fallAsleep();
      witnessSays(5);
      wakeUp();

      ann.await(BODIES, joined(with(meanwhile(5), "before", "")));
      annSays("awake");
      ann.await(BODIES, joined(with(meanwhile(5), "before", "awake")));
      assertThat(ann.evaluate(NOTICES)).isEmpty();
      witnessHears(with(meanwhile(5), "before", "awake"));
    }

    @Test
    void aPageWhoseConnectionWasClosedGetsExactlyWhatItMissed() throws Exception {
      fallAsleep();
      network.cut();
      witnessSays(20);
      wakeUp();

      ann.await(BODIES, joined(with(meanwhile(20), "before", "")));
      assertThat(ann.evaluate(NOTICES)).isEmpty();
      annSays("awake");
      ann.await(BODIES, joined(with(meanwhile(20), "before", "awake")));
      witnessHears(with(meanwhile(20), "before", "awake"));
    }

    @Test
    void aPageThatMissedMoreThanIsKeptSaysSo() throws Exception {
      fallAsleep();
      network.cut();
      witnessSays(120);
      wakeUp();

      ann.await(BODIES, joined(with(meanwhile(120).subList(70, 120), "before", "")));
      assertThat(ann.evaluate(NOTICES)).startsWith(MAY_BE_MISSING);
    }

    private void annSays(String text) {
      ann.evaluate("(document.getElementById('text').value = '" + text + "')");
      ann.evaluate("document.getElementById('text').dispatchEvent(new Event('input'))");
      ann.evaluate("document.getElementById('composer').requestSubmit()");
    }

    private void fallAsleep() {
      String note = "document.addEventListener('%s', () => document.body.classList.add('%s'))";
      ann.evaluate(note.formatted("freeze", "slept"));
      ann.evaluate(note.formatted("resume", "woke"));
      ann.freeze();
      ann.await("document.body.className", "slept");
    }

    private void wakeUp() {
      ann.resume();
      ann.await("document.body.className", "slept woke");
    }

    private static String joined(String... texts) {
      return String.join(",", texts);
    }
  }

  @Nested
  class ServerThatForgot {

    @Test
    void isNotSentAgainWhatItMayHaveHeardLongAgo() throws Exception {
      Page ann = pageWithClock("Ann");
      network.blackhole();
      say(ann, "long ago");
      assertThat(ann.locator("#pending .status")).containsText("Sending…");
      int port = server.port();
      server.close();
      ann.clock().fastForward(5 * 60_000);
      server = TestServer.start(port);
      witness = TestClient.connect(server.ws("/chat"));
      network.pass();
      network.reset();
      passUntilConnected(ann);

      assertThat(missingNotices(ann)).hasCount(1);
      assertThat(ann.locator("#pending .status")).containsText("it may have been said already");
      picture(ann, "doubt");
      ann.locator("#pending button", new Page.LocatorOptions().setHasText("Try again")).click();

      assertThat(bodies(ann)).hasText("long ago");
      witnessHears("long ago");
    }

    @Test
    void isSeenOnAPhoneToo() throws Exception {
      Page ann = pages.open("Ann", phone(), address("/"));
      say(ann, "before");
      assertThat(bodies(ann)).hasText("before");
      int port = server.port();
      server.close();
      assertThat(ann.locator("#strip")).isVisible();
      say(ann, "written while the server was away");
      picture(ann, "phone-away");
      server = TestServer.start(port);

      assertThat(bodies(ann)).hasCount(2);
      assertThat(missingNotices(ann)).hasCount(1);
      picture(ann, "phone-may-be-missing");
    }
  }

  private Page open(String name) {
    return pages.open(name, desktop(), address("/"));
  }

  /// A connected page whose time runs as usual, and can be made to run faster.
  private Page pageWithClock(String name) {
    Page page = pages.newPage(desktop());
    named(name, page);
    page.clock().install();
    page.navigate(address("/").toString());
    assertThat(page.locator("#state-text")).hasText("Connected");
    return page;
  }

  private URI address(String path) {
    return URI.create("http://127.0.0.1:" + network.port() + path);
  }

  /// Lets the delays between attempts pass faster.
  private static void passUntilConnected(Page page) {
    for (int step = 0; step < 60; step++) {
      if (page.locator("#state-text").textContent().equals("Connected")) {
        return;
      }
      page.clock().runFor(1_000);
      page.waitForTimeout(200);
    }
    assertThat(page.locator("#state-text")).hasText("Connected");
  }

  private static Locator missingNotices(Page page) {
    return page.locator(".notice", new Page.LocatorOptions().setHasText(MAY_BE_MISSING));
  }

  private void witnessSays(int count) {
    meanwhile(count).forEach(witness::send);
  }

  private static List<String> meanwhile(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(number -> "m" + number).toList();
  }

  private static String[] meanwhileTexts(int count) {
    return meanwhile(count).toArray(String[]::new);
  }

  /// What the witness has heard since the test began is this, and nothing twice.
  private void witnessHears(String... expected) throws Exception {
    witness.send("end");
    List<String> heard = new ArrayList<>();
    String next = witness.nextText();
    while (!next.equals("end")) {
      heard.add(next);
      next = witness.nextText();
    }
    assertThat(heard).containsExactly(expected);
  }

  private static String[] with(List<String> middle, String before, String after) {
    return Stream.of(List.of(before), middle, List.of(after))
        .flatMap(List::stream)
        .filter(text -> !text.isEmpty())
        .toArray(String[]::new);
  }
}
