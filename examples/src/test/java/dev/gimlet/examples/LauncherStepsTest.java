package dev.gimlet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What `./gimlet` does before there is a server: in a folder of its own, where Maven makes an
/// empty jar and Java prints what it was called with.
@Timeout(60)
final class LauncherStepsTest {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final long HERE = ProcessHandle.current().pid();

  @TempDir private Path folder;
  private Path home;
  private Path lock;
  private final List<Process> started = new ArrayList<>();

  @BeforeEach
  void copyTheLauncher() throws IOException {
    home = Files.createDirectory(folder.toRealPath().resolve("gimlet"));
    lock = home.resolve(".gimlet-build.lock");
    copy("gimlet");
    copy(".mvn/find-jdk.sh");
    script("mvnw", "cd gimlet-server/target && mkdir lib && : >gimlet-server.jar");
    script("jdk/bin/java", "printf '%s\\n' \"$@\"");
    script("jdk/bin/javac", "exit 1");
    Files.writeString(home.resolve("jdk/release"), "JAVA_VERSION=\"25\"\n");
  }

  @AfterEach
  void endWhatWaits() {
    started.forEach(Process::destroyForcibly);
  }

  @Nested
  class OneBuildAtATime {

    @Test
    void leavesNoLockBehind() throws Exception {
      Process launcher = launch();

      assertThat(output(launcher)).contains("gimlet: built in", "-jar");
      assertThat(lock).doesNotExist();
    }

    @Test
    void waitsForTheBuildOfAnotherAndSaysWhose() throws Exception {
      lockedBy(HERE);
      Process launcher = launch();

      assertThat(firstLine(launcher)).contains("process " + HERE, "delete " + lock);

      Files.delete(lock);
      assertThat(output(launcher)).contains("gimlet: built in");
    }

    @Test
    void takesTheLockOfABuildThatWasKilled() throws Exception {
      lockedBy(deadProcess());

      assertThat(output(launch())).contains("gimlet: built in").doesNotContain("another build");
      assertThat(home).isDirectoryNotContaining("glob:**/.gimlet-build.lock*");
    }

    @Test
    void takesALockThatNamesItsOwnProcess() throws Exception {
      Process launcher =
          start(Map.of(), "sh", "-c", "ln -s $$ .gimlet-build.lock; exec ./gimlet serve");

      assertThat(output(launcher)).contains("gimlet: built in").doesNotContain("another build");
    }

    @Test
    void leavesTheLockOfWhoWasFasterToTakeOver() throws Exception {
      lockedBy(deadProcess());
      script(
          "bin/readlink",
          "command -p readlink \"$@\"",
          "[ ! -e faster ] || exit 0",
          ": >faster",
          "rm -f \"$1\" && ln -s " + HERE + " \"$1\"");

      assertThat(firstLine(launch())).contains("process " + HERE);
      assertThat(Files.readSymbolicLink(lock)).hasToString(Long.toString(HERE));
    }

    @Test
    void saysAtOnceThatItCannotBuildHere() throws Exception {
      script("bin/ln", "echo 'ln: Permission denied' >&2", "exit 1"); // root may write anywhere

      Process launcher = launch();

      assertThat(output(launcher).strip().lines())
          .singleElement()
          .asString()
          .contains("cannot build in " + home, "Permission denied", "make that folder writable");
      assertThat(launcher.exitValue()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GIMLET_JAVA_OPTS, -XX:+UseZGC",
    "GIMLET_JAVA_OPTS, '-Xmx1g\n-XX:+UseZGC\n'",
    "JAVA_OPTS, -XX:+UseZGC -Xmx1g",
    "JDK_JAVA_OPTIONS, -XX:+UseZGC",
    "JAVA_TOOL_OPTIONS, -Xmx1g\t-XX:+UseZGC",
  })
  void choosesNoCollectorBesideThatOf(String variable, String options) throws Exception {
    assertThat(output(launch(Map.of(variable, options))))
        .contains("-XX:+UseCompactObjectHeaders")
        .doesNotContain("-XX:+UseParallelGC", "-Xmn32m");
  }

  @Test
  void choosesACollectorWhenNobodyElseDoes() throws Exception {
    Map<String, String> options =
        Map.of("GIMLET_JAVA_OPTS", "-Xmx1g", "JAVA_TOOL_OPTIONS", "-XX:+UseStringDeduplication");

    assertThat(output(launch(options))).contains("-XX:+UseParallelGC", "-Xmn32m", "-Xmx1g");
  }

  private void copy(String file) throws IOException {
    Path copy = home.resolve(file);
    Files.createDirectories(copy.getParent());
    Files.copy(ROOT.resolve(file), copy);
  }

  private void script(String file, String... lines) throws IOException {
    Path script = home.resolve(file);
    Files.createDirectories(script.getParent());
    Files.writeString(script, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
  }

  private void lockedBy(long process) throws IOException {
    Files.createSymbolicLink(lock, Path.of(Long.toString(process)));
  }

  private long deadProcess() throws Exception {
    Process process = start(Map.of(), "true");
    process.waitFor();
    return process.pid();
  }

  private Process launch() throws IOException {
    return launch(Map.of());
  }

  private Process launch(Map<String, String> variables) throws IOException {
    return start(variables, "./gimlet", "serve");
  }

  private Process start(Map<String, String> variables, String... command) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(home.toFile()).redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    environment
        .keySet()
        .removeAll(
            List.of("GIMLET_JAVA_OPTS", "JAVA_OPTS", "JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS"));
    environment.put("JAVA_HOME", home.resolve("jdk").toString());
    environment.merge("PATH", "", (path, _) -> home.resolve("bin") + ":" + path);
    environment.putAll(variables);
    Process process = builder.start();
    started.add(process);
    return process;
  }

  private static String firstLine(Process process) throws IOException {
    return String.valueOf(process.inputReader().readLine());
  }

  /// All that it has still to say, and its end.
  private static String output(Process process) throws Exception {
    try (BufferedReader output = process.inputReader()) {
      String all = output.readAllAsString();
      assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
      return all;
    }
  }
}
