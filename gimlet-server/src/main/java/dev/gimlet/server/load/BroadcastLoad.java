package dev.gimlet.server.load;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// Lets one connection publish to all, or several by turns, so that the server always has the next
/// publication waiting.
///
/// A publication is over when every receiver has it; as many as `inFlight` are under way. Owned by
/// its event loop, except the sum of deliveries, which has one writer.
public final class BroadcastLoad implements Load {
  private final int inFlight;
  private final int receivers;
  private final int publishers;
  private final List<LoadConnection> members = new ArrayList<>();
  private final AtomicLong deliveries = new AtomicLong();
  private long published;
  private long nextAt; // deliveries at which the oldest publication under way is over
  private boolean sending;

  /// A publication counts `receivers` times; the first `publishers` connections send by turns.
  public BroadcastLoad(int inFlight, int publishers, int receivers) {
    this.inFlight = inFlight;
    this.publishers = publishers;
    this.receivers = receivers;
  }

  @Override
  public void onOpen(LoadConnection connection) {
    members.add(connection);
  }

  @Override
  public void start() {
    sending = true;
    members.sort((one, other) -> Integer.compare(one.index(), other.index()));
    if (publishers == 1) {
      publish(members.getFirst(), inFlight);
    } else {
      for (int i = 0; i < inFlight; i++) {
        publish(publisher(), 1);
      }
    }
  }

  @Override
  public void stop() {
    sending = false;
  }

  @Override
  public long messages() {
    return deliveries.getOpaque();
  }

  private LoadConnection publisher() {
    return members.get((int) (published % publishers));
  }

  private void publish(LoadConnection publisher, int count) {
    published += count;
    nextAt = (published - inFlight + 1) * receivers;
    publisher.send(count, System.nanoTime());
  }

  @Override
  public void onMessages(LoadConnection connection, int count) {
    long sum = deliveries.getPlain() + count;
    deliveries.setOpaque(sum);
    while (sending && sum >= nextAt) {
      publish(publisher(), 1);
    }
  }
}
