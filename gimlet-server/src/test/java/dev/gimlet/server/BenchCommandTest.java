package dev.gimlet.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.Gimlet;
import dev.gimlet.RunningServer;
import dev.gimlet.ServerOptions;
import dev.gimlet.http.HttpException;
import dev.gimlet.room.Room;
import dev.gimlet.testing.Slow;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.WebSocketConnection;
import dev.gimlet.websocket.WebSocketListener;
import dev.gimlet.websocket.WebSocketOptions;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Timeout(120)
class BenchCommandTest {

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final RunningServer server = start();

  @AfterEach
  void stop() {
    server.close();
  }

  private static RunningServer start() {
    Gimlet app = Gimlet.bare(ServerOptions.builder().host("127.0.0.1").build());
    AtomicInteger count = new AtomicInteger();
    app.ws("/echo", WebSocketListener.onMessage(WebSocketConnection::send));
    app.ws(
        "/forget",
        WebSocketListener.onMessage((connection, message) -> {
          if (count.incrementAndGet() % 2 == 0) {
            connection.send(message);
          }
        }));
    Executor later = CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS);
    app.ws(
        "/tardy",
        WebSocketListener.onMessage(
            (connection, message) -> later.execute(() -> connection.send(message))));
    app.ws(
        "/twice",
        WebSocketListener.onMessage((connection, message) -> {
          connection.send(message);
          connection.send(message);
        }));
    app.ws(
        "/leave",
        connection -> {
          connection.receive();
          connection.close(1011, "broken");
        });
    app.ws("/room", new RoomOfAll(app.room("lobby")));
    app.ws("/patient", tight(Duration.ofMinutes(1)), new RoomOfAll(app.room("patient")));
    app.ws("/impatient", tight(Duration.ofMillis(1)), new RoomOfAll(app.room("impatient")));
    app.get(
        "/query",
        context -> {
          if (!context.queryParameter("x").equals(Optional.of("ü"))) {
            throw new HttpException(400, "not as it was asked for");
          }
          context.upgrade(
              context.webSocketOptions(), WebSocketListener.onMessage(WebSocketConnection::send));
        });
    app.ws("/late", new RoomOfTheLate(app.room("late")));
    return app.start(0);
  }

  private static WebSocketOptions tight(Duration closeTimeout) {
    return WebSocketOptions.builder().outboxBytes(64 << 10).closeTimeout(closeTimeout).build();
  }

  /// All are members before they can know that they are connected. Immutable.
  private record RoomOfAll(Room room) implements WebSocketListener {

    @Override
    public void onOpen(WebSocketConnection connection) {
      room.join(connection);
    }

    @Override
    public void onMessage(WebSocketConnection connection, Message message) {
      room.publish(message);
    }
  }

  /// One more becomes a member after each message. Thread-safe: a concurrent queue.
  private record RoomOfTheLate(Room room, Queue<WebSocketConnection> waiting)
      implements WebSocketListener {

    private RoomOfTheLate(Room room) {
      this(room, new ConcurrentLinkedQueue<>());
    }

    @Override
    public void onOpen(WebSocketConnection connection) {
      waiting.add(connection);
    }

    @Override
    public void onMessage(WebSocketConnection connection, Message message) {
      room.publish(message);
      WebSocketConnection next = waiting.poll();
      if (next != null) {
        room.join(next);
      }
    }
  }

  @Test
  void measuresAnEcho() {
    int code = run("/echo", "--connections", "4", "--duration", "500ms", "--assert", "lost==0");

    assertThat(code).as(err.toString()).isZero();
    assertThat(out.toString())
        .contains("messages in", "over 4 connections", "p50", "p99.9", "###", "lost 0")
        .contains("duplicated 0, reordered 0");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void keepsARate() throws Exception {
    int code =
        run("/echo", "--connections", "3", "--duration", "1s", "--rate", "100", "--json", "-");

    JsonNode figures = JsonMapper.shared().readTree(out.toString());
    assertThat(code).isZero();
    assertThat(figures.get("sent").asInt()).isBetween(90, 101);
    assertThat(figures.get("lost").asInt()).isZero();
    assertThat(figures.get("p99").asDouble()).isPositive();
  }

  @Test
  void measuresARoom() throws Exception {
    int code =
        run(
            "/room",
            "--mode",
            "room",
            "--connections",
            "5",
            "--duration",
            "500ms",
            "--rate",
            "50",
            "--json",
            "-");

    JsonNode figures = JsonMapper.shared().readTree(out.toString());
    assertThat(code).isZero();
    assertThat(figures.get("received").asInt()).isEqualTo(4 * figures.get("sent").asInt());
    assertThat(figures.get("lost").asInt()).isZero();
  }

  @Test
  void countsWhatIsLost() {
    int code = run("/forget", "--duration", "300ms", "--rate", "100", "--assert", "lost==0");

    assertThat(code).isEqualTo(1);
    assertThat(err.toString()).contains("does not hold: lost==0, found ");
  }

  @Test
  void countsWhatComesTwice() throws Exception {
    run("/twice", "--duration", "300ms", "--rate", "100", "--json", "-");

    JsonNode figures = JsonMapper.shared().readTree(out.toString());
    assertThat(figures.get("duplicated").asInt()).isEqualTo(figures.get("sent").asInt());
    assertThat(figures.get("lost").asInt()).isZero();
  }

  @Test
  void countsNoAnswerThatComesAfterTheTimeToItsRate() throws Exception {
    run("/tardy", "--connections", "4", "--duration", "300ms", "--json", "-");

    JsonNode figures = JsonMapper.shared().readTree(out.toString());
    assertThat(figures.get("rate").asDouble()).isZero();
    assertThat(figures.get("received").asInt()).isEqualTo(4);
    assertThat(figures.get("lost").asInt()).isZero();
  }

  @Test
  void tellsThatTheServerEndedConnections() {
    int code = run("/leave", "--connections", "2", "--duration", "10s");

    assertThat(code).isEqualTo(1);
    assertThat(out.toString())
        .contains("the server ended", "of 2 connections (closed with 1011: broken)");
  }

  @Test
  void tellsHowManySlowReadersTheServerClosed() {
    int code = runWithSlowReaders("/patient");

    assertThat(code).as(err.toString()).isZero();
    assertThat(out.toString())
        .contains("over 3 connections", "slow readers: 2 of 2 closed by the server (2 with 1008)");
  }

  @Slow
  @Test
  void tellsThatTheServerCutSlowReaders() {
    int code = runWithSlowReaders("/impatient");

    assertThat(code).as(err.toString()).isZero();
    assertThat(out.toString())
        .contains("slow readers: 2 of 2 closed by the server (2 cut without a code)");
  }

  private int runWithSlowReaders(String path) {
    return run(
        path,
        "--mode",
        "room",
        "--connections",
        "3",
        "--slow-readers",
        "2",
        "--size",
        "60000",
        "--duration",
        "3s",
        "--assert",
        "lost==0",
        "--assert",
        "slowReadersClosed==2");
  }

  @Slow
  @Test
  void tellsThatSlowReadersWereKept() {
    int code = run("/echo", "--slow-readers", "2", "--duration", "300ms", "--connections", "3");

    assertThat(code).as(err.toString()).isZero();
    assertThat(out.toString())
        .contains("over 3 connections", "slow readers: 0 of 2 closed by the server\n");
  }

  @Test
  void sendsWhenAllHaveJoinedTheRoom() throws Exception {
    int code =
        run("/late", "--mode", "room", "--connections", "5", "--duration", "300ms", "--json", "-");

    JsonNode figures = JsonMapper.shared().readTree(out.toString());
    assertThat(code).as(err.toString()).isZero();
    assertThat(figures.get("sent").asInt()).isPositive();
    assertThat(figures.get("received").asInt()).isEqualTo(4 * figures.get("sent").asInt());
    assertThat(figures.get("lost").asInt()).isZero();
  }

  @Test
  void failsForOneAssertionOfSeveral() {
    int code =
        run(
            "/echo",
            "--duration",
            "200ms",
            "--assert",
            "lost==0",
            "--assert",
            "p99<60s",
            "--assert",
            "max<0.001us");

    assertThat(code).isEqualTo(1);
    assertThat(err.toString()).contains("does not hold: max<0.001us, found ").hasLineCount(1);
  }

  @Test
  void passesWhenAllAssertionsHold() {
    int code = run("/echo", "--duration", "200ms", "--assert", "p99<60s", "--assert", "sent>0");

    assertThat(code).isZero();
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void saysInOneLineThatNobodyIsThere() {
    server.close();

    int code = run("/echo", "--duration", "1s");

    assertThat(code).isEqualTo(1);
    assertThat(err.toString())
        .startsWith("gimlet: cannot connect: Connection refused")
        .hasLineCount(1);
  }

  @Test
  void writesAPageWithAPlot() throws Exception {
    Path page = folder.resolve("bench.html");
    Path json = folder.resolve("bench.json");

    run(
        "/echo",
        "--connections",
        "2",
        "--duration",
        "200ms",
        "--html",
        page.toString(),
        "--json",
        json.toString());

    assertThat(page).content().contains("<svg", "<polyline", "p99.9").doesNotContain("http://");
    assertThat(JsonMapper.shared().readTree(Files.readString(json)).get("sent").asInt())
        .isPositive();
    assertThat(out.toString()).contains("messages in");
  }

  @Test
  void saysWhyThereIsNoConnection() {
    int code = run("/nothing", "--duration", "1s");

    assertThat(code).isEqualTo(1);
    assertThat(err.toString()).startsWith("gimlet: refused with 404").hasLineCount(1);
  }

  @Test
  void refusesACommandLineThatMakesNoSense() {
    assertThat(run("/echo", "--mode", "chaos")).isEqualTo(2);
    assertThat(run("/echo", "--size", "1")).isEqualTo(2);
    assertThat(run("/echo", "--connections", "0")).isEqualTo(2);
    assertThat(run("/echo", "--assert", "fast")).isEqualTo(2);
    assertThat(run("/echo", "--duration", "0")).isEqualTo(2);
    assertThat(run("/echo", "--assert", "speed>1")).isEqualTo(2);
    assertThat(run("/echo", "--html", folder.resolve("no/page.html").toString())).isEqualTo(2);
    assertThat(run("/echo", "--json", folder.toString())).isEqualTo(2);
    assertThat(runAt("wss://localhost/", "--tls-trust", "no.pem")).isEqualTo(2);
    assertThat(err.toString())
        .contains("echo or room", "--size", "--connections", "p99<50ms", "at least 1ms")
        .contains("no figure 'speed'", "page.html: this is no place", "--json", "no.pem")
        .hasLineCount(9);
    assertThat(out.toString()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "--connections, 65536, at most 65535",
    "--slow-readers, 65535, at most 65485",
    "--size, 67108865, at most 67108864",
    "--in-flight, 1000001, at most 1000000",
    "--in-flight, 200000, 1280000000 bytes at once"
  })
  void refusesMoreThanAMachineHas(String name, String value, String advice) {
    assertThat(run("/echo", name, value)).isEqualTo(2);
    assertThat(err.toString()).contains(name + " " + value, advice).hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource({
    "http://127.0.0.1/, ws://",
    "ws://127.0.0.1:99999/, ports go from 1 to 65535",
    "ws://127.0.0.1:0/, ports go from 1 to 65535",
    "ws://ann:secret@127.0.0.1/, header field",
    "ws://127.0.0.1/#top, fragment"
  })
  void refusesAnAddressThatIsNone(String address, String advice) {
    assertThat(runAt(address)).isEqualTo(2);
    assertThat(err.toString()).contains(advice).doesNotContain("secret").hasLineCount(1);
  }

  @Test
  void asksForTheQueryInAscii() {
    assertThat(run("/query?x=ü", "--duration", "100ms")).as(err.toString()).isZero();
  }

  private int run(String path, String... options) {
    return runAt("ws://127.0.0.1:" + server.port() + path, options);
  }

  private int runAt(String address, String... options) {
    List<String> arguments = new ArrayList<>();
    arguments.add("bench");
    arguments.add(address);
    arguments.addAll(List.of(options));
    return Main.run(
        InputStream.nullInputStream(),
        new PrintWriter(out, true),
        new PrintWriter(err, true),
        arguments.toArray(String[]::new));
  }
}
