package dev.gimlet.server.load;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// Keeps a fixed number of messages in flight on every connection.
///
/// Owned by its event loop, except the sum of messages, which has one writer.
public final class EchoLoad implements Load {
  private final int inFlight;
  private final int senders;
  private final List<LoadConnection> connections = new ArrayList<>();
  private final AtomicLong sum = new AtomicLong();
  private boolean sending;

  /// So many messages on each of the first `senders` connections.
  public EchoLoad(int inFlight, int senders) {
    this.inFlight = inFlight;
    this.senders = senders;
  }

  @Override
  public void onOpen(LoadConnection connection) {
    connections.add(connection);
  }

  @Override
  public void start() {
    sending = true;
    connections.stream()
        .filter(each -> each.index() < senders)
        .forEach(each -> each.send(inFlight, System.nanoTime()));
  }

  @Override
  public void stop() {
    sending = false;
  }

  @Override
  public long messages() {
    return sum.getOpaque();
  }

  @Override
  public void onMessages(LoadConnection connection, int count) {
    connection.returned += count;
  }

  @Override
  public void onReadComplete(LoadConnection connection) {
    int returned = connection.returned;
    if (returned > 0) {
      connection.returned = 0;
      sum.setOpaque(sum.getPlain() + returned);
      if (sending) {
        connection.send(returned, System.nanoTime());
      }
    }
  }
}
