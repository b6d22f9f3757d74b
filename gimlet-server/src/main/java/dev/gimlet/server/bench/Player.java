package dev.gimlet.server.bench;

import dev.gimlet.client.ClientLink;
import dev.gimlet.client.ClientListener;
import dev.gimlet.client.Ending;
import dev.gimlet.client.Opened;
import dev.gimlet.client.SendOutcome;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.Text;
import org.jspecify.annotations.Nullable;

/// One connection of a run: sends, receives and counts.
///
/// Owned by the event loop of its link; other threads cross over with [#onLoop], and read the
/// counts.
final class Player implements ClientListener {

  private final Bench bench;
  private final int index;
  private final boolean isSender;
  private final StreamCheck check = new StreamCheck();
  private volatile @Nullable ClientLink link;
  private volatile long sent; // written by the event loop only
  private long refused;

  Player(Bench bench, int index, boolean isSender) {
    this.bench = bench;
    this.index = index;
    this.isSender = isSender;
  }

  @Override
  public void onOpen(ClientLink opened, Opened how) {
    link = opened;
    bench.onOpen();
  }

  @Override
  public void onMessage(ClientLink from, Message message) {
    if (message instanceof Text text) {
      BenchMessage.find(text.value()).ifPresent(this::received);
    }
  }

  @Override
  public void onClose(ClientLink closed, Ending ending) {
    bench.onEnd(ending);
  }

  private void received(BenchMessage message) {
    boolean own = message.sender() == index;
    boolean wanted = bench.isEcho() == own; // in a room, one's own copy is a matter of taste
    if (message.run() == bench.run() && wanted && check.received(message.number())) {
      bench.received(this, message.intendedNanos());
    }
  }

  /// Sends one message that was meant to leave then.
  void send(long intendedNanos) {
    ClientLink to = link;
    if (to == null || !isSender) {
      return;
    }
    var message = new BenchMessage(bench.run(), index, sent, intendedNanos);
    SendOutcome outcome = to.send(message.write(bench.padding()));
    if (outcome == SendOutcome.SENT || outcome == SendOutcome.QUEUED) {
      sent = message.number() + 1;
    } else {
      refused++;
    }
  }

  /// Runs a task where this player may be used; nowhere once its connection is gone.
  void onLoop(Runnable task) {
    ClientLink open = link;
    if (open != null) {
      open.connection().ifPresent(connection -> connection.eventLoop().execute(task));
    }
  }

  long sent() {
    return sent;
  }

  /// Messages that the client could not hand over: the server does not read.
  long refused() {
    return refused;
  }

  StreamCheck check() {
    return check;
  }
}
