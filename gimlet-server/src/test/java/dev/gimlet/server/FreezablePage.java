package dev.gimlet.server;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.CDPSession;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/// A page that can be frozen and resumed, as a browser does with pages in the background and when a
/// computer sleeps.
///
/// Playwright keeps its own pages visible, and Chromium freezes hidden ones only; this one is
/// driven through the browser's protocol beside it. One thread only.
final class FreezablePage implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(20); // machines of CI are slow
  private static final int PAUSE_MILLIS = 50;

  private final CDPSession browser;
  private final String target;
  private final String session;
  private final Map<Integer, JsonObject> answers = new HashMap<>();
  private int lastId;

  private FreezablePage(CDPSession browser, URI address) {
    this.browser = browser;
    browser.on("Target.receivedMessageFromTarget", this::keep);
    target =
        browser
            .send("Target.createTarget", with("url", address.toString()))
            .get("targetId")
            .getAsString();
    session =
        browser
            .send("Target.attachToTarget", with("targetId", target))
            .get("sessionId")
            .getAsString();
  }

  static FreezablePage open(Browser browser, URI address) {
    return new FreezablePage(browser.newBrowserCDPSession(), address);
  }

  private void keep(JsonObject received) {
    JsonObject message =
        JsonParser.parseString(received.get("message").getAsString()).getAsJsonObject();
    if (message.has("id")) {
      answers.put(message.get("id").getAsInt(), message);
    }
  }

  void freeze() {
    call("Page.setWebLifecycleState", with("state", "frozen"));
  }

  void resume() {
    call("Page.setWebLifecycleState", with("state", "active"));
  }

  /// The value of an expression as text, or what prevented it, such as a page that is being left.
  String evaluate(String expression) {
    JsonObject answer = call("Runtime.evaluate", with("expression", "String(" + expression + ")"));
    if (!answer.has("result")) {
      return answer.toString();
    }
    JsonObject result = answer.getAsJsonObject("result").getAsJsonObject("result");
    return result.has("value") ? result.get("value").getAsString() : result.toString();
  }

  /// Waits until the expression has this value.
  void await(String expression, String expected) {
    String actual = evaluate(expression);
    for (long end = end(); !actual.equals(expected); actual = evaluate(expression)) {
      giveUpAfter(end, expression + " is " + actual + ", not " + expected);
    }
  }

  private JsonObject call(String method, JsonObject parameters) {
    JsonObject message = with("method", method);
    int id = ++lastId;
    message.addProperty("id", id);
    message.add("params", parameters);
    JsonObject wrapped = with("sessionId", session);
    wrapped.addProperty("message", message.toString());
    browser.send("Target.sendMessageToTarget", wrapped);
    for (long end = end(); !answers.containsKey(id); ) {
      browser.send("Browser.getVersion"); // lets what has arrived be read
      giveUpAfter(end, "no answer to " + method);
    }
    return answers.remove(id);
  }

  private static long end() {
    return System.nanoTime() + PATIENCE.toNanos();
  }

  private static void giveUpAfter(long end, String complaint) {
    if (System.nanoTime() > end) {
      throw new AssertionError(complaint);
    }
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new AssertionError(interrupted);
    }
  }

  private static JsonObject with(String name, String value) {
    return with(name, new JsonPrimitive(value));
  }

  private static JsonObject with(String name, JsonElement value) {
    JsonObject object = new JsonObject();
    object.add(name, value);
    return object;
  }

  @Override
  public void close() {
    browser.send("Target.closeTarget", with("targetId", target));
    browser.detach();
  }
}
