package dev.gimlet.client;

import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.WebSocketConnection;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/// A link whose messages cross to the thread of a loop in an [Inbox].
///
/// Thread-safe: the inbox, one latch, and two fields that are written once.
final class ReceivingLink implements LoopLink {

  private final Inbox inbox = new Inbox();
  private final CountDownLatch decided = new CountDownLatch(1); // open, or ended before
  private final ReconnectingLink link;
  private volatile boolean opened; // a first connection; it may have ended already
  private volatile @Nullable Ending ending;

  ReceivingLink(WebSocketClient client, List<URI> addresses, ClientListener more) {
    link = new ReconnectingLink(client, addresses, new Receiving(more), inbox::hasRoom);
  }

  /// Puts messages into the inbox; passes the rest on. Immutable.
  private final class Receiving implements ClientListener {

    private final ClientListener more;

    private Receiving(ClientListener more) {
      this.more = more;
    }

    @Override
    public void onOpen(ClientLink link, Opened first) {
      opened = true;
      decided.countDown();
      more.onOpen(ReceivingLink.this, first);
    }

    @Override
    public void onMessage(ClientLink link, Message message) {
      inbox.put(message);
    }

    @Override
    public void onPing(ClientLink link, ByteBuffer payload) {
      more.onPing(ReceivingLink.this, payload);
    }

    @Override
    public void onReconnecting(ClientLink link, Reconnecting next) {
      more.onReconnecting(ReceivingLink.this, next);
    }

    @Override
    public void onUnsent(ClientLink link, Unsent unsent) {
      more.onUnsent(ReceivingLink.this, unsent);
    }

    @Override
    public void onClose(ClientLink link, Ending last) {
      ending = last;
      inbox.end();
      decided.countDown();
      more.onClose(ReceivingLink.this, last);
    }
  }

  ReconnectingLink link() {
    return link;
  }

  /// Waits for the first connection.
  ///
  /// @throws ClientException when there will be none
  void awaitOpen() {
    try {
      decided.await();
    } catch (InterruptedException interrupted) {
      close(CloseStatus.GOING_AWAY);
      Thread.currentThread().interrupt();
      throw new ClientException(new Ending.Unreachable("interrupted while connecting"));
    }
    Ending last = ending;
    if (last != null && !opened) {
      throw new ClientException(last);
    }
  }

  @Override
  public Optional<Message> receive() {
    try {
      Message message = inbox.take();
      link.resume();
      return Optional.ofNullable(message);
    } catch (InterruptedException interrupted) {
      close(CloseStatus.GOING_AWAY);
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  @Override
  public Optional<Ending> ending() {
    return Optional.ofNullable(ending);
  }

  @Override
  public SendOutcome send(Message message) {
    return link.send(message);
  }

  @Override
  public Optional<WebSocketConnection> connection() {
    return link.connection();
  }

  @Override
  public void retryNow() {
    link.retryNow();
  }

  @Override
  public void close(CloseStatus status) {
    link.close(status);
  }
}
