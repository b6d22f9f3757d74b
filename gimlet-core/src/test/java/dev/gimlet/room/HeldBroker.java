package dev.gimlet.room;

import dev.gimlet.spi.Broker;
import dev.gimlet.spi.BrokerException;
import dev.gimlet.spi.BrokerListener;
import dev.gimlet.spi.History;
import dev.gimlet.spi.Position;
import dev.gimlet.spi.PresenceNotice;
import dev.gimlet.spi.PublishOptions;
import dev.gimlet.spi.Published;
import dev.gimlet.spi.Recovery;
import dev.gimlet.spi.Retention;
import dev.gimlet.websocket.Message;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

/// A broker in memory whose answers wait until they are let go, and then fail or do not. One thread
/// only.
final class HeldBroker implements Broker {

  final List<String> calls = new ArrayList<>();
  final List<PresenceNotice> announced = new ArrayList<>();
  private final InMemoryBroker inner = InMemoryBroker.create();
  private final Queue<Runnable> held = new ArrayDeque<>();
  private boolean holds;
  private boolean fails;
  private Runnable late = () -> {};

  /// Answers wait from now on.
  void hold() {
    holds = true;
  }

  /// Lets all answers go that wait, and those to come.
  void letGo() {
    holds = false;
    while (!held.isEmpty()) {
      held.remove().run();
    }
  }

  /// What is asked or let go from now on fails, or does not.
  void fail(boolean fails) {
    this.fails = fails;
  }

  /// What happens when it is asked whether everything has come back.
  void whenDrained(Runnable late) {
    this.late = late;
  }

  private <T> CompletableFuture<T> answer(CompletableFuture<T> inTime) {
    if (!holds) {
      return orFailure(inTime);
    }
    CompletableFuture<T> later = new CompletableFuture<>();
    held.add(() ->
        orFailure(inTime)
            .whenComplete((answer, failure) -> {
              if (failure == null) {
                later.complete(answer);
              } else {
                later.completeExceptionally(failure);
              }
            }));
    return later;
  }

  private <T> CompletableFuture<T> orFailure(CompletableFuture<T> inTime) {
    return fails
        ? CompletableFuture.failedFuture(new BrokerException("the broker is away"))
        : inTime;
  }

  @Override
  public void start(BrokerListener listener) {
    calls.add("start");
    inner.start(listener);
  }

  @Override
  public CompletableFuture<Published> publish(
      String room, Message message, PublishOptions options, Retention retention) {
    return fails
        ? answer(new CompletableFuture<>())
        : answer(inner.publish(room, message, options, retention));
  }

  @Override
  public CompletableFuture<Void> subscribe(String room, Retention retention) {
    calls.add("subscribe " + room);
    return fails ? answer(new CompletableFuture<>()) : answer(inner.subscribe(room, retention));
  }

  @Override
  public CompletableFuture<Void> unsubscribe(String room) {
    calls.add("unsubscribe " + room);
    return inner.unsubscribe(room);
  }

  @Override
  public CompletableFuture<History> history(String room, int limit, Retention retention) {
    return answer(inner.history(room, limit, retention));
  }

  @Override
  public CompletableFuture<Recovery> recover(String room, Position since, Retention retention) {
    return answer(inner.recover(room, since, retention));
  }

  @Override
  public CompletableFuture<Void> announce(String room, PresenceNotice notice) {
    announced.add(notice);
    return inner.announce(room, notice);
  }

  @Override
  public CompletableFuture<Void> drained() {
    calls.add("drained");
    late.run();
    return inner.drained();
  }

  @Override
  public boolean isReady() {
    return inner.isReady();
  }

  @Override
  public void close() {
    calls.add("close");
    inner.close();
  }
}
