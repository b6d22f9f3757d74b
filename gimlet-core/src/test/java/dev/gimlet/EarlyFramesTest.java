package dev.gimlet;

import static dev.gimlet.RawWebSocket.handshake;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.http.Context;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.Text;
import dev.gimlet.websocket.WebSocketConnection;
import dev.gimlet.websocket.WebSocketListener;
import dev.gimlet.websocket.WebSocketOptions;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Frames that arrive while the program has yet to decide about the upgrade.
@Timeout(120)
final class EarlyFramesTest {

  private static final String PADDING = "x".repeat(1000);
  private static final int FEW = 50;
  private static final int MOST_HELD = 16 << 10; // messages of a kilobyte: more than sockets hold
  private static final String END = "end";

  private final CountDownLatch decided = new CountDownLatch(1);
  private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
  private final AtomicInteger written = new AtomicInteger();
  private final AtomicBoolean enough = new AtomicBoolean();
  private RunningServer server;

  @BeforeEach
  void start() {
    server = Gimlet.bare().route("GET", "/slow", this::decide).start(0);
  }

  @AfterEach
  void stop() {
    decided.countDown();
    server.close();
  }

  private void decide(Context context) throws InterruptedException {
    decided.await();
    context.upgrade(WebSocketOptions.defaults(), WebSocketListener.onMessage(this::remember));
  }

  private void remember(WebSocketConnection connection, Message message) {
    received.add(((Text) message).value());
  }

  @Test
  void areKeptInOrder() throws Exception {
    try (RawWebSocket client = RawWebSocket.dial(server.port(), 0)) {
      client.write(handshake("/slow", ""));
      for (int i = 0; i < FEW; i++) {
        sendNext(client);
      }
      decided.countDown();
      client.send(END);

      assertThatAllCameInOrder();
      assertThat(client.readHead()).startsWith("HTTP/1.1 101");
    }
  }

  @Test
  void ofAPeerThatGoesOnSendingStayWithIt() throws Exception {
    try (RawWebSocket client = RawWebSocket.dial(server.port(), 0)) {
      client.write(handshake("/slow", ""));
      Thread writer = Thread.startVirtualThread(() -> sendUntilEnough(client));
      awaitStandstill();
      assertThat(written.get()).isLessThan(MOST_HELD);
      enough.set(true);
      decided.countDown();
      writer.join();
      client.send(END);

      assertThatAllCameInOrder();
    }
  }

  private void sendNext(RawWebSocket client) throws IOException {
    client.send(written.get() + " " + PADDING);
    written.incrementAndGet();
  }

  private void sendUntilEnough(RawWebSocket client) {
    try {
      while (!enough.get() && written.get() < MOST_HELD) {
        sendNext(client);
      }
    } catch (IOException cut) {
      throw new AssertionError("after " + written + " messages", cut);
    }
  }

  /// Waits until the writer has not come further for a while.
  @SuppressWarnings("ThreadSleep")
  private void awaitStandstill() throws InterruptedException {
    int before = -1;
    while (written.get() != before) {
      before = written.get();
      Thread.sleep(500);
    }
  }

  private void assertThatAllCameInOrder() throws InterruptedException {
    for (int i = 0; i < written.get(); i++) {
      assertThat(received.poll(30, TimeUnit.SECONDS)).isEqualTo(i + " " + PADDING);
    }
    assertThat(received.poll(30, TimeUnit.SECONDS)).isEqualTo(END);
  }
}
