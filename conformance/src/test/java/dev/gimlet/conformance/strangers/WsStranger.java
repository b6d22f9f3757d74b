package dev.gimlet.conformance.strangers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.testing.Strangers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.json.JsonMapper;

/// `ws` from npm, in a Node process that reads what to do and writes what happened.
final class WsStranger {

  /// What it does on one connection: each size as text and binary, whole and in fragments.
  record Task(String url, Offer offer, List<Integer> sizes) {}

  /// What came of a task. Faults are in words; a message that came back as sent is an echo.
  record Outcome(Task task, String answer, int echoes, int code, List<String> faults) {}

  private static final Path SOURCES = Path.of("src", "test", "node").toAbsolutePath();
  private static final Path HOME = Path.of("target", "strangers").toAbsolutePath();
  private static final Path INSTALLED = HOME.resolve("node_modules/.package-lock.json");
  private static final List<String> FILES =
      List.of("package.json", "package-lock.json", "strangers.mjs");
  private static final Duration INSTALL_TIMEOUT = Duration.ofMinutes(2);
  private static final Duration TIMEOUT = Duration.ofMinutes(30);
  private static final JsonMapper JSON = JsonMapper.shared();

  private WsStranger() {}

  /// Fetches `ws` when it is not there yet; without Node or npm the test is skipped or fails.
  static void install() throws IOException, InterruptedException {
    Files.createDirectories(HOME);
    for (String name : FILES) {
      Files.copy(SOURCES.resolve(name), HOME.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }
    if (!Strangers.isOnThePath("node") || !Strangers.isOnThePath("npm")) {
      Strangers.missing("no node and npm on the PATH: install them to meet `ws`");
    }
    if (Files.exists(INSTALLED)) {
      return;
    }
    if (run(INSTALL_TIMEOUT, "npm.log", "npm", "ci", "--no-audit", "--no-fund") != 0) {
      Strangers.missing("npm could not fetch `ws`, see " + HOME.resolve("npm.log").toUri());
    }
  }

  /// Does the tasks, one after the other.
  static List<Outcome> perform(List<Task> tasks) throws IOException, InterruptedException {
    Path plan = HOME.resolve("plan.json");
    Path outcomes = HOME.resolve("outcomes.json");
    Files.deleteIfExists(outcomes);
    Files.writeString(plan, JSON.writeValueAsString(tasks));
    int exit = run(TIMEOUT, "ws.log", "node", "strangers.mjs", "plan.json", "outcomes.json");
    assertThat(exit).as("node's exit code, see %s", HOME.resolve("ws.log").toUri()).isZero();
    return List.of(JSON.readValue(outcomes.toFile(), Outcome[].class));
  }

  private static int run(Duration timeout, String log, String... command)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .directory(HOME.toFile())
            .redirectErrorStream(true)
            .redirectOutput(HOME.resolve(log).toFile())
            .start();
    try {
      process.getOutputStream().close();
      boolean ended = process.waitFor(timeout.toSeconds(), TimeUnit.SECONDS);
      return ended ? process.exitValue() : -1;
    } finally {
      process.destroyForcibly();
    }
  }
}
