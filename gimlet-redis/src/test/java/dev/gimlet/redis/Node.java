package dev.gimlet.redis;

import dev.gimlet.spi.BrokerListener;
import dev.gimlet.spi.Position;
import dev.gimlet.spi.PresenceNotice;
import dev.gimlet.spi.Publication;
import dev.gimlet.spi.PublishOptions;
import dev.gimlet.spi.Published;
import dev.gimlet.spi.Retention;
import dev.gimlet.websocket.Text;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A node of a test: a broker, and everything it was told.
///
/// Thread-safe: concurrent queues and lists.
final class Node implements BrokerListener, AutoCloseable {

  static final Retention KEPT = new Retention(1_000, Duration.ofMinutes(5));

  final RedisBroker broker;
  final List<Publication> publications = new CopyOnWriteArrayList<>();
  final BlockingQueue<String> texts = new LinkedBlockingQueue<>();
  final BlockingQueue<PresenceNotice> notices = new LinkedBlockingQueue<>();
  final List<String> lost = new CopyOnWriteArrayList<>(); // why
  final List<String> lostRooms = new CopyOnWriteArrayList<>(); // in which room
  final List<Position> tops = new CopyOnWriteArrayList<>();
  final List<String> away = new CopyOnWriteArrayList<>();
  final List<String> back = new CopyOnWriteArrayList<>();
  volatile CompletableFuture<Void> patience = CompletableFuture.completedFuture(null);

  private Node(RedisBroker broker) {
    this.broker = broker;
  }

  /// Starts without waiting for Redis.
  static Node start(RedisBroker.Builder builder) {
    var node = new Node(builder.build());
    node.broker.start(node);
    return node;
  }

  /// Starts, and waits until it works.
  static Node ready(String uri) throws Exception {
    Node node = start(RedisBroker.builder(uri));
    node.awaitReady();
    return node;
  }

  void awaitReady() throws Exception {
    Await.until("ready", broker::isReady);
  }

  CompletableFuture<Published> send(String room, String text, Retention retention) {
    return broker.publish(room, Text.of(text), PublishOptions.NONE, retention);
  }

  Published publish(String room, String text) throws Exception {
    return Await.result(send(room, text, KEPT));
  }

  /// Publishes with a key, again and again until Redis takes it: connections may come and go.
  Published publishUntilTaken(String room, String text) throws Exception {
    PublishOptions once = PublishOptions.NONE.idempotencyKey(text);
    while (true) {
      try {
        return Await.result(broker.publish(room, Text.of(text), once, KEPT));
      } catch (ExecutionException lost) {
        awaitReady();
      }
    }
  }

  Position position(String room, String text) throws Exception {
    return publish(room, text).position().orElseThrow();
  }

  void subscribe(String room) throws Exception {
    Await.result(broker.subscribe(room, KEPT));
  }

  String next() throws Exception {
    String text = texts.poll(Await.LONG.toSeconds(), TimeUnit.SECONDS);
    if (text == null) {
      throw new AssertionError("nothing arrived");
    }
    return text;
  }

  List<String> all() {
    return publications.stream().map(it -> ((Text) it.message()).value()).toList();
  }

  @Override
  public void onPublication(String room, Publication publication) {
    patience.join(); // the lane's thread is held meanwhile
    publications.add(publication);
    texts.add(publication.message() instanceof Text text ? text.value() : "binary");
  }

  @Override
  public void onNotice(String room, PresenceNotice notice) {
    notices.add(notice);
  }

  @Override
  public void onPositionLost(String room, Position top, String reason) {
    tops.add(top);
    lostRooms.add(room);
    lost.add(reason);
  }

  @Override
  public void onBrokerAway(String reason) {
    away.add(reason);
  }

  @Override
  public void onBrokerBack() {
    back.add("back");
  }

  @Override
  public void close() {
    broker.close();
  }
}
