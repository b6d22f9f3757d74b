package dev.gimlet.server;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.gimlet.server.ChatPages.PHONE_WIDTH;
import static dev.gimlet.server.ChatPages.bodies;
import static dev.gimlet.server.ChatPages.desktop;
import static dev.gimlet.server.ChatPages.named;
import static dev.gimlet.server.ChatPages.phone;
import static dev.gimlet.server.ChatPages.picture;
import static dev.gimlet.server.ChatPages.say;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route.FulfillOptions;
import com.microsoft.playwright.WebSocketRoute;
import com.microsoft.playwright.options.ColorScheme;
import dev.gimlet.testing.Slow;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The chat page in a real browser against the real server.
class ChatPageTest {

  private static Chromium chromium;

  private final ChatPages pages = pages();
  private TestServer server = TestServer.start();

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
  void stop() {
    try {
      pages.close();
    } finally {
      server.close();
    }
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
    @Slow
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
      assertThat(bob.locator(".notice").last()).containsText("Messages may be missing here");
    }

    @Test
    void areNotToldOfAReload() {
      assertThat(ann.locator(".notice")).hasText("Bob joined");

      bob.reload();
      assertThat(bob.locator("#state-text")).hasText("Connected");
      say(bob, "here again");

      assertThat(bodies(ann)).hasText("here again");
      assertThat(ann.locator("#people .person-name")).hasText(new String[] {"Ann", "Bob"});
      assertThat(ann.locator(".notice")).hasCount(1);
    }

    @Test
    @Slow
    void areNotToldOfEachOthersReturnAfterAnOutage() {
      assertThat(ann.locator(".notice")).hasText("Bob joined");
      int port = server.port();
      server.close();
      server = TestServer.start(port);

      assertThat(ann.locator("#state-text")).hasText("Connected");
      assertThat(bob.locator("#state-text")).hasText("Connected");
      say(bob, "back");

      assertThat(bodies(ann)).hasText("back");
      assertThat(ann.locator(".notice"))
          .containsText(new String[] {"Bob joined", "Messages may be missing here"});
    }
  }

  @Nested
  @Slow
  class OnePerson {

    @Test
    void isAskedForANameOnceAndUsesTheKeyboardOnly() {
      Page page = pages.newPage(desktop());
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

    @ParameterizedTest
    @ValueSource(strings = {"isComposing: true", "keyCode: 229"}) // the latter in Safari
    void choosesAWordWithEnterWhileComposing(String sign) {
      Page page = open("Ann", desktop());
      page.locator("#text").fill("你好");

      page.evaluate(
          "document.getElementById('text').dispatchEvent(new KeyboardEvent('keydown',"
              + " { key: 'Enter', bubbles: true, cancelable: true, %s }))".formatted(sign));

      assertThat(page.locator("#text")).hasValue("你好");
      page.keyboard().press("Enter");
      assertThat(bodies(page)).hasText("你好");
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
      Page page = pages.newPage(desktop());
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
      Page page = pages.newPage(desktop());
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
  @Slow
  class AfterAMissedNotice {

    private final Page ann = pages.newPage(desktop());
    private final List<String> missed = new ArrayList<>();

    @BeforeEach
    void openWhereItIsMissedWhenBobLeaves() {
      named("Ann", ann);
      ann.routeWebSocket(
          Pattern.compile("/chat"),
          route -> {
            WebSocketRoute toServer = route.connectToServer();
            toServer.onMessage(frame -> {
              if (frame.text().contains("\"left\":[\"Bob\"]")) {
                missed.add(frame.text());
              } else {
                route.send(frame.text());
              }
            });
          });
      ann.navigate(server.http("/").toString());
      assertThat(ann.locator("#state-text")).hasText("Connected");
    }

    @Test
    void nobodyIsShownWhoHasGone() {
      Page bob = open("Bob", desktop());
      assertThat(ann.locator("#people .person-name")).hasText(new String[] {"Ann", "Bob"});
      bob.close();
      ann.waitForCondition(() -> !missed.isEmpty());

      open("Cat", desktop());

      assertThat(ann.locator(".notice").last()).hasText("Cat joined");
      assertThat(ann.locator("#people .person-name")).hasText(new String[] {"Ann", "Cat"});
    }
  }

  /// A server that plays a part, message by message.
  @Nested
  @Slow
  class TheServerSays {

    private static final String WELCOME =
        "{\"type\":\"welcome\",\"room\":\"lobby\",\"you\":\"Ann\",\"recovered\":false,"
            + "\"position\":\"e:0\",\"count\":1,\"people\":[\"Ann\"],\"messages\":[]}";

    private final Page page = pages.newPage(desktop());

    private String answer = "";

    /// The server answers each line with what is the answer then; ID stands for the id of the line.
    private void openAndSay(String text, String firstAnswer) {
      named("Ann", page);
      answer = firstAnswer;
      page.routeWebSocket(
          Pattern.compile("/chat"),
          route -> {
            route.onMessage(frame -> {
              if (frame.text().contains("\"text\"")) {
                String id = frame.text().replaceAll(".*\"id\":\"([^\"]+)\".*", "$1");
                route.send(answer.replace("ID", id));
              }
            });
            route.send(WELCOME);
          });
      page.navigate(server.http("/").toString());
      assertThat(page.locator("#state-text")).hasText("Connected");
      say(page, text);
    }

    @Test
    void thatAMessageHadBeenSaidBefore() {
      openAndSay("hello again", "{\"type\":\"confirmed\",\"id\":\"ID\"}");

      assertThat(bodies(page)).hasText("hello again");
      assertThat(page.locator("#log .mine")).hasCount(1);
      assertThat(page.locator("#pending .message")).hasCount(0);
    }

    @Test
    void thatItCannotTakeAMessageNow() {
      openAndSay(
          "patience",
          "{\"type\":\"error\",\"error\":\"the broker is away\",\"id\":\"ID\",\"again\":true}");
      assertThat(page.locator("#pending .status"))
          .containsText("Not sent yet: the broker is away. The page tries again.");

      answer =
          "{\"type\":\"message\",\"id\":\"ID\",\"time\":0,\"position\":\"e:1\",\"from\":\"Ann\","
              + "\"text\":\"patience\"}";

      assertThat(bodies(page)).hasText("patience");
      assertThat(page.locator("#pending .message")).hasCount(0);
    }

    @Test
    void forLongThatItCannotTakeAMessage() {
      page.clock().install();
      String refusal =
          "{\"type\":\"error\",\"error\":\"the broker is away\",\"id\":\"ID\",\"again\":true}";
      openAndSay("patience", refusal);
      assertThat(page.locator("#pending .status")).containsText("The page tries again.");

      page.clock().fastForward(5 * 60_000);

      assertThat(page.locator("#pending .status")).containsText("it may have been said already");
      page.locator("#pending button", new Page.LocatorOptions().setHasText("Try again")).click();
      assertThat(page.locator("#pending .status")).containsText("The page tries again.");
    }

    @Test
    void thatMessagesWereLost() {
      openAndSay(
          "hello",
          "{\"type\":\"lost\",\"position\":\"f:3\",\"reason\":\"the history was set back\"}");

      assertThat(page.locator(".notice")).containsText("Messages may be missing here");
    }
  }

  /// A server that tells of people, as a server does that reads presence after each notice.
  @Nested
  @Slow
  class TheServerListsPeople {

    private static final String MAY_BE_MISSING =
        "Messages may be missing here: the server no longer has all of what was said.";
    private static final String ANN = "\"Ann\"";
    private static final String BOB = "\"Bob\"";
    private static final String CAT = "\"Cat\"";
    private static final String DAN = "\"Dan\"";

    private final Page page = pages.newPage(desktop());
    private final List<WebSocketRoute> connections = new ArrayList<>();
    private String present = "";
    private int notices;

    @BeforeEach
    void openAmongThree() {
      named("Ann", page);
      present = list(ANN, BOB, CAT);
      page.routeWebSocket(
          Pattern.compile("/chat"),
          route -> {
            connections.add(route);
            route.send(welcome(present));
          });
      page.clock().install();
      page.navigate(server.http("/").toString());
      assertThat(page.locator("#state-text")).hasText("Connected");
      stopTheClock();
      assertPeople("Ann", "Bob", "Cat");
    }

    /// From now on time passes on the page only when a test lets it.
    private void stopTheClock() {
      Number now = (Number) page.evaluate("Date.now()");
      page.clock().pauseAt(now.longValue() + 5_000);
    }

    @Test
    void withoutOneWhoseLeavingWasNeverTold() {
      notice(list(DAN), list(), list(ANN, BOB, DAN));
      page.clock().runFor(5_000);

      assertPeople("Ann", "Bob", "Dan");
      assertNotices("Dan joined");
    }

    @Test
    void withOneWhoseComingIsToldNext() {
      notice(list(), list(BOB), list(ANN, CAT, DAN));
      notice(list(DAN), list(), list(ANN, CAT, DAN));
      page.clock().runFor(5_000);

      assertPeople("Ann", "Cat", "Dan");
      assertNotices("Dan joined", "Bob left");
    }

    @Test
    void withoutOneWhoseLeavingIsToldNext() {
      notice(list(DAN), list(), list(ANN, BOB, DAN));
      notice(list(), list(CAT), list(ANN, BOB, DAN));
      page.clock().runFor(5_000);

      assertPeople("Ann", "Bob", "Dan");
      assertNotices("Dan joined", "Cat left");
    }

    @Test
    void withoutOneWhoIsLoadingThePageAgain() {
      notice(list(DAN), list(), list(ANN, BOB, DAN));
      notice(list(CAT), list(), list(ANN, BOB, CAT, DAN));
      page.clock().runFor(5_000);

      assertPeople("Ann", "Bob", "Cat", "Dan");
      assertNotices("Dan joined");
    }

    @Test
    void withOneWhoIsBackAlready() {
      notice(list(), list(CAT), list(ANN, BOB));
      notice(list(DAN), list(), list(ANN, BOB, CAT, DAN));
      page.clock().runFor(1_900);
      notice(list(CAT), list(), list(ANN, BOB, CAT, DAN));
      page.clock().runFor(5_000);

      assertPeople("Ann", "Bob", "Cat", "Dan");
      assertNotices("Dan joined");
    }

    @Test
    void withOneWhoseReturnIsNeverTold() {
      notice(list(), list(CAT), list(ANN, BOB));
      notice(list(DAN), list(), list(ANN, BOB, CAT, DAN));
      page.clock().runFor(5_000);

      assertPeople("Ann", "Bob", "Cat", "Dan");
      assertNotices("Dan joined");
    }

    @Test
    void againWithOneWhoHadVanishedLongAgo() {
      notice(list(DAN), list(), list(ANN, BOB, DAN));
      page.clock().runFor(5_000);
      notice(list(CAT), list(), list(ANN, BOB, CAT, DAN));

      assertPeople("Ann", "Bob", "Cat", "Dan");
      assertNotices("Dan joined", "Cat joined");
    }

    @Test
    void afterManyLeftOfWhomNotAllAreNamed() {
      send(
          "\"count\":1,\"joined\":[],\"left\":[],\"moreJoined\":0,\"moreLeft\":9,\"people\":[\"Ann\"]");
      notice(list(CAT), list(), list(ANN, CAT));

      assertPeople("Ann", "Cat");
      assertNotices("9 people left", "Cat joined");
    }

    @Test
    void whileSomeAreNotBackAfterAnOutage() {
      present = list(ANN);
      connections.getFirst().close();
      assertThat(page.locator("#state-text")).hasText("Reconnecting…");
      page.clock().runFor(3_000);
      assertThat(page.locator("#count")).hasText("1");

      notice(list(DAN), list(), list(ANN, DAN));
      notice(list(BOB), list(), list(ANN, BOB, DAN));
      page.clock().runFor(12_000);

      assertPeople("Ann", "Bob", "Dan");
      assertNotices(MAY_BE_MISSING, "Dan joined", "Cat left");
    }

    @Test
    void withoutOneWhoLeftJustBeforeAnOutage() {
      notice(list(), list(BOB), list(ANN, CAT));
      notice(list(), list(CAT), list(ANN));
      present = list(ANN, CAT);
      connections.getFirst().close();
      assertThat(page.locator("#state-text")).hasText("Reconnecting…");
      page.evaluate("dispatchEvent(new Event('online'))"); // tries at once
      page.clock().runFor(500);
      assertThat(page.locator("#state-text")).hasText("Connected");
      page.clock().runFor(12_000);

      assertPeople("Ann", "Cat");
      assertNotices(MAY_BE_MISSING, "Bob left");
    }

    private void notice(String joined, String left, String people) {
      send(
          "\"count\":%d,\"joined\":%s,\"left\":%s,\"people\":%s"
              .formatted(count(people), joined, left, people));
    }

    /// Goes on when the page has it: a message behind it shows that.
    private void send(String fields) {
      WebSocketRoute connection = connections.getLast();
      connection.send("{\"type\":\"people\"," + fields + "}");
      notices++;
      connection.send(
          "{\"type\":\"message\",\"id\":\"%1$d\",\"time\":0,\"position\":\"e:%1$d\",\"text\":\"\"}"
              .formatted(notices));
      assertThat(bodies(page)).hasCount(notices);
    }

    private static String welcome(String people) {
      return ("{\"type\":\"welcome\",\"room\":\"lobby\",\"you\":\"Ann\",\"recovered\":false,"
              + "\"position\":\"e:0\",\"count\":%d,\"people\":%s,\"messages\":[]}")
          .formatted(count(people), people);
    }

    private static String list(String... names) {
      return "[" + String.join(",", names) + "]";
    }

    private static int count(String people) {
      return people.split(",").length;
    }

    private void assertPeople(String... names) {
      assertThat(page.locator("#people .person-name")).hasText(names);
    }

    private void assertNotices(String... texts) {
      assertThat(page.locator(".notice")).hasText(texts);
    }
  }

  @Nested
  @Slow
  class WithoutAConnection {

    private final Page page = pages.newPage(desktop());

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
  @Slow
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

  private Page open(String name, NewContextOptions options) {
    return open(name, options, "/");
  }

  private Page open(String name, NewContextOptions options, String path) {
    return pages.open(name, options, server.http(path));
  }
}
