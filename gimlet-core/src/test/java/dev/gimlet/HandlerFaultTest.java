package dev.gimlet;

import static dev.gimlet.RawWebSocket.PING;
import static dev.gimlet.RawWebSocket.PONG;
import static dev.gimlet.RawWebSocket.frame;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.testing.Floods;
import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.WebSocketConnection;
import dev.gimlet.websocket.WebSocketListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Programs whose callbacks throw whatever can be thrown.
@Timeout(300)
final class HandlerFaultTest {

  private static final String SECRET = "secret";
  private static final int TIMES = Floods.of(5, 1000);

  enum Fault {
    EXCEPTION {
      @Override
      void happen() {
        throw new IllegalStateException(SECRET);
      }
    },
    STACK_OVERFLOW {
      @Override
      @SuppressWarnings("InfiniteRecursion") // that is the fault
      void happen() {
        happen();
        throw new AssertionError("not reached");
      }
    },
    LINKAGE {
      @Override
      void happen() {
        throw new NoClassDefFoundError(SECRET);
      }
    };

    abstract void happen();
  }

  private enum Callback {
    OPEN,
    MESSAGE,
    PING,
    PONG,
    CLOSE,
    WHEN_CLOSED
  }

  /// Fails in one callback and says "hi" in the others.
  private record Faulty(Callback at, Fault fault) implements WebSocketListener {

    private void happen(Callback here) {
      if (here == at) {
        fault.happen();
      }
    }

    @Override
    public void onOpen(WebSocketConnection connection) {
      connection.whenClosed(_ -> happen(Callback.WHEN_CLOSED));
      happen(Callback.OPEN);
    }

    @Override
    public void onMessage(WebSocketConnection connection, Message message) {
      happen(Callback.MESSAGE);
    }

    @Override
    public void onPing(WebSocketConnection connection, ByteBuffer payload) {
      happen(Callback.PING);
    }

    @Override
    public void onPong(WebSocketConnection connection, ByteBuffer payload) {
      happen(Callback.PONG);
    }

    @Override
    public void onClose(WebSocketConnection connection, CloseStatus status) {
      happen(Callback.CLOSE);
    }
  }

  private final RecordingEvents events = new RecordingEvents();
  private final Gimlet app = Gimlet.bare(ServerOptions.builder().events(events).build());
  private RunningServer server;

  @BeforeEach
  void start() {
    for (Fault fault : Fault.values()) {
      for (Callback callback : Callback.values()) {
        app.ws("/" + callback + "/" + fault, new Faulty(callback, fault));
      }
      app.ws(
          "/loop/" + fault,
          connection -> {
            connection.receive();
            fault.happen();
          });
    }
    app.ws("/good", WebSocketListener.onMessage((connection, message) -> connection.send(message)));
    server = app.start(0);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @EnumSource
  void endsOnlyItsOwnConnection(Fault fault) throws Exception {
    try (RawWebSocket good = RawWebSocket.connect(server.port(), "/good")) {
      assertThat(events.next()).isEqualTo("opened");
      for (Callback callback : Callback.values()) {
        assertThatEachTimeOnlyOneEnds("/" + callback + "/" + fault, good);
      }
      assertThatEachTimeOnlyOneEnds("/loop/" + fault, good);
    }
  }

  private void assertThatEachTimeOnlyOneEnds(String path, RawWebSocket good) throws Exception {
    for (int i = 0; i < TIMES; i++) {
      assertThatOnlyOneEnds(path);
    }
    good.send("unharmed");

    assertThat(good.read().text()).isEqualTo("unharmed");
  }

  private void assertThatOnlyOneEnds(String path) throws Exception {
    try (RawWebSocket client = RawWebSocket.connect(server.port(), path)) {
      client.write(frame(PING, new byte[0]));
      client.write(frame(PONG, new byte[0]));
      client.send("go");
      if (path.contains("CLOSE")) {
        client.write(frame(RawWebSocket.CLOSE, RawWebSocket.closePayload(1000, "")));
      }

      RawWebSocket.Frame close = client.read();
      while (close.opcode() == PONG) {
        close = client.read();
      }
      assertThat(close.closeCode()).isEqualTo(path.contains("CLOSE") ? 1000 : 1011);
      assertThat(close.text()).doesNotContain(SECRET);
    }
    assertThatTheFaultAndTheEndAreToldOnce();
  }

  private void assertThatTheFaultAndTheEndAreToldOnce() throws InterruptedException {
    int openings = 0;
    int failures = 0;
    int ends = 0;
    while (openings == 0 || failures == 0 || ends == 0) {
      String event = events.next();
      openings += event.equals("opened") ? 1 : 0;
      failures += event.startsWith("failed") ? 1 : 0;
      ends += event.startsWith("closed") ? 1 : 0;
    }
    assertThat(openings).isOne();
    assertThat(failures).isOne();
    assertThat(ends).isOne();
    assertThat(events.waiting()).isEmpty();
  }

  @Test
  void isNothingThePeerCanFloodTheLogWith() throws IOException {
    try (LogLines log = LogLines.capture()) {
      for (int i = 0; i < Floods.of(100, 10_000); i++) {
        try (RawWebSocket client = RawWebSocket.connect(server.port(), "/MESSAGE/EXCEPTION")) {
          client.send("go");
          assertThat(client.readUntilClose()).isEqualTo(1011);
        }
      }

      assertThat(log.count()).isLessThan(200);
    }
  }

  @Test
  void inAHandshakeIsNoLineOfTheLog() throws IOException {
    try (LogLines log = LogLines.capture()) {
      for (int i = 0; i < Floods.of(300, 100_000); i++) {
        try (RawWebSocket client = RawWebSocket.dial(server.port(), 0)) {
          String bad = i % 2 == 0 ? "Origin: https://evil.example\r\n" : "Sec-WebSocket-Key: x\r\n";
          client.write(RawWebSocket.handshake("/good", bad));
          assertThat(client.readHead()).startsWith("HTTP/1.1 40");
        }
      }

      assertThat(log.count()).isZero();
    }
  }
}
