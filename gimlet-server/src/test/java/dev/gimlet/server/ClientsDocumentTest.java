package dev.gimlet.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gimlet.client.Ending;
import dev.gimlet.server.MoodyServer.Turn;
import dev.gimlet.testing.Slow;
import dev.gimlet.websocket.CloseStatus;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Every program and command of docs/clients.md meets a server that closes, refuses, breaks and
/// goes away, and does what the page teaches. [ClientsDocumentPageTest] has the browser's.
@Timeout(300)
class ClientsDocumentTest {

  private static final Pattern WAIT = Pattern.compile("again in ([0-9.]+) (s|ms)");
  private static final double ROUNDING_MILLIS = 0.01;

  /// What a program printed, how it ended, and how often it asked.
  record Outcome(List<String> lines, int exitCode, int attempts) {

    List<Double> waitsMillis() {
      return lines.stream()
          .flatMap(line -> WAIT.matcher(line).results())
          .map(ClientsDocumentTest::millis)
          .toList();
    }

    long echoes() {
      return lines.stream().filter(line -> line.contains("hello")).count();
    }
  }

  private static double millis(MatchResult wait) {
    return Double.parseDouble(wait.group(1)) * (wait.group(2).equals("s") ? 1000 : 1);
  }

  /// The waits begin with the first, double, and are random.
  static void assertBackingOff(List<Double> waits) {
    assertThat(waits).doesNotHaveDuplicates();
    for (int i = 0; i < waits.size(); i++) {
      assertThat(waits.get(i))
          .as("wait %d of %s", i, waits)
          .isBetween(0.0, ClientPrograms.FIRST_MILLIS * (1 << i) + ROUNDING_MILLIS);
    }
  }

  /// The codes from 1000 to 4999 that mean "do not come back", as the client in Java knows them.
  static List<Integer> finalCodes() {
    return IntStream.range(1000, 5000)
        .filter(code -> new Ending.Closed(new CloseStatus(code, "")).isFinal())
        .boxed()
        .toList();
  }

  @Nested
  class Java {

    @TempDir private Path folder;

    @Test
    void comesBackUntilItIsToldNotTo() throws Exception {
      try (MoodyServer server =
          MoodyServer.with(new Turn.Close(1012), new Turn.Refuse(503, 0), new Turn.Close(4500))) {
        Outcome outcome = run(server, ClientPrograms.java(folder, server.port()));

        assertThat(outcome.lines())
            .contains("Text[hello]", "closed with 4500: as planned: the end");
        assertThat(outcome.echoes()).isEqualTo(2);
        assertThat(outcome.waitsMillis()).hasSize(2);
        assertThat(outcome.exitCode()).isZero();
      }
    }
  }

  @Nested
  @Slow
  class Python {

    @TempDir private Path folder;

    @Test
    void comesBackUntilItIsToldNotTo() throws Exception {
      try (MoodyServer server = MoodyServer.with(longPlan())) {
        assertFollows(run(server, ClientPrograms.python(folder, server.port(), 10)));
      }
    }

    @Test
    void beginsAnewAfterAConnectionThatHeld() throws Exception {
      try (MoodyServer server = MoodyServer.with(sixCloses())) {
        assertShortWaits(run(server, ClientPrograms.python(folder, server.port(), 0)));
      }
    }

    @Test
    void waitsAsLongAsTheServerAsks() throws Exception {
      try (MoodyServer server =
          MoodyServer.with(new Turn.Refuse(429, 1), new Turn.Refuse(403, 0))) {
        assertWaitsASecond(run(server, ClientPrograms.python(folder, server.port(), 10)));
      }
    }

    @Test
    void knowsAllCodes() throws Exception {
      ClientPrograms.python(folder, 1, 10);
      Path all = folder.resolve("all.py");
      Files.writeString(
          all,
          "import client\nprint([code for code in range(1000, 5000) if client.is_final(code)])\n");

      Path python = ClientPrograms.pythonWithLibrary();
      assertThat(output(List.of(python.toString(), all.toString())))
          .isEqualToIgnoringNewLines(finalCodes().toString());
    }
  }

  @Nested
  @Slow
  class Go {

    @TempDir private Path folder;

    @Test
    void comesBackUntilItIsToldNotTo() throws Exception {
      try (MoodyServer server = MoodyServer.with(longPlan())) {
        assertFollows(run(server, ClientPrograms.go(folder, server.port(), 10_000)));
      }
    }

    @Test
    void beginsAnewAfterAConnectionThatHeld() throws Exception {
      try (MoodyServer server = MoodyServer.with(sixCloses())) {
        assertShortWaits(run(server, ClientPrograms.go(folder, server.port(), 0)));
      }
    }

    @Test
    void waitsAsLongAsTheServerAsks() throws Exception {
      try (MoodyServer server =
          MoodyServer.with(new Turn.Refuse(429, 1), new Turn.Refuse(403, 0))) {
        assertWaitsASecond(run(server, ClientPrograms.go(folder, server.port(), 10_000)));
      }
    }

    @Test
    void knowsAllCodes() throws Exception {
      ClientPrograms.go(folder, 1, 10_000);
      Files.writeString(
          folder.resolve("all.go"),
          """
          package main

          import (
          	"fmt"
          	"os"
          )

          func init() {
          	for code := 1000; code < 5000; code++ {
          		if isFinal(code) {
          			fmt.Print(code, " ")
          		}
          	}
          	os.Exit(0)
          }
          """);

      assertThat(output(ClientPrograms.goProgram(folder)).strip().split(" "))
          .containsExactlyElementsOf(finalCodes().stream().map(String::valueOf).toList());
    }
  }

  @Nested
  class Commands {

    @Test
    void curlShowsTheHandshake() throws Exception {
      try (MoodyServer server = MoodyServer.with(new Turn.Close(1000))) {
        String answer = output(List.of("sh", "-c", here(lines("sh").getFirst(), server)));

        assertThat(answer)
            .startsWith("HTTP/1.1 101 Switching Protocols")
            .containsIgnoringCase("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        assertThat(Files.readString(Path.of("..", "docs", "clients.md")))
            .contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
      }
    }

    @Test
    void gimletConnectTalks() throws Exception {
      try (MoodyServer server = MoodyServer.with(new Turn.Close(1000))) {
        String command = here(lines("sh").get(1), server);

        assertThat(command).startsWith("echo hello | ./gimlet ");
        assertThat(connect(command.replace("echo hello | ./gimlet ", ""))).contains("hello");
      }
    }

    @Test
    void gimletConnectComesBackWhenAsked() throws Exception {
      try (MoodyServer server = MoodyServer.with(new Turn.Refuse(503, 0), new Turn.Close(1000))) {
        String command = here(lines("sh").get(2), server);

        assertThat(command).startsWith("./gimlet connect --reconnect ");
        assertThat(connect(command.replace("./gimlet ", ""))).contains("again", "hello");
      }
    }

    private static List<String> lines(String language) throws IOException {
      return ClientPrograms.blocks(language).stream().flatMap(String::lines).toList();
    }

    private static String here(String command, MoodyServer server) {
      assertThat(command).contains("localhost:8080");
      return command.replace("localhost:8080", "localhost:" + server.port());
    }

    private static String connect(String arguments) {
      StringWriter all = new StringWriter();
      PrintWriter writer = new PrintWriter(all, true);
      int code =
          Main.run(
              new ByteArrayInputStream("hello\n".getBytes(UTF_8)),
              writer,
              writer,
              arguments.split(" ", -1));
      assertThat(code).as(all.toString()).isZero();
      return all.toString();
    }
  }

  @Test
  void itsTableIsThatOfTheClientInJava() throws IOException {
    Pattern row = Pattern.compile("(?m)^\\| ([0-9, –]+) \\|.*\\| (yes|no) \\|$");
    List<Integer> never = new ArrayList<>();
    List<Integer> always = new ArrayList<>();
    row.matcher(Files.readString(Path.of("..", "docs", "clients.md")))
        .results()
        .forEach(
            each -> (each.group(2).equals("no") ? never : always).addAll(codes(each.group(1))));

    assertThat(never).hasSizeGreaterThan(1000).isSubsetOf(finalCodes());
    assertThat(always).hasSizeGreaterThan(1000).doesNotContainAnyElementsOf(finalCodes());
  }

  private static List<Integer> codes(String cell) {
    List<Integer> codes = new ArrayList<>();
    for (String part : cell.split(", ", -1)) {
      String[] ends = part.split("–", -1);
      int last = Integer.parseInt(ends[ends.length - 1]);
      IntStream.rangeClosed(Integer.parseInt(ends[0]), last).forEach(codes::add);
    }
    return codes;
  }

  private static Turn[] longPlan() {
    return new Turn[] {
      new Turn.Close(1012),
      new Turn.Refuse(503, 0),
      new Turn.Cut(),
      new Turn.Away(),
      new Turn.Close(1008),
      new Turn.Close(4500)
    };
  }

  private static void assertFollows(Outcome outcome) {
    assertThat(outcome.lines().getLast()).endsWith("closed with 4500: the end");
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.echoes()).isEqualTo(3);
    assertThat(outcome.attempts()).isEqualTo(longPlan().length);
    assertThat(outcome.lines().stream().filter(line -> line.contains("again in")))
        .anyMatch(line -> line.contains("closed with 1012"))
        .anyMatch(line -> line.contains("refused with 503"))
        .anyMatch(line -> line.contains("closed with 1006"))
        .anyMatch(line -> line.contains("closed with 1008"));
    assertThat(outcome.waitsMillis()).hasSizeGreaterThanOrEqualTo(6);
    assertBackingOff(outcome.waitsMillis());
  }

  private static Turn[] sixCloses() {
    Turn again = new Turn.Close(1001);
    return new Turn[] {again, again, again, again, again, new Turn.Close(1000)};
  }

  private static void assertShortWaits(Outcome outcome) {
    assertThat(outcome.lines().getLast()).endsWith("closed with 1000: the end");
    assertThat(outcome.waitsMillis())
        .hasSize(5)
        .allMatch(wait -> wait <= ClientPrograms.FIRST_MILLIS + ROUNDING_MILLIS);
  }

  private static void assertWaitsASecond(Outcome outcome) {
    assertThat(outcome.lines().getLast()).endsWith("refused with 403: the end");
    assertThat(outcome.waitsMillis()).hasSize(1);
    assertThat(outcome.waitsMillis().getFirst()).isCloseTo(1025, within(25 + ROUNDING_MILLIS));
  }

  /// Runs a program to its end, and tells the server what it says.
  private static Outcome run(MoodyServer server, List<String> command) throws Exception {
    List<String> lines = new ArrayList<>();
    Process process = start(command);
    try (BufferedReader output = process.inputReader(UTF_8)) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        lines.add(line);
        if (line.contains("again in")) {
          server.hearThatItTriesAgain();
        }
      }
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      return new Outcome(lines, process.exitValue(), server.attempts());
    } finally {
      process.destroyForcibly();
    }
  }

  private static String output(List<String> command) throws Exception {
    Process process = start(command);
    try (BufferedReader output = process.inputReader(UTF_8)) {
      return output.readAllAsString();
    } finally {
      process.destroyForcibly();
    }
  }

  private static Process start(List<String> command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("NO_PROXY", "localhost,127.0.0.1");
    return builder.start();
  }
}
