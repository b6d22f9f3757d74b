package dev.gimlet.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.gimlet.testing.Slow;
import java.io.IOException;
import java.io.Writer;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// `./gimlet`, as a user types it.
@Timeout(120)
final class LauncherTest {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  /// What a command printed and how it ended.
  record Outcome(int exitCode, String output) {}

  @BeforeAll
  static void theServerHasBeenBuilt() {
    assumeThat(ROOT.resolve("gimlet-server/target/gimlet-server.jar"))
        .as("run ./mvnw verify: the launcher needs the server's jar, which 'test' does not make")
        .exists();
  }

  @Test
  void servesTheChatPageAndStopsWhenAsked() throws Exception {
    try (Program server = launch("serve", "--port", "0");
        TestClient client = TestClient.connect(server.port(), "/ws")) {
      client.send("hello");

      assertThat(client.next()).isEqualTo("hello");
      assertThat(server.stop()).isZero();
      assertThat(client.next()).isEqualTo("closed with 1001");
    }
  }

  @Test
  void runsAOneFileProgram() throws Exception {
    try (Program echo = launch("run", ROOT.resolve("examples/Echo.java").toString());
        TestClient client = TestClient.connect(echo.port(), "/ws")) {
      client.send("hello");

      assertThat(client.next()).isEqualTo("hello");
      assertThat(echo.stop()).isZero();
    }
  }

  @Slow
  @Test
  @EnabledOnOs(OS.LINUX) // the only one that tells all arguments
  void choosesTheJvmsOptionsThatTheDocumentTellsOf() throws Exception {
    try (Program server = launch("serve", "--port", "0")) {
      server.port();

      assertThat(Files.readString(ROOT.resolve("docs/server.md")))
          .contains(server.javaOptions().stream().map("| `%s` |"::formatted).toList());
    }
  }

  @Slow
  @Test
  @EnabledOnOs(OS.LINUX)
  void leavesTheCollectorAloneWhenItIsChosen() throws Exception {
    List<String> command = command("serve", "--port", "0");
    command.set(1, command.get(1) + " -XX:+UseSerialGC -Xmx1g");
    try (Program server = Program.start(command)) {
      server.port();

      assertThat(server.javaOptions())
          .contains("-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders")
          .doesNotContain("-XX:+UseParallelGC", "-Xmn32m");
    }
  }

  @Test
  @Slow
  void talksAndMeasures() throws Exception {
    try (Program server = launch("serve", "--port", "0")) {
      String echo = "ws://localhost:" + server.port() + "/ws";

      Outcome talk = run("hello\n你好\n", "connect", echo);
      Outcome load = run("", "bench", echo, "--connections", "50", "--duration", "3s");

      assertThat(talk.output().lines()).containsExactly("hello", "你好");
      assertThat(talk.exitCode()).isZero();
      assertThat(load.output()).contains("over 50 connections", "lost 0");
      assertThat(load.exitCode()).isZero();
    }
  }

  @Test
  void printsHelpWithoutACommand() throws Exception {
    Outcome outcome = runCommand();

    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.output())
        .contains("./gimlet serve", "./gimlet run", "./gimlet connect", "./gimlet bench");
  }

  @Slow
  @Test
  void saysInOneLineThatThePortIsInUse() throws Exception {
    try (ServerSocket taken = new ServerSocket(0)) {
      Outcome outcome = runCommand("serve", "--port", Integer.toString(taken.getLocalPort()));

      assertThat(outcome.exitCode()).isEqualTo(1);
      assertThat(outcome.output().strip().lines()).hasSize(1);
      assertThat(outcome.output()).contains(Integer.toString(taken.getLocalPort()), "in use");
    }
  }

  @Test
  void saysInOneLineWhatIsWrongWithAnOption() throws Exception {
    Outcome outcome = runCommand("serve", "--port", "99999");

    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.output().strip().lines()).hasSize(1);
    assertThat(outcome.output()).contains("99999", "65535");
  }

  @Test
  void answersAnUnknownCommandWithExitCode2() throws Exception {
    assertThat(runCommand("surf").exitCode()).isEqualTo(2);
  }

  private static Program launch(String... arguments) throws IOException {
    return Program.start(command(arguments));
  }

  private static Outcome runCommand(String... arguments) throws IOException, InterruptedException {
    return run("", arguments);
  }

  private static Outcome run(String input, String... arguments)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile("gimlet-launcher", ".txt");
    Process process =
        new ProcessBuilder(command(arguments))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try (Writer in = process.outputWriter(StandardCharsets.UTF_8)) {
      in.write(input);
    }
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    String text = Files.readString(output, StandardCharsets.UTF_8);
    Files.delete(output);
    return new Outcome(process.exitValue(), text);
  }

  /// Runs where the repository is; programs without a port of their own take a free one.
  private static List<String> command(String... arguments) {
    String options = arguments.length > 0 && arguments[0].equals("run") ? "-Dgimlet.port=0" : "";
    List<String> command =
        new ArrayList<>(
            List.of(
                "env",
                "GIMLET_JAVA_OPTS=-Dstdin.encoding=UTF-8 -Dstdout.encoding=UTF-8 " + options));
    command.add(ROOT.resolve("gimlet").toString());
    command.addAll(List.of(arguments));
    return command;
  }
}
