package dev.gimlet.server;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.Playwright.CreateOptions;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The Chromium that this machine has installed, driven through Playwright.
record Chromium(Playwright playwright, Browser browser) implements AutoCloseable {

  private static final String SWITCH = "GIMLET_BROWSER_TESTS";
  private static final List<String> NAMES = List.of("chromium", "chromium-browser");
  private static final String DEBIAN = "/usr/bin";

  // As root in a container there is no sandbox; and nothing may ask other servers for anything.
  private static final List<String> ARGUMENTS =
      List.of(
          "--no-sandbox",
          "--disable-gpu",
          "--disable-quic",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync");

  /// Starts it; without one the test is skipped, or fails where browser tests are required.
  static Chromium launch() {
    Path executable = find().orElseGet(Chromium::giveUp);
    Playwright playwright =
        Playwright.create(
            new CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    Browser browser =
        playwright
            .chromium()
            .launch(new LaunchOptions().setExecutablePath(executable).setArgs(ARGUMENTS));
    return new Chromium(playwright, browser);
  }

  private static Optional<Path> find() {
    String path = System.getenv().getOrDefault("PATH", "") + File.pathSeparator + DEBIAN;
    return Arrays.stream(path.split(File.pathSeparator))
        .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static Path giveUp() {
    String reason = "no chromium on the PATH: install it to run the browser tests";
    if ("required".equals(System.getenv(SWITCH))) {
      return fail(reason + " (" + SWITCH + "=required)");
    }
    return abort(reason);
  }

  @Override
  public void close() {
    playwright.close();
  }
}
