package dev.gimlet.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.Gimlet;
import dev.gimlet.RunningServer;
import dev.gimlet.ServerOptions;
import dev.gimlet.testing.FaultProxy;
import dev.gimlet.testing.Slow;
import dev.gimlet.websocket.WebSocketConnection;
import dev.gimlet.websocket.WebSocketListener;
import dev.gimlet.websocket.WebSocketOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ConnectCommandTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final RunningServer server = start();

  @AfterEach
  void stop() {
    server.close();
  }

  private static RunningServer start() {
    WebSocketOptions chat = WebSocketOptions.builder().subprotocols("chat").build();
    Gimlet app = Gimlet.bare(ServerOptions.builder().host("127.0.0.1").build());
    app.ws("/echo", WebSocketListener.onMessage(WebSocketConnection::send));
    app.ws(
        "/binary",
        connection -> {
          connection.receive();
          connection.send(new byte[] {0, 10, (byte) 0xFF});
        });
    app.ws(
        "/ping",
        connection -> {
          connection.ping();
          connection.receive();
        });
    app.ws(
        "/late",
        connection -> {
          connection.receive();
          connection.send("late");
          connection.receive();
        });
    app.ws("/leave", connection -> connection.close(4001, "enough"));
    app.ws(
        "/once",
        connection -> {
          connection.receive();
          connection.send("done");
          connection.close(1000, "");
        });
    app.get(
        "/fields",
        context -> {
          String field = context.headerField("X-Token").orElse("none");
          context.upgrade(
              chat,
              connection -> {
                connection.send(field + " " + connection.subprotocol().orElse("none"));
                connection.receive();
              });
        });
    return app.start(0);
  }

  @Test
  void sendsLinesAndPrintsAnswers() {
    int code = run("hello\n你好\n\nlast", "/echo", "--wait", "1s");

    assertThat(code).isZero();
    assertThat(out.toString().lines()).containsExactly("hello", "你好", "", "last");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void sendsNothingWhenThereIsNothing() {
    int code = run("", "/echo", "--wait", "0");

    assertThat(code).isZero();
    assertThat(out.toString()).isEmpty();
  }

  @Test
  @Slow
  void losesNothingThatComesFasterThanItLeaves() {
    int lines = 3_000;
    String text = "x".repeat(1000);

    int code = run((text + "\n").repeat(lines), "/echo", "--wait", "20s");

    assertThat(code).as(err.toString()).isZero();
    assertThat(out.toString().lines()).hasSize(lines).allMatch(text::equals);
  }

  @Test
  void printsBinaryAsHex() {
    run("go", "/binary");

    assertThat(out.toString()).isEqualToIgnoringNewLines("000aff");
  }

  @Test
  void sendsFieldsAndSubprotocols() {
    int code = run("", "/fields", "--header", "X-Token: secret", "--subprotocol", "chat");

    assertThat(code).isZero();
    assertThat(out.toString()).isEqualToIgnoringNewLines("secret chat");
  }

  @Test
  void showsPingsOnRequest() {
    run("", "/ping", "--show-pings");

    assertThat(err.toString()).contains("gimlet: ping");
  }

  @Test
  void saysWhyThereIsNoConnection() {
    int code = run("hello", "/nothing");

    assertThat(code).isEqualTo(1);
    assertThat(err.toString()).startsWith("gimlet: refused with 404").hasLineCount(1);
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void saysThatTheServerEndedIt() throws IOException {
    try (PipedOutputStream typing = new PipedOutputStream();
        PipedInputStream endless = new PipedInputStream(typing)) {
      int code = run(endless, "/leave");

      assertThat(code).isEqualTo(1);
      assertThat(err.toString()).contains("closed with 4001: enough");
    }
  }

  @Test
  void failsWhenTheServerClosesBeforeTheEndOfInput() throws IOException {
    try (PipedOutputStream typing = new PipedOutputStream();
        PipedInputStream endless = new PipedInputStream(typing)) {
      type(typing, "first\n");

      int code = run(endless, "/once");

      assertThat(code).isEqualTo(1);
      assertThat(out.toString().lines()).containsExactly("done");
      // Whether the close overtakes the ping that asks for the line is the network's affair.
      assertThat(err.toString().lines())
          .last()
          .isEqualTo("gimlet: the server closed before the end of input");
    }
  }

  @Test
  void saysSoWhenTheServerClosesBeforeALineCouldLeave() throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    try (PipedOutputStream typing = new PipedOutputStream();
        PipedInputStream input = new PipedInputStream(typing)) {
      Thread typist =
          Thread.startVirtualThread(() -> {
            try {
              while (!over.get()) {
                type(typing, "a line\n");
                LockSupport.parkNanos(1_000_000); // so that they do not pile up
              }
            } catch (UncheckedIOException _) {
              return; // the command reads no more
            }
          });

      int code = run(input, "/once");

      over.set(true);
      typist.join();
      assertThat(code).isEqualTo(1);
      assertThat(err.toString()).isNotEmpty();
    }
  }

  @Test
  void isContentWhenTheServerClosesAfterTheLastLine() {
    int code = run("only\n", "/once", "--wait", "20s");

    assertThat(code).as(err.toString()).isZero();
    assertThat(out.toString().lines()).containsExactly("done");
  }

  @Test
  void comesBackAndSendsWhatWaited() throws Exception {
    try (FaultProxy proxy = FaultProxy.to(server.port());
        PipedOutputStream typing = new PipedOutputStream();
        PipedInputStream input = new PipedInputStream(typing)) {
      Thread typist =
          Thread.startVirtualThread(() -> {
            type(typing, "first\n");
            await(out, "first");
            proxy.cut();
            await(err, "trying again in");
            type(typing, "second\n");
            await(out, "second");
            type(typing, "");
          });

      int code = runAt(proxy.port(), input, "/echo", "--reconnect");

      typist.join();
      assertThat(code).as(err.toString()).isZero();
      assertThat(out.toString().lines()).containsExactly("first", "second");
      assertThat(err.toString())
          .contains("gimlet: closed with 1006, trying again in ", "gimlet: connected again");
    }
  }

  @Test
  void endsAtOnceWithoutBeingAskedToComeBack() throws Exception {
    try (FaultProxy proxy = FaultProxy.to(server.port());
        PipedOutputStream typing = new PipedOutputStream();
        PipedInputStream endless = new PipedInputStream(typing)) {
      Thread.startVirtualThread(() -> {
        type(typing, "first\n");
        await(out, "first");
        proxy.cut();
      });

      assertThat(runAt(proxy.port(), endless, "/echo")).isEqualTo(1);
      assertThat(err.toString()).contains("gimlet: closed with 1006").doesNotContain("again");
    }
  }

  @Test
  void failsWhenTheCloseIsNotAnswered() throws Exception {
    try (FaultProxy proxy = FaultProxy.to(server.port());
        PipedOutputStream typing = new PipedOutputStream();
        PipedInputStream input = new PipedInputStream(typing)) {
      Thread.startVirtualThread(() -> {
        type(typing, "first\n");
        await(out, "first");
        proxy.blackhole();
        type(typing, "");
      });

      assertThat(runAt(proxy.port(), input, "/echo", "--wait", "0")).isEqualTo(1);
      assertThat(err.toString()).contains("gimlet: closed with 1006");
    }
  }

  /// Types it; nothing is the end of input.
  private static void type(PipedOutputStream typing, String text) {
    try {
      typing.write(text.getBytes(UTF_8));
      typing.flush();
      if (text.isEmpty()) {
        typing.close();
      }
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  private static void await(StringWriter where, String text) {
    while (!where.toString().contains(text)) {
      Thread.onSpinWait();
    }
  }

  @Test
  void refusesACommandLineThatMakesNoSense() {
    assertThat(run("", "/echo", "--header", "no colon")).isEqualTo(2);
    assertThat(err.toString()).contains("Name: value");
    assertThat(run("", "/echo", "--wait", "soon")).isEqualTo(2);
    assertThat(err.toString()).contains("no time");
    assertThat(Main.run(InputStream.nullInputStream(), writer(out), writer(err), "connect"))
        .isEqualTo(2);
    assertThat(
            Main.run(
                InputStream.nullInputStream(), writer(out), writer(err), "connect", "http://a/"))
        .isEqualTo(2);
    assertThat(err.toString()).contains("ws://");
  }

  private int run(String input, String path, String... options) {
    return run(new ByteArrayInputStream(input.getBytes(UTF_8)), path, options);
  }

  private int run(InputStream input, String path, String... options) {
    return runAt(server.port(), input, path, options);
  }

  private int runAt(int port, InputStream input, String path, String... options) {
    List<String> arguments = new ArrayList<>();
    arguments.add("connect");
    arguments.add("ws://127.0.0.1:" + port + path);
    arguments.addAll(List.of(options));
    return Main.run(input, writer(out), writer(err), arguments.toArray(String[]::new));
  }

  private static PrintWriter writer(StringWriter to) {
    return new PrintWriter(to, true);
  }
}
