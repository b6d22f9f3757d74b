package dev.gimlet.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.Text;
import java.nio.ByteBuffer;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// Keeps what a link tells, in order, for a test to take. Thread-safe: one concurrent queue.
final class RecordingListener implements ClientListener {

  /// A ping was received.
  record Pinged(ByteBuffer payload) {}

  private static final long PATIENCE_SECONDS = 30; // for a busy machine

  private final LinkedBlockingQueue<Object> told = new LinkedBlockingQueue<>();

  @Override
  public void onOpen(ClientLink link, Opened opened) {
    told.add(opened);
  }

  @Override
  public void onMessage(ClientLink link, Message message) {
    told.add(message);
  }

  @Override
  public void onPing(ClientLink link, ByteBuffer payload) {
    told.add(new Pinged(payload));
  }

  @Override
  public void onReconnecting(ClientLink link, Reconnecting next) {
    told.add(next);
  }

  @Override
  public void onUnsent(ClientLink link, Unsent unsent) {
    told.add(unsent);
  }

  @Override
  public void onClose(ClientLink link, Ending ending) {
    told.add(ending);
  }

  /// The next thing that is told, which must be of that kind.
  <T> T next(Class<T> kind) throws InterruptedException {
    Object next = told.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(next).isInstanceOf(kind);
    return kind.cast(next);
  }

  /// The next thing of that kind; what comes before it does not matter.
  <T> T await(Class<T> kind) throws InterruptedException {
    Object next = told.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    while (next != null && !kind.isInstance(next)) {
      next = told.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
    assertThat(next).isInstanceOf(kind);
    return kind.cast(next);
  }

  /// The next text.
  String nextText() throws InterruptedException {
    return next(Text.class).value();
  }

  void hasNothingMore() {
    assertThat(told).isEmpty();
  }
}
