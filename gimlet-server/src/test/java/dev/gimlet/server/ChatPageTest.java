package dev.gimlet.server;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.ScreenshotOptions;
import com.microsoft.playwright.Route.FulfillOptions;
import com.microsoft.playwright.WebSocketRoute;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// The chat page in a real browser against the real server.
class ChatPageTest {

  private static final int ASSERTION_MILLIS = 20_000; // machines of CI are slow
  private static final int PHONE_WIDTH = 390;
  private static final Path PICTURES = Path.of("target", "chat-page");

  // What Chromium itself logs while a server is away; anything else is a fault of the page.
  private static final Pattern SERVER_AWAY =
      Pattern.compile(
          "WebSocket connection to .* failed|net::ERR_CONNECTION_REFUSED|status of 4(00|26)");

  private static Chromium chromium;

  private final List<BrowserContext> contexts = new ArrayList<>();
  private final List<String> complaints = new ArrayList<>();
  private TestServer server = TestServer.start();

  @BeforeAll
  static void launch() {
    chromium = Chromium.launch();
    PlaywrightAssertions.setDefaultAssertionTimeout(ASSERTION_MILLIS);
  }

  @AfterAll
  static void quit() {
    if (chromium != null) { // null when the tests are skipped
      chromium.close();
    }
  }

  @BeforeEach
  void noComplaints() {
    complaints.clear();
  }

  @AfterEach
  void stop() {
    contexts.forEach(BrowserContext::close);
    server.close();
    assertThat(complaints).as("errors in the console of a page").isEmpty();
  }

  @Nested
  class TwoPeople {

    private final Page ann = open("Ann", desktop());
    private final Page bob = open("Bob", desktop());

    @Test
    void seeWhatTheOtherSays() {
      say(ann, "hello");
      say(bob, "hi Ann");

      assertThat(bodies(ann)).hasText(new String[] {"hello", "hi Ann"});
      assertThat(bodies(bob)).hasText(new String[] {"hello", "hi Ann"});
      assertThat(bob.locator("#log .message .name").first()).hasText("Ann");
    }

    @Test
    void seeEachOtherComeAndGo() {
      assertThat(ann.locator("#people .person-name")).hasText(new String[] {"Ann", "Bob"});
      assertThat(ann.locator(".notice")).hasText("Bob joined");

      bob.close();

      assertThat(ann.locator(".notice").last()).hasText("Bob left");
      assertThat(ann.locator("#count")).hasText("1");
    }

    @Test
    void comeBackWhenTheServerDoes() {
      say(ann, "before");
      assertThat(bodies(bob)).hasText("before");
      int port = server.port();
      server.close();
      assertThat(ann.locator("#state-text")).hasText("Reconnecting…");
      assertThat(ann.locator("#strip")).isVisible();

      say(ann, "written while the server was away");
      assertThat(ann.locator("#pending .status")).containsText("Waiting for the connection");
      server = TestServer.start(port);

      for (Page page : List.of(ann, bob)) {
        assertThat(page.locator("#state-text")).hasText("Connected");
        assertThat(bodies(page))
            .hasText(new String[] {"before", "written while the server was away"});
      }
      assertThat(ann.locator("#pending .message")).hasCount(0);
      assertThat(ann.locator("#strip")).isHidden();
    }

    @Test
    void areNotToldOfEachOthersReturnAfterAnOutage() {
      assertThat(ann.locator(".notice")).hasText("Bob joined");
      int port = server.port();
      server.close();
      server = TestServer.start(port);

      assertThat(ann.locator("#state-text")).hasText("Connected");
      assertThat(bob.locator("#state-text")).hasText("Connected");
      say(bob, "back");

      assertThat(bodies(ann)).hasText("back");
      assertThat(ann.locator(".notice")).hasCount(1);
    }
  }

  @Nested
  class OnePerson {

    @Test
    void isAskedForANameOnceAndUsesTheKeyboardOnly() {
      Page page = newPage(desktop());
      page.navigate(server.http("/").toString());
      assertThat(page.locator("#name-dialog")).isVisible();

      page.keyboard().type("Ann");
      page.keyboard().press("Enter");
      assertThat(page.locator("#state-text")).hasText("Connected");
      page.keyboard().type("no mouse");
      page.keyboard().press("Enter");
      assertThat(bodies(page)).hasText("no mouse");

      page.reload();
      assertThat(page.locator("#my-name")).hasText("Ann");
      assertThat(page.locator("#name-dialog")).isHidden();
      assertThat(bodies(page)).hasText("no mouse");
    }

    @Test
    void mayTakeAnotherName() {
      Page page = open("Ann", desktop());

      page.locator("#rename").click();
      page.locator("#name-input").fill("Anna");
      page.keyboard().press("Enter");

      assertThat(page.locator("#people .person-name")).hasText("Anna");
      say(page, "hi");
      assertThat(page.locator("#log .mine")).hasCount(1);
    }

    @Test
    void goesToAnotherRoomWhichStaysInTheAddress() {
      Page page = open("Ann", desktop());
      assertThat(page).hasURL(Pattern.compile("/\\?room=lobby$"));

      page.locator("#room-input").fill("客服 & co");
      page.keyboard().press("Enter");

      assertThat(page.locator("#room-name")).hasText("客服 & co");
      assertThat(page).hasURL(Pattern.compile("\\?room=%E5%AE%A2%E6%9C%8D"));
      assertThat(page.locator("#rooms a")).hasText(new String[] {"lobby", "客服 & co"});
    }

    @Test
    void isToldWhenTheAddressNamesNoRoom() {
      Page page = open("Ann", desktop(), "/?room=" + "x".repeat(65));

      assertThat(page.locator(".notice.wrong")).containsText("at most 64 characters");
      assertThat(page.locator("#room-name")).hasText("lobby");
    }

    @Test
    void seesTextAsText() {
      Page page = open("<b>Ann</b>", desktop());
      String text = "<img src=x onerror=\"document.title='broken'\">";

      say(page, text);

      assertThat(bodies(page)).hasText(text);
      assertThat(page.locator("#log img")).hasCount(0);
      assertThat(page.locator("#people .person-name")).hasText("<b>Ann</b>");
      assertThat(page).hasTitle("lobby · Gimlet chat");
    }

    @Test
    void seesWhatRawMembersSay() {
      Page page = open("Ann", desktop());
      try (TestClient raw = TestClient.connect(server.ws("/chat"))) {
        raw.send("21.4 °C");
        raw.send(new byte[2000]);
        raw.send("x".repeat(5000));

        assertThat(bodies(page).nth(0)).hasText("21.4 °C");
        assertThat(bodies(page).nth(1)).hasText("Binary message, 2.0 KiB");
        assertThat(bodies(page).nth(2)).containsText("… cut, 4.9 KiB in all");
      }
    }

    @Test
    void cannotSendTooMuch() {
      Page page = open("Ann", desktop());

      page.locator("#text").fill("é".repeat(2049));

      assertThat(page.locator("#hint")).hasText("Too long: 4.0 KiB, at most 4.0 KiB.");
      assertThat(page.locator("#send")).isDisabled();
    }

    @Test
    void mayDiscardWhatWaits() {
      Page page = open("Ann", desktop());
      int port = server.port();
      server.close();
      say(page, "never mind");
      page.locator("#pending button", new Page.LocatorOptions().setHasText("Discard")).click();
      say(page, "this one");
      server = TestServer.start(port);

      assertThat(bodies(page)).hasText("this one");
    }

    @Test
    void findsWhatWaitsAfterAReload() {
      Page page = newPage(desktop());
      named("Ann", page);
      page.routeWebSocket(Pattern.compile("/chat"), WebSocketRoute::close);
      page.navigate(server.http("/").toString());
      say(page, "kept");
      assertThat(page.locator("#pending .body")).hasText("kept");

      page.unrouteAll();
      page.routeWebSocket(Pattern.compile("/chat"), WebSocketRoute::connectToServer);
      page.reload();

      assertThat(bodies(page)).hasText("kept");
      assertThat(page.locator("#pending .message")).hasCount(0);
    }

    @Test
    void getsAMessageThroughAlthoughTheServerNeverConfirmedIt() {
      Page page = newPage(desktop());
      named("Ann", page);
      List<WebSocketRoute> routes = new ArrayList<>();
      page.routeWebSocket(
          Pattern.compile("/chat"),
          route -> {
            routes.add(route);
            route.connectToServer();
            if (routes.size() == 1) {
              route.onMessage(frame -> {}); // what the page says is lost on the way
            }
          });
      page.clock().install();
      page.navigate(server.http("/").toString());
      page.clock().runFor(1_000);
      assertThat(page.locator("#state-text")).hasText("Connected");
      say(page, "lost at first");

      page.clock().runFor(15_000);

      assertThat(bodies(page)).hasText("lost at first");
      assertThat(routes).hasSize(2);
    }
  }

  @Nested
  class WithoutAConnection {

    private final Page page = newPage(desktop());

    @BeforeEach
    void openWithoutAConnection() {
      named("Ann", page);
      page.routeWebSocket(Pattern.compile("/chat"), WebSocketRoute::close);
      page.clock().install();
    }

    @Test
    void isToldPlainlyThatNothingIsSent() {
      page.navigate(server.http("/").toString());
      say(page, "hello?");

      failAFewTimes();

      assertThat(page.locator("#strip-text")).containsText("No answer from the server since");
      assertThat(page.locator("#pending .status")).containsText("Not sent: no connection.");
    }

    @Test
    void isToldWhyTheServerRefuses() {
      page.route(
          Pattern.compile("/chat\\?"),
          route ->
              route.fulfill(
                  new FulfillOptions().setStatus(400).setBody("{\"error\":\"no room left\"}")));
      page.navigate(server.http("/").toString());

      failAFewTimes();

      assertThat(page.locator("#strip-text"))
          .hasText("The server refuses this connection: no room left.");
    }

    /// Time passes in steps, so that each attempt can fail in between.
    private void failAFewTimes() {
      for (int step = 0; step < 20; step++) {
        page.clock().runFor(5_000);
      }
    }
  }

  @Nested
  class Looks {

    @Test
    void fitsAPhone() {
      Page page =
          open("A rather long name without any meaning", phone(), "/?room=" + "w".repeat(64));
      say(page, "no break ".repeat(20) + "x".repeat(500));
      try (TestClient raw = TestClient.connect(server.ws("/chat?room=" + "w".repeat(64)))) {
        raw.send("y".repeat(500));
        assertThat(bodies(page)).hasCount(2);
      }

      assertThat(page.evaluate("document.documentElement.scrollWidth")).isEqualTo(PHONE_WIDTH);
      assertThat(page.evaluate("document.getElementById('scroll').scrollWidth"))
          .isEqualTo(PHONE_WIDTH);
      picture(page, "phone");
    }

    @Test
    void hidesThePeopleOnAPhoneUntilAsked() {
      Page page = open("Ann", phone());
      assertThat(page.locator("#side")).isHidden();

      page.locator("#side-toggle").click();
      assertThat(page.locator("#people .person-name")).isVisible();
      picture(page, "phone-people");

      page.keyboard().press("Escape");
      assertThat(page.locator("#side")).isHidden();
    }

    @Test
    void isDarkWhereTheSystemIs() {
      Page light = open("Ann", desktop());
      Page dark = open("Bob", desktop().setColorScheme(ColorScheme.DARK));
      say(light, "How does it look?");
      assertThat(bodies(dark)).hasText("How does it look?");

      assertThat(brightness(light)).isGreaterThan(230);
      assertThat(brightness(dark)).isLessThan(40);
      picture(light, "light");
      picture(dark, "dark");
    }

    private int brightness(Page page) {
      return (int)
          page.evaluate(
              "+getComputedStyle(document.querySelector('.talk')).backgroundColor.match(/\\d+/)[0]");
    }
  }

  private static NewContextOptions desktop() {
    return new NewContextOptions().setViewportSize(1280, 800);
  }

  private static NewContextOptions phone() {
    return new NewContextOptions()
        .setViewportSize(PHONE_WIDTH, 844)
        .setHasTouch(true)
        .setIsMobile(true);
  }

  /// A page of a person who has been here before.
  private Page open(String name, NewContextOptions options) {
    return open(name, options, "/");
  }

  private Page open(String name, NewContextOptions options, String path) {
    Page page = newPage(options);
    named(name, page);
    page.navigate(server.http(path).toString());
    assertThat(page.locator("#state-text")).hasText("Connected");
    return page;
  }

  private static void named(String name, Page page) {
    page.addInitScript(
        "localStorage.getItem('gimlet.name') || localStorage.setItem('gimlet.name', '\"%s\"')"
            .formatted(name));
  }

  private Page newPage(NewContextOptions options) {
    BrowserContext context = chromium.browser().newContext(options.setLocale("en-GB"));
    contexts.add(context);
    Page page = context.newPage();
    page.onConsoleMessage(this::note);
    page.onPageError(complaints::add);
    page.addInitScript(
        "addEventListener('securitypolicyviolation', (e) => console.error('CSP', e.blockedURI))");
    return page;
  }

  private void note(ConsoleMessage message) {
    boolean grave = message.type().equals("error") || message.type().equals("warning");
    if (grave && !SERVER_AWAY.matcher(message.text()).find()) {
      complaints.add(message.text());
    }
  }

  private static void say(Page page, String text) {
    page.locator("#text").fill(text);
    page.keyboard().press("Enter");
  }

  private static Locator bodies(Page page) {
    return page.locator("#log .message .body");
  }

  private static void picture(Page page, String name) {
    page.screenshot(new ScreenshotOptions().setPath(PICTURES.resolve(name + ".png")));
  }
}
