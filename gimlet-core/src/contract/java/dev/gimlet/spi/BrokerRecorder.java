package dev.gimlet.spi;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Writes down what a broker tells. Thread-safe: one lock, this object, which also wakes who waits.
public final class BrokerRecorder implements BrokerListener {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Map<String, List<Publication>> publications = new HashMap<>();
  private final Map<String, List<PresenceNotice>> notices = new HashMap<>();
  private final List<String> lost = new ArrayList<>();

  @Override
  public synchronized void onPublication(String room, Publication publication) {
    publications.computeIfAbsent(room, _ -> new ArrayList<>()).add(publication);
    notifyAll();
  }

  @Override
  public synchronized void onNotice(String room, PresenceNotice notice) {
    notices.computeIfAbsent(room, _ -> new ArrayList<>()).add(notice);
    notifyAll();
  }

  @Override
  public synchronized void onPositionLost(String room, Position top, String reason) {
    lost.add(room + " " + top.offset() + " " + reason);
    notifyAll();
  }

  @Override
  public void onBrokerAway(String reason) {}

  @Override
  public synchronized void onBrokerBack() {
    notifyAll();
  }

  /// What came from the room, once it is at least so many.
  public synchronized List<Publication> publications(String room, int count) {
    return await(publications, room, count);
  }

  /// What has come from the room until now.
  public synchronized List<Publication> publicationsNow(String room) {
    return List.copyOf(publications.getOrDefault(room, List.of()));
  }

  /// The notices of the room, once there are at least so many.
  public synchronized List<PresenceNotice> notices(String room, int count) {
    return await(notices, room, count);
  }

  /// Rooms that lost their position, each with the new top and the reason.
  public synchronized List<String> lost() {
    return List.copyOf(lost);
  }

  /// Waits until the broker can carry publications.
  public synchronized void awaitReady(Broker broker) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!broker.isReady() && System.nanoTime() < end) {
      pause(10);
    }
  }

  private <T> List<T> await(Map<String, List<T>> all, String room, int count) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (all.getOrDefault(room, List.of()).size() < count) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        throw new AssertionError(
            "of " + count + " only " + all.getOrDefault(room, List.of()) + " came");
      }
      pause(left);
    }
    return List.copyOf(all.get(room));
  }

  @SuppressWarnings("WaitNotInLoop") // its callers loop
  private void pause(long millis) {
    try {
      wait(millis);
    } catch (InterruptedException interrupted) {
      throw new AssertionError(interrupted);
    }
  }
}
