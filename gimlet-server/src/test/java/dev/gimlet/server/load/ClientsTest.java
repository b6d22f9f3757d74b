package dev.gimlet.server.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gimlet.Gimlet;
import dev.gimlet.RunningServer;
import dev.gimlet.ServerOptions;
import dev.gimlet.server.load.StampedMessages.Receivers;
import dev.gimlet.testing.TestCertificate;
import dev.gimlet.transport.ClientTls;
import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.GimletException;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.WebSocketConnection;
import dev.gimlet.websocket.WebSocketListener;
import dev.gimlet.websocket.WebSocketOptions;
import dev.gimlet.websocket.codec.Handshake;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ClientsTest {

  private static final int HELD_BACK = 300;
  private static final String HERE = "127.0.0.1";

  private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
  private final List<Message> held = new ArrayList<>(); // owned by the one connection's event loop
  private final RunningServer server = start();

  @AfterEach
  void stop() {
    server.close();
  }

  private RunningServer start() {
    Gimlet app = Gimlet.bare(ServerOptions.builder().host(HERE).build());
    app.ws("/echo", new Telling());
    app.ws("/leave", WebSocketListener.onMessage((it, _) -> it.close(1011, "broken")));
    app.ws("/hold", WebSocketListener.onMessage(this::holdBack));
    return app.start(0);
  }

  /// An echo that tells what it hears. Thread-safe: a concurrent queue.
  private final class Telling implements WebSocketListener {

    @Override
    public void onOpen(WebSocketConnection connection) {
      connection.ping();
    }

    @Override
    public void onMessage(WebSocketConnection connection, Message message) {
      connection.send(message);
    }

    @Override
    public void onPong(WebSocketConnection connection, ByteBuffer payload) {
      events.add("pong");
    }

    @Override
    public void onClose(WebSocketConnection connection, CloseStatus status) {
      events.add("closed with " + status.code());
    }
  }

  /// Answers the first ones together.
  private void holdBack(WebSocketConnection connection, Message message) {
    held.add(message);
    if (held.size() >= HELD_BACK) {
      held.forEach(connection::send);
      held.clear();
    }
  }

  @Test
  void keepMessagesInFlightAndSayGoodbye() throws Exception {
    StampedMessages messages = new StampedMessages(Receivers.SENDER, 2, 100);
    EchoLoad load = new EchoLoad(8, 2);
    try (Clients clients = new Clients(target("/echo", HERE), LoadTransport.best())) {
      clients.connect(new Clients.Crowd(2, 0), load, messages);
      clients.onLoop(load::start);
      awaitMessages(clients, load, 1_000);
      clients.onLoop(load::stop);

      assertThat(clients.open()).isEqualTo(2);
      assertThat(clients.failure()).isEmpty();
    }
    messages.release();

    assertThat(List.of(next(), next(), next(), next()))
        .containsExactlyInAnyOrder("pong", "pong", "closed with 1000", "closed with 1000");
  }

  @Test
  void workThroughTheJdkToo() throws Exception {
    StampedMessages messages = new StampedMessages(Receivers.SENDER, 1, 100_000);
    EchoLoad load = new EchoLoad(2, 1);
    try (Clients clients = new Clients(target("/echo", HERE), LoadTransport.NIO)) {
      clients.connect(new Clients.Crowd(1, 0), load, messages);
      clients.onLoop(load::start);
      awaitMessages(clients, load, 100);
    }
    messages.release();

    assertThat(messages.check(0).duplicated() + messages.check(0).reordered()).isZero();
  }

  @Test
  void tryTheNextAddress() throws Exception {
    FixedMessages messages = new FixedMessages(FixedMessages.Kind.TEXT, 32, 1);
    EchoLoad load = new EchoLoad(1, 1);
    try (Clients clients = new Clients(target("/echo", "127.0.0.2", HERE), LoadTransport.best())) {
      clients.connect(new Clients.Crowd(3, 0), load, messages);

      assertThat(clients.open()).isEqualTo(3);
    }
    messages.release();
  }

  @Test
  void sayThatNobodyHearsTheFirst() throws Exception {
    StampedMessages messages = new StampedMessages(Receivers.OTHERS, 3, 100);
    try (Clients clients = new Clients(target("/echo", HERE), LoadTransport.best())) {
      clients.connect(new Clients.Crowd(3, 0), new BroadcastLoad(1, 1, 2), messages);
      RollCall call = new RollCall(clients, messages, 2, Duration.ofMillis(60));

      assertThatThrownBy(() -> call.hold(() -> false))
          .isInstanceOf(GimletException.class)
          .hasMessageContaining("of 2 others 0 got what the first connection sent, within 60 ms");
    }
    messages.release();
  }

  @Test
  void callNobodyWhenTheyAreStopped() throws Exception {
    StampedMessages messages = new StampedMessages(Receivers.OTHERS, 2, 100);
    try (Clients clients = new Clients(target("/echo", HERE), LoadTransport.best())) {
      new RollCall(clients, messages, 1, Duration.ofHours(1)).hold(() -> true);
    }
    messages.release();

    assertThat(messages.callHeard()).isZero();
  }

  @Test
  void sayWhyTheyCannotConnect() {
    assertThatThrownBy(() -> connect(target("/nothing", HERE)))
        .isInstanceOf(GimletException.class)
        .hasMessageStartingWith("refused with 404");
    assertThatThrownBy(() -> connect(target("/echo", "127.0.0.2")))
        .isInstanceOf(GimletException.class)
        .hasMessageStartingWith("cannot connect: Connection refused");
  }

  @Test
  void sayInOneLineWhatTheServerAnswers() throws Exception {
    try (ServerSocket door = new ServerSocket(0, 50, InetAddress.ofLiteral(HERE))) {
      Thread.startVirtualThread(() -> refuse(door));

      assertThatThrownBy(() -> connect(target(door.getLocalPort(), "/", HERE)))
          .isInstanceOf(GimletException.class)
          .hasMessage("refused with 403: a\\u001b[31mb");
    }
  }

  @Test
  void readWhatComesWithTheAnswerThroughTls(@TempDir Path folder) throws Exception {
    TestCertificate certificate = TestCertificate.create(folder);
    FixedMessages messages = new FixedMessages(FixedMessages.Kind.TEXT, 32, 1);
    try (ServerSocket door = certificate.server().getServerSocketFactory().createServerSocket(0);
        Clients clients = new Clients(secure(certificate, door), LoadTransport.best())) {
      Thread.startVirtualThread(() -> openAndClose(door));
      clients.connect(new Clients.Crowd(1, 0), new EchoLoad(1, 1), messages);
      clients.runFor(Duration.ofSeconds(30));

      assertThat(clients.failure()).contains("closed with 1001");
    }
    messages.release();
  }

  /// Sends a close frame in one piece with the answer to the handshake.
  private static void openAndClose(ServerSocket door) {
    try (Socket peer = door.accept()) {
      var request = new BufferedReader(new InputStreamReader(peer.getInputStream(), US_ASCII));
      String name = "sec-websocket-key: ";
      String line = request.readLine();
      while (!line.toLowerCase(Locale.ROOT).startsWith(name)) {
        line = request.readLine();
      }
      String accept = Handshake.acceptKey(line.substring(name.length()));
      String head =
          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              + "Sec-WebSocket-Accept: "
              + accept
              + "\r\n\r\n";
      peer.getOutputStream().write((head + "\u0088\u0002\u0003\u00e9").getBytes(ISO_8859_1));
      peer.getInputStream().transferTo(OutputStream.nullOutputStream());
    } catch (IOException _) {
      return; // the test is over
    }
  }

  private static Target secure(TestCertificate certificate, ServerSocket door) {
    ClientTls tls = ClientTls.trusting(Optional.of(certificate.certificate()));
    int port = door.getLocalPort();
    return target(port, "/", Optional.of(new CheckedTls(tls, "localhost", port)), HERE);
  }

  private static void refuse(ServerSocket door) {
    try {
      while (true) {
        Socket peer = door.accept();
        peer.getInputStream().read();
        peer.getOutputStream().write("HTTP/1.1 403 a\u001b[31mb\r\n\r\n".getBytes(US_ASCII));
      }
    } catch (IOException closed) {
      // the test is over
    }
  }

  @Test
  void tellThatTheServerEndsThem() throws Exception {
    StampedMessages messages = new StampedMessages(Receivers.SENDER, 1, 100);
    EchoLoad load = new EchoLoad(1, 1);
    try (Clients clients = new Clients(target("/leave", HERE), LoadTransport.best())) {
      clients.connect(new Clients.Crowd(1, 0), load, messages);
      clients.onLoop(load::start);
      clients.runFor(Duration.ofSeconds(30));

      assertThat(clients.failure()).contains("closed with 1011: broken");
      assertThatThrownBy(clients::check).hasMessage("closed with 1011: broken");
    }
    messages.release();
  }

  /// A server that stops answering must not stop the clock: the messages meant to leave meanwhile
  /// count as late (coordinated omission).
  @Test
  void timeWhatWasMeantToLeaveWhileTheServerIsSilent() throws Exception {
    StampedMessages messages = new StampedMessages(Receivers.SENDER, 1, 100);
    try (Clients clients = new Clients(target("/hold", HERE), LoadTransport.best())) {
      PacedLoad load = new PacedLoad(clients, 1_000, 1, Long.MAX_VALUE);
      clients.connect(new Clients.Crowd(1, 0), load, messages);
      clients.onLoop(load::start);
      awaitMessages(clients, load, HELD_BACK);
      clients.onLoop(load::stop);

      clients.onLoop(() -> {
        assertThat(messages.latency().getMaxValue()).isGreaterThanOrEqualTo(298_000_000L);
        assertThat(messages.latency().getValueAtPercentile(50)).isBetween(100_000_000L, 1L << 40);
      });
      assertThat(load.refused()).isZero();
    }
    messages.release();
  }

  @Test
  void countBytesOfRawConnections() throws Exception {
    try (ServerSocket raw = new ServerSocket(0, 10, InetAddress.ofLiteral(HERE))) {
      Thread.startVirtualThread(() -> echo(raw));
      EchoLoad load = new EchoLoad(4, 1);
      FixedMessages messages = new FixedMessages(FixedMessages.Kind.RAW, 32, 4);
      Target target =
          new Target(
              List.of(InetAddress.ofLiteral(HERE)),
              raw.getLocalPort(),
              "",
              "",
              List.of(),
              WebSocketOptions.defaults(),
              Optional.empty(),
              true,
              Target.Source.ANY);
      try (Clients clients = new Clients(target, LoadTransport.best())) {
        clients.connect(new Clients.Crowd(1, 0), load, messages);
        clients.onLoop(load::start);
        awaitMessages(clients, load, 1_000);
      }
      messages.release();
    }
  }

  private static void echo(ServerSocket raw) {
    try (Socket socket = raw.accept()) {
      socket.getInputStream().transferTo(socket.getOutputStream());
    } catch (IOException _) {
      return; // the test is over
    }
  }

  private static void connect(Target target) throws InterruptedException {
    FixedMessages messages = new FixedMessages(FixedMessages.Kind.TEXT, 32, 1);
    try (Clients clients = new Clients(target, LoadTransport.best())) {
      clients.connect(new Clients.Crowd(2, 0), new EchoLoad(1, 2), messages);
    } finally {
      messages.release();
    }
  }

  private static void awaitMessages(Clients clients, Load load, long count)
      throws InterruptedException {
    while (load.messages() < count) {
      clients.runFor(Duration.ofMillis(5));
      clients.check();
    }
  }

  private String next() throws InterruptedException {
    return String.valueOf(events.poll(30, TimeUnit.SECONDS));
  }

  private Target target(String path, String... addresses) {
    return target(server.port(), path, addresses);
  }

  private static Target target(int port, String path, String... addresses) {
    return target(port, path, Optional.empty(), addresses);
  }

  private static Target target(
      int port, String path, Optional<Target.Tls> tls, String... addresses) {
    List<InetAddress> all = new ArrayList<>();
    for (String address : addresses) {
      all.add(InetAddress.ofLiteral(address));
    }
    return new Target(
        all,
        port,
        HERE + ":" + port,
        path,
        List.of(),
        WebSocketOptions.builder().noCompression().build(),
        tls,
        false,
        Target.Source.ANY);
  }
}
