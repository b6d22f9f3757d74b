package dev.gimlet;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.testing.Floods;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.WebSocketListener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Peers that end their sending direction and keep the other, and those that reset it then.
///
/// Some transports kept a core busy over such sockets (CVE-2026-42577).
@Timeout(300)
final class HalfCloseTest {

  private static final int LARGE = 16 << 20; // more than a socket takes
  private static final Duration WATCHED = Duration.ofMillis(400);

  private final RecordingEvents events = new RecordingEvents();
  private final CountDownLatch gate = new CountDownLatch(1);
  private final Semaphore entered = new Semaphore(0);
  private final Semaphore heard = new Semaphore(0);
  private RunningServer server;

  @BeforeEach
  void start() {
    // With one loop, an answer on one connection tells that the others' bytes were read.
    Gimlet app = Gimlet.bare(ServerOptions.builder().eventLoops(1).events(events).build());
    app.get(
        "/gated",
        context -> {
          entered.release();
          gate.await();
          context.text("late");
        });
    app.get("/large", context -> context.bytes("application/octet-stream", new byte[LARGE]));
    app.ws(
        "/event", WebSocketListener.onMessage((connection, message) -> connection.send(message)));
    app.ws(
        "/loop",
        connection -> {
          for (Message message : connection) {
            connection.send(message);
          }
        });
    app.ws(
        "/late",
        connection -> {
          gate.await();
          connection.forEach(message -> heard.release());
        });
    server = app.start(0);
  }

  @AfterEach
  void stop() {
    gate.countDown();
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/event", "/loop"})
  void afterMessagesGetsItsAnswersAndAnEnd(String path) throws Exception {
    try (RawWebSocket client = RawWebSocket.connect(server.port(), path)) {
      client.send("1");
      client.send("2");
      client.shutdownOutput();

      assertThat(client.read().text()).isEqualTo("1");
      assertThat(client.read().text()).isEqualTo("2");
      assertThat(client.isAtEnd()).isTrue();
    }
    assertThat(events.next()).isEqualTo("opened");
    assertThat(events.next()).isEqualTo("closed 1006");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/event", "/loop"})
  void afterACloseGetsItsAnswersAndACloseToo(String path) throws Exception {
    try (RawWebSocket client = RawWebSocket.connect(server.port(), path)) {
      var both = new ByteArrayOutputStream();
      both.writeBytes(RawWebSocket.frame(RawWebSocket.TEXT, "1".getBytes(ISO_8859_1)));
      both.writeBytes(RawWebSocket.frame(RawWebSocket.CLOSE, RawWebSocket.closePayload(4000, "")));
      client.write(both.toByteArray());
      client.shutdownOutput();

      assertThat(client.read().text()).isEqualTo("1");
      assertThat(client.read().closeCode()).isEqualTo(4000);
      assertThat(client.isAtEnd()).isTrue();
    }
    assertThat(events.next()).isEqualTo("opened");
    assertThat(events.next()).isEqualTo("closed 4000");
  }

  @Test
  void isNotWaitedForWithoutEndWhenALoopDoesNotTakeItsMessages() throws Exception {
    try (RawWebSocket client = RawWebSocket.connect(server.port(), "/late")) {
      client.send("1");
      client.shutdownOutput();

      assertThat(client.isAtEnd()).isTrue(); // after the close timeout
    }
  }

  @Test
  void behindMessagesThatALoopHasNotTakenLosesNone() throws Exception {
    int messages = 300; // five times what waits for a loop before reading pauses
    try (RawWebSocket client = RawWebSocket.connect(server.port(), "/late");
        RawWebSocket other = RawWebSocket.connect(server.port(), "/event")) {
      for (int i = 0; i < messages; i++) {
        client.write(RawWebSocket.frame(RawWebSocket.BINARY, new byte[1000]));
      }
      client.write(RawWebSocket.frame(RawWebSocket.CLOSE, RawWebSocket.closePayload(4000, "")));
      client.shutdownOutput();
      for (int i = 0; i < 3; i++) {
        other.send("has the server seen it?");
        other.read();
      }
      gate.countDown();

      assertThat(heard.tryAcquire(messages, 30, TimeUnit.SECONDS)).isTrue();
      assertThat(events.next()).isEqualTo("opened");
      assertThat(events.next()).isEqualTo("opened");
      assertThat(events.next()).isEqualTo("closed 4000");
    }
  }

  @Test
  void afterARequestGetsAnAnswerThatFillsTheSocket() throws Exception {
    try (RawWebSocket client = RawWebSocket.dial(server.port(), 4096)) {
      client.write("GET /large HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(ISO_8859_1));
      client.shutdownOutput();

      assertThat(client.readHead()).startsWith("HTTP/1.1 200");
      client.skip(LARGE);
      assertThat(client.isAtEnd()).isTrue();
    }
  }

  @Test
  void afterMoreThanTheSocketTakesBackGetsEachAnswer() throws Exception {
    int messages = LARGE / 16_000;
    byte[] frame = RawWebSocket.frame(RawWebSocket.BINARY, new byte[16_000]);
    try (RawWebSocket client = RawWebSocket.connectSmall(server.port(), "/event")) {
      FutureTask<@Nullable Void> writing =
          new FutureTask<>(() -> {
            for (int i = 0; i < messages; i++) {
              client.write(frame);
            }
            client.shutdownOutput();
            return null;
          });
      Thread.startVirtualThread(writing);
      for (int i = 0; i < messages; i++) {
        assertThat(client.read().payload()).hasSize(16_000);
      }
      assertThat(client.isAtEnd()).isTrue();
      writing.get(20, TimeUnit.SECONDS);
    }
    assertThat(events.next()).isEqualTo("opened");
    assertThat(events.next()).isEqualTo("closed 1006");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/event", "/loop"})
  void insideAMessageIsTheEnd(String path) throws Exception {
    try (RawWebSocket client = RawWebSocket.connect(server.port(), path)) {
      client.write(RawWebSocket.frame(RawWebSocket.BINARY, 10, new byte[5]));
      client.shutdownOutput();

      assertThat(client.isAtEnd()).isTrue();
    }
    assertThat(events.next()).isEqualTo("opened");
    assertThat(events.next()).isEqualTo("closed 1006");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/event", "/loop"})
  @EnabledOnOs(OS.LINUX)
  void andResetManyTimesLeavesNothingBehind(String path) throws Exception {
    int times = Floods.of(100, 10_000);
    int before = openDescriptors();
    for (int i = 0; i < times; i++) {
      RawWebSocket client = RawWebSocket.connect(server.port(), path);
      client.send("x");
      client.shutdownOutput();
      client.reset();
    }
    for (int i = 0; i < 2 * times; i++) {
      assertThat(events.next()).isIn("opened", "closed 1006");
    }

    assertThat(openDescriptors()).isLessThanOrEqualTo(before + 5);
    assertThatTheLoopsRest();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void andResetWhileAHandlerIsAtWorkKeepsNoCoreBusy() throws Exception {
    int times = Floods.of(50, 1000);
    for (int i = 0; i < times; i++) {
      RawWebSocket client = RawWebSocket.dial(server.port(), 0);
      client.write("GET /gated HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(ISO_8859_1));
      client.shutdownOutput();
      assertThat(entered.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
      client.reset();
    }

    assertThatTheLoopsRest();
  }

  @SuppressWarnings("ThreadSleep")
  private static void assertThatTheLoopsRest() throws Exception {
    Duration before = cpuOfLoops();
    Thread.sleep(WATCHED);

    assertThat(cpuOfLoops().minus(before)).isLessThan(WATCHED.dividedBy(5));
  }

  private static Duration cpuOfLoops() throws IOException {
    Duration sum = Duration.ZERO;
    try (var threads = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
      for (Path thread : threads) {
        sum = sum.plus(cpuOfLoop(thread));
      }
    }
    return sum;
  }

  private static Duration cpuOfLoop(Path thread) throws IOException {
    try {
      boolean isLoop = Files.readString(thread.resolve("comm")).startsWith("gimlet-loop");
      return isLoop ? cpu(Files.readString(thread.resolve("stat"))) : Duration.ZERO;
    } catch (NoSuchFileException ended) {
      return Duration.ZERO; // another thread, since it was listed
    }
  }

  /// User and system time, the 14th and 15th field, in hundredths of a second.
  private static Duration cpu(String stat) {
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return Duration.ofMillis(10 * (Long.parseLong(fields[11]) + Long.parseLong(fields[12])));
  }

  private static int openDescriptors() throws IOException {
    try (var files = Files.list(Path.of("/proc/self/fd"))) {
      return (int) files.count();
    }
  }
}
