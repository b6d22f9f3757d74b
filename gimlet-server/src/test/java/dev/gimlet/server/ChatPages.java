package dev.gimlet.server;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.ScreenshotOptions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Chat pages in a real browser, each of its own person; what they complain about fails the test.
final class ChatPages implements AutoCloseable {

  static final int PHONE_WIDTH = 390;

  private static final int ASSERTION_MILLIS = 20_000; // machines of CI are slow
  private static final Path PICTURES = Path.of("target", "chat-page");

  // What Chromium itself logs while a server is away; anything else is a fault of the page.
  private static final Pattern SERVER_AWAY =
      Pattern.compile(
          "WebSocket connection to .* failed"
              + "|net::ERR_(CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE|SOCKET_NOT_CONNECTED)"
              + "|status of 4(00|26)");

  private final Chromium chromium;
  private final List<BrowserContext> contexts = new ArrayList<>();
  private final List<String> complaints = new ArrayList<>();

  ChatPages(Chromium chromium) {
    this.chromium = chromium;
    PlaywrightAssertions.setDefaultAssertionTimeout(ASSERTION_MILLIS);
  }

  static NewContextOptions desktop() {
    return new NewContextOptions().setViewportSize(1280, 800);
  }

  static NewContextOptions phone() {
    return new NewContextOptions()
        .setViewportSize(PHONE_WIDTH, 844)
        .setHasTouch(true)
        .setIsMobile(true);
  }

  /// A connected page of a person who has been here before.
  Page open(String name, NewContextOptions options, URI address) {
    Page page = newPage(options);
    named(name, page);
    page.navigate(address.toString());
    assertThat(page.locator("#state-text")).hasText("Connected");
    return page;
  }

  static void named(String name, Page page) {
    page.addInitScript(
        "localStorage.getItem('gimlet.name') || localStorage.setItem('gimlet.name', '\"%s\"')"
            .formatted(name));
  }

  Page newPage(NewContextOptions options) {
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

  static void say(Page page, String text) {
    page.locator("#text").fill(text);
    page.keyboard().press("Enter");
  }

  static Locator bodies(Page page) {
    return page.locator("#log .message .body");
  }

  static void picture(Page page, String name) {
    page.screenshot(new ScreenshotOptions().setPath(PICTURES.resolve(name + ".png")));
  }

  /// Closes all pages.
  @Override
  public void close() {
    contexts.forEach(BrowserContext::close);
    assertThat(complaints).as("errors in the console of a page").isEmpty();
  }
}
